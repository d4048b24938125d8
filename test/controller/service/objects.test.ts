import { expect } from 'chai';
import { callOptions, codes, errorOf, TestController } from '../test-controller.ts';

describe('services: nodes, pools, definitions', () => {
  let cluster: TestController;
  beforeEach(async () => {
    cluster = await TestController.ready(['alpha', 'bravo']);
  });
  afterEach(() => cluster.stop());

  it('refuse a second node of a name, whatever its case', async () => {
    const error = errorOf(await cluster.addNode('ALPHA'));
    expect(error.codeName).to.equal('NODE_EXISTS');
    expect(error.code).to.equal(1101);
    expect(error.correction).to.be.a('string');
    expect((await cluster.view()).nodes.all()).to.have.length(2);
  });

  it('refuse names that break the rules', async () => {
    expect(errorOf(await cluster.addNode('-x')).codeName).to.equal('INVALID_NAME');
    expect(errorOf(await cluster.define('1db')).codeName).to.equal('INVALID_NAME');
    expect(errorOf(await cluster.define('all')).codeName).to.equal('INVALID_NAME');
    expect(errorOf(await cluster.addPool('alpha', 'FILE', 'a b')).codeName).to.equal('INVALID_NAME');
  });

  it('refuse a pool on a node that does not exist, a kind that does not exist, and a second one of its name', async () => {
    expect(errorOf(await cluster.addPool('zulu')).codeName).to.equal('NODE_NOT_FOUND');
    expect(errorOf(await cluster.addPool('alpha', 'FLOPPY', 'other')).codeName).to.equal('INVALID_ARGUMENT');
    expect(errorOf(await cluster.addPool('alpha', 'FILE', 'dfltstorpool')).codeName).to.equal('STORAGE_POOL_EXISTS');
  });

  it('refuse two pools in one directory', async () => {
    const input = {
      nodeName: 'alpha',
      name: 'second',
      providerKind: 'FILE',
      directory: '/d//DfltStorPool/',
      devices: [],
    };
    expect(errorOf(await cluster.pools.create(input, callOptions())).codeName).to.equal('INVALID_ARGUMENT');
  });

  it('refuse to delete a node that has pools, and delete it once they are gone', async () => {
    expect(errorOf(await cluster.nodes.delete('bravo', callOptions())).codeName).to.equal('NODE_IN_USE');
    const deleted = await cluster.pools.delete(['bravo'], 'DfltStorPool', callOptions());
    expect(codes(deleted)).to.deep.equal(['SUCCESS DELETION_STARTED', 'SUCCESS DELETED']);
    expect(cluster.satellites.get('bravo').pools.size).to.equal(0);
    expect(codes(await cluster.nodes.delete('bravo', callOptions()))).to.deep.equal(['SUCCESS DELETED']);
    await cluster.until('bravo is forgotten', () => cluster.connection('bravo') === 'UNKNOWN');
  });

  it('let a node go that never returns, once it has no resources', async () => {
    cluster.satellites.get('bravo').kill();
    await cluster.until('bravo is offline', () => cluster.connection('bravo') === 'OFFLINE');
    const deleted = await cluster.pools.delete(['bravo'], 'DfltStorPool', callOptions());
    expect(codes(deleted)).to.deep.equal(['SUCCESS DELETED', 'WARN SATELLITE_UNREACHABLE']);
    expect(codes(await cluster.nodes.delete('bravo', callOptions()))).to.deep.equal(['SUCCESS DELETED']);
  });

  it('refuse to delete a pool that holds volumes', async () => {
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha']);
    const error = errorOf(await cluster.pools.delete(['alpha'], 'DfltStorPool', callOptions()));
    expect(error.codeName).to.equal('STORAGE_POOL_IN_USE');
    expect(error.cause).to.contain('db');
  });

  it('make a volume larger for all nodes, and never smaller', async () => {
    await cluster.define('db');
    await cluster.addVolume('db');
    const before = (await cluster.view()).volumeDefinitions.all()[0]?.sizeKib ?? 0;
    const ask = (sizeKib: number, volumeNumber = 0) =>
      cluster.volumes.setSize({ resourceName: 'db', volumeNumber, sizeKib }, callOptions());
    expect((await ask(2 * before)).answers[0]?.codeName).to.equal('RESIZED');
    expect((await cluster.view()).volumeDefinitions.all()[0]?.sizeKib).to.equal(2 * before);
    expect(errorOf(await ask(before)).codeName).to.equal('SHRINK_REFUSED');
    expect(errorOf(await ask(0)).codeName).to.equal('INVALID_SIZE');
    expect(errorOf(await ask(2 ** 50)).codeName).to.equal('INVALID_SIZE');
    expect(errorOf(await ask(4 * before, 7)).codeName).to.equal('VOLUME_DEFINITION_NOT_FOUND');
    expect((await cluster.view()).volumeDefinitions.all()[0]?.sizeKib).to.equal(2 * before);
  });

  it('number volumes by the lowest free number and refuse one that is taken', async () => {
    await cluster.define('db');
    await cluster.addVolume('db');
    expect((await cluster.addVolume('db')).volumeNumber).to.equal(1);
    const input = { resourceName: 'db', volumeNumber: 1, sizeKib: 4096, blockBytes: undefined };
    expect(errorOf(await cluster.volumes.create(input, callOptions())).codeName).to.equal('VOLUME_DEFINITION_EXISTS');
    await cluster.volumes.delete('db', 0, callOptions());
    expect((await cluster.addVolume('db')).volumeNumber).to.equal(0);
  });

  it('refuse sizes of zero, below zero, and beyond 1 PiB', async () => {
    await cluster.define('db');
    for (const sizeKib of [0, -1, 1.5, 2 ** 40 + 1, Number.NaN]) {
      expect(errorOf(await cluster.addVolume('db', sizeKib)).codeName, String(sizeKib)).to.equal('INVALID_SIZE');
    }
  });

  it('round a size up to whole 4 KiB blocks and say so', async () => {
    await cluster.define('db');
    const reply = await cluster.addVolume('db', 5);
    expect(codes(reply)).to.deep.equal(['INFO NOTE', 'SUCCESS CREATED']);
    expect((await cluster.view()).volumeDefinitions.all()[0]?.sizeKib).to.equal(8);
  });

  it('answer a retry with the same request id alike, without doing it again', async () => {
    const call = callOptions({ requestId: 'r-1' });
    const first = await cluster.definitions.create({ name: 'db', peerSlots: 3, protocol: 'A' }, call);
    const again = await cluster.definitions.create({ name: 'db', peerSlots: 3, protocol: 'A' }, call);
    expect(again).to.deep.equal(first);
    expect(codes(again)).to.deep.equal(['SUCCESS CREATED']);
    const other = await cluster.definitions.create({ name: 'other', peerSlots: 3, protocol: 'A' }, call);
    expect(errorOf(other).codeName).to.equal('INVALID_ARGUMENT');
  });

  it('tell at once when the satellite of a new node does not answer', async () => {
    const cluster2 = await TestController.start(['charlie']);
    cluster2.satellites.get('charlie').kill();
    const reply = await cluster2.addNode('charlie');
    expect(codes(reply)).to.deep.equal(['SUCCESS CREATED', 'WARN SATELLITE_UNREACHABLE']);
    await cluster2.stop();
  });

  it('tell when the satellite belongs to another node', async () => {
    const cluster2 = await TestController.start(['charlie']);
    cluster2.satellites.get('charlie').calledName = 'delta';
    const reply = await cluster2.addNode('charlie');
    expect(codes(reply)).to.deep.equal(['SUCCESS CREATED', 'WARN WRONG_NODE']);
    expect(cluster2.connection('charlie')).to.equal('HOSTNAME_MISMATCH');
    await cluster2.stop();
  });
});
