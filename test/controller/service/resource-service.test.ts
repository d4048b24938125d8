import { expect } from 'chai';
import { findResource } from '../../../controller/domain/cluster-view.ts';
import { autoPlacement, callOptions, codes, errorOf, TestController } from '../test-controller.ts';

const NAMES = ['alpha', 'bravo', 'charlie', 'delta'];

describe('ResourceService', () => {
  let cluster: TestController;
  beforeEach(async () => {
    cluster = await TestController.ready(NAMES);
    await cluster.define('db');
    await cluster.addVolume('db');
  });
  afterEach(() => cluster.stop());

  const told = (node: string) => cluster.satellites.get(node).resources.get('DB');
  const record = async (node: string) => findResource(await cluster.view(), 'db', node);

  it('creates on several nodes at once and answers when the satellites have it', async () => {
    const reply = await cluster.create('db', ['alpha', 'bravo', 'charlie']);
    expect(codes(reply)).to.deep.equal(['SUCCESS CREATED', 'SUCCESS CREATED', 'SUCCESS CREATED']);
    expect(reply.nodeNames).to.deep.equal(['alpha', 'bravo', 'charlie']);
    expect(told('alpha')?.peers.map((peer) => [peer.name, peer.nodeId, peer.bitmapSlot])).to.deep.equal([
      ['bravo', 1, 0],
      ['charlie', 2, 1],
    ]);
    expect(told('charlie')?.peers.map((peer) => [peer.name, peer.bitmapSlot])).to.deep.equal([
      ['alpha', 0],
      ['bravo', 1],
    ]);
  });

  it('gives all first replicas of one call the same generation, and uses it up when they are made', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    const sent = ['alpha', 'bravo'].map((node) => {
      const commands = cluster.satellites.get(node).commands.flatMap((command) => command.resources);
      return commands[0]?.volumes[0]?.initialGeneration;
    });
    expect(sent[0]).to.match(/^[0-9A-F]{16}$/);
    expect(sent[1]).to.equal(sent[0]);
    expect((await record('alpha'))?.volumes).to.deep.equal([{ volume: 0, props: {} }]);
    await cluster.create('db', ['charlie']);
    expect(told('charlie')?.volumes[0]?.initialGeneration).to.equal(undefined);
  });

  it('gives only the first of several raw devices a generation', async () => {
    const raw = await TestController.ready(['alpha', 'bravo'], { kind: 'DEVICE' });
    await raw.define('db');
    await raw.addVolume('db');
    await raw.create('db', ['bravo', 'alpha']);
    const first = (node: string) => raw.satellites.get(node).commands.flatMap((command) => command.resources)[0];
    expect(first('bravo')?.volumes[0]?.initialGeneration).to.be.a('string');
    expect(first('alpha')?.volumes[0]?.initialGeneration).to.equal(undefined);
    await raw.stop();
  });

  it('gives a volume that is added later one generation on all existing replicas', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    expect(codes(await cluster.addVolume('db'))).to.deep.equal(['SUCCESS CREATED']);
    const sent = ['alpha', 'bravo'].map((node) => {
      const volumes = cluster.satellites
        .get(node)
        .commands.flatMap((command) => command.resources.flatMap((each) => each.volumes));
      return volumes.find((volume) => volume.volume === 1)?.initialGeneration;
    });
    expect(sent[0]).to.match(/^[0-9A-F]{16}$/);
    expect(sent[1]).to.equal(sent[0]);
  });

  it('tells the present nodes about a new peer without touching what they have', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    const before = told('alpha')?.volumes;
    await cluster.create('db', ['charlie']);
    await cluster.until('alpha knows charlie', () => told('alpha')?.peers.length === 2);
    expect(told('alpha')?.volumes.map((volume) => volume.volume)).to.deep.equal(before?.map((volume) => volume.volume));
    expect(told('alpha')?.peers.at(-1)?.name).to.equal('charlie');
  });

  it('connects two replicas with the weaker of the protocols that they ask for', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    await cluster.create('db', ['charlie'], { protocol: 'A' });
    await cluster.until('bravo knows charlie', () => told('bravo')?.peers.length === 2);
    expect(told('bravo')?.peers.map((peer) => peer.protocol)).to.deep.equal(['C', 'A']);
    expect(told('charlie')?.peers.map((peer) => peer.protocol)).to.deep.equal(['A', 'A']);
  });

  it('gives diskless replicas no bitmap slot and their peers none for them', async () => {
    await cluster.create('db', ['alpha']);
    await cluster.create('db', ['bravo'], { diskless: true });
    await cluster.until('alpha knows bravo', () => told('alpha')?.peers.length === 1);
    expect(told('alpha')?.peers[0]).to.include({ name: 'bravo', diskful: false, bitmapSlot: undefined });
    expect(told('bravo')?.volumes[0]).to.include({ diskful: false, storagePool: '' });
  });

  it('creates nothing at all when one of the nodes does not fit', async () => {
    cluster.satellites.get('bravo').totalKib = 1000;
    cluster.satellites.get('bravo').changed();
    const error = errorOf(await cluster.create('db', ['alpha', 'bravo']));
    expect(error.codeName).to.equal('NOT_ENOUGH_SPACE');
    expect(error.details).to.contain('bravo').and.not.contain('alpha');
    expect((await cluster.view()).resources.all()).to.have.length(0);
  });

  it('refuses a volume that is larger than the pool', async () => {
    await cluster.define('huge');
    await cluster.addVolume('huge', 2 ** 34);
    const error = errorOf(await cluster.create('huge', ['alpha']));
    expect(error.codeName).to.equal('NOT_ENOUGH_SPACE');
    expect(error.cause).to.contain('KiB');
  });

  it('refuses unknown nodes, unknown pools, unknown definitions and a second replica on a node', async () => {
    expect(errorOf(await cluster.create('db', ['zulu'])).codeName).to.equal('NODE_NOT_FOUND');
    expect(errorOf(await cluster.create('nope', ['alpha'])).codeName).to.equal('RESOURCE_DEFINITION_NOT_FOUND');
    const input = { resourceName: 'db', nodeNames: ['alpha'], storagePoolName: 'gold', diskless: false, protocol: '' };
    expect(errorOf(await cluster.resources.create(input, callOptions())).codeName).to.equal('STORAGE_POOL_NOT_FOUND');
    await cluster.create('db', ['alpha']);
    expect(errorOf(await cluster.create('DB', ['ALPHA'])).codeName).to.equal('RESOURCE_EXISTS');
  });

  it('refuses a diskful replica beyond the peer slots and takes a diskless one', async () => {
    await cluster.define('few', 1);
    await cluster.addVolume('few');
    await cluster.create('few', ['alpha', 'bravo']);
    expect(errorOf(await cluster.create('few', ['charlie'])).codeName).to.equal('PEER_SLOTS_EXHAUSTED');
    expect(codes(await cluster.create('few', ['charlie'], { diskless: true }))).to.deep.equal(['SUCCESS CREATED']);
  });

  it('deletes: the satellite first, then the record, then the peers forget, and the slot is free again', async () => {
    await cluster.create('db', ['alpha', 'bravo', 'charlie']);
    const reply = await cluster.remove('db', ['bravo']);
    expect(codes(reply)).to.deep.equal(['SUCCESS DELETION_STARTED', 'SUCCESS DELETED']);
    expect(told('bravo')).to.equal(undefined);
    expect(await record('bravo')).to.equal(undefined);
    expect(told('alpha')?.peers.map((peer) => peer.name)).to.deep.equal(['charlie']);
    expect((await record('alpha'))?.bitmapSlots).to.deep.equal([{ peer: 2, slot: 1 }]);
  });

  it('gives a new replica a node id that was never used', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    await cluster.remove('db', ['bravo']);
    await cluster.create('db', ['charlie']);
    expect((await record('charlie'))?.nodeId).to.equal(2);
  });

  it('refuses to delete what is in use', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    cluster.satellites.get('alpha').inUse.add('db');
    cluster.satellites.get('alpha').changed();
    expect(errorOf(await cluster.remove('db', ['alpha'])).codeName).to.equal('RESOURCE_IN_USE');
    expect(errorOf(await cluster.definitions.delete('db', callOptions())).codeName).to.equal('RESOURCE_IN_USE');
    expect(codes(await cluster.remove('db', ['bravo']))).to.include('SUCCESS DELETED');
  });

  it('refuses to delete the last good copy while others depend on it', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    cluster.satellites.get('bravo').diskStates.set('db', 'Inconsistent');
    cluster.satellites.get('bravo').changed();
    expect(errorOf(await cluster.remove('db', ['alpha'])).codeName).to.equal('LAST_UP_TO_DATE_COPY');
    expect(codes(await cluster.remove('db', ['bravo']))).to.include('SUCCESS DELETED');
  });

  it('takes a copy whose state is not clear for a good one', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    cluster.satellites.get('alpha').diskStates.set('db', 'Attaching');
    cluster.satellites.get('alpha').changed();
    cluster.satellites.get('bravo').diskStates.set('db', 'Outdated');
    cluster.satellites.get('bravo').changed();
    expect(errorOf(await cluster.remove('db', ['alpha'])).codeName).to.equal('LAST_UP_TO_DATE_COPY');
  });

  it('does not take the word of a node that is away for the last good copy', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    cluster.satellites.get('bravo').kill();
    await cluster.until('bravo is offline', () => cluster.connection('bravo') === 'OFFLINE');
    expect(errorOf(await cluster.remove('db', ['alpha'])).codeName).to.equal('LAST_UP_TO_DATE_COPY');
  });

  it('deletes all of a definition at once', async () => {
    await cluster.create('db', ['alpha', 'bravo', 'charlie']);
    const reply = await cluster.definitions.delete('db', callOptions());
    expect(codes(reply)).to.deep.equal(['SUCCESS DELETION_STARTED', ...Array(3).fill('SUCCESS DELETED')]);
    const view = await cluster.view();
    expect([view.definitions.size, view.volumeDefinitions.size, view.resources.size]).to.deep.equal([0, 0, 0]);
    expect(codes(await cluster.define('db'))).to.deep.equal(['SUCCESS CREATED']);
  });

  it('answers with a warning about a dead node and finishes the deletion when it returns', async () => {
    await cluster.create('db', ['alpha', 'bravo', 'charlie']);
    const bravo = cluster.satellites.get('bravo');
    bravo.kill();
    await cluster.until('bravo is offline', () => cluster.connection('bravo') === 'OFFLINE');
    const reply = await cluster.remove('db', ['bravo']);
    expect(codes(reply)).to.deep.equal(['SUCCESS DELETED', 'WARN SATELLITE_UNREACHABLE']);
    expect(await record('bravo')).to.equal(undefined);
    await cluster.until('alpha has forgotten it', () => told('alpha')?.peers.length === 1);
    expect(errorOf(await cluster.create('db', ['bravo'])).codeName).to.equal('RESOURCE_EXISTS');
    bravo.start();
    await cluster.until('bravo has deleted it', () => bravo.resources.size === 0);
    await cluster.until('it may have one again', async () =>
      codes(await cluster.create('db', ['bravo'])).includes('SUCCESS CREATED'),
    );
  });

  it('keeps a deletion that the satellite refuses and completes it later', async () => {
    await cluster.create('db', ['alpha', 'bravo']);
    const bravo = cluster.satellites.get('bravo');
    bravo.failures.set('db', 1);
    const reply = await cluster.remove('db', ['bravo']);
    expect(errorOf(reply).codeName).to.equal('BACKING_STORE_FAILED');
    expect(errorOf(reply).cause).to.equal('EIO');
    await cluster.until('the retry has deleted it', async () => (await record('bravo')) === undefined);
  });

  it('deletes a volume everywhere and leaves the others', async () => {
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha', 'bravo']);
    const reply = await cluster.volumes.delete('db', 0, callOptions());
    expect(codes(reply)).to.deep.equal(['SUCCESS DELETION_STARTED', 'SUCCESS DELETED']);
    await cluster.until('the volume is gone', async () => (await cluster.view()).volumeDefinitions.size === 1);
    expect((await record('alpha'))?.volumes).to.deep.equal([{ volume: 1, props: {} }]);
  });

  it('auto-places on the pools with most free space and does nothing when there are enough', async () => {
    for (const [name, total] of [
      ['alpha', 4e6],
      ['bravo', 9e6],
      ['charlie', 5e6],
      ['delta', 8e6],
    ] as const) {
      cluster.satellites.get(name).totalKib = total;
      cluster.satellites.get(name).changed();
    }
    const place = (placeCount: number) => {
      return cluster.resources.autoPlace(autoPlacement('db', { placeCount }), callOptions());
    };
    expect((await place(2)).nodeNames).to.deep.equal(['bravo', 'delta']);
    expect(codes(await place(2))).to.deep.equal(['SUCCESS UNCHANGED']);
    expect((await place(3)).nodeNames).to.deep.equal(['charlie']);
  });

  it('explains every rejected node when there are too few', async () => {
    cluster.satellites.get('delta').kill();
    await cluster.until('delta is offline', () => cluster.connection('delta') === 'OFFLINE');
    await cluster.create('db', ['alpha']);
    const error = errorOf(await cluster.resources.autoPlace(autoPlacement('db', { placeCount: 4 }), callOptions()));
    expect(error.codeName).to.equal('NOT_ENOUGH_NODES');
    expect(error.details)
      .to.match(/bravo +DfltStorPool +- +fits/)
      .and.match(/alpha +- +present +it has the resource already/)
      .and.match(/delta +- +online +the node is OFFLINE/);
    expect((await cluster.view()).resources.all()).to.have.length(1);
  });

  it('leaves a whole resource or none when the caller goes away, and a retry is harmless', async () => {
    let open = (): void => {};
    cluster.satellites.get('bravo').gate = new Promise((resolve) => {
      open = resolve;
    });
    const leaving = new AbortController();
    const call = cluster.create('db', ['alpha', 'bravo'], { signal: leaving.signal, requestId: 'create-1' });
    await cluster.until('it is in the store', async () => (await cluster.view()).resources.size > 0);
    leaving.abort();
    await call;
    expect((await cluster.view()).resources.all()).to.have.length(2);
    open();
    const again = await cluster.create('db', ['alpha', 'bravo'], { requestId: 'create-1' });
    expect(codes(again)).to.deep.equal(['SUCCESS CREATED', 'SUCCESS CREATED']);
    expect((await cluster.view()).resources.all()).to.have.length(2);
    expect(told('bravo')).to.not.equal(undefined);
  });

  it('answers at once when asked to, and says after the wait what is not finished', async () => {
    let open = (): void => {};
    cluster.satellites.get('bravo').gate = new Promise((resolve) => {
      open = resolve;
    });
    expect(codes(await cluster.create('db', ['bravo'], { async: true }))).to.deep.equal([
      'SUCCESS CREATED',
      'INFO NOTE',
    ]);
    const slow = await cluster.remove('db', ['bravo'], { waitMs: 30 });
    expect(codes(slow)).to.deep.equal(['SUCCESS DELETION_STARTED', 'ERROR TIMED_OUT']);
    open();
    await cluster.until('it is deleted in the end', async () => (await cluster.view()).resources.size === 0);
  });

  it('does not let two calls at the same time break a rule', async () => {
    const replies = await Promise.all([
      cluster.create('db', ['alpha', 'bravo']),
      cluster.create('db', ['bravo', 'charlie']),
      cluster.define('db'),
      cluster.addNode('alpha'),
    ]);
    expect(replies.filter((reply) => reply.answers.some((answer) => answer.severity === 'ERROR'))).to.have.length(3);
    const resources = (await cluster.view()).resources.all();
    expect(new Set(resources.map((resource) => resource.nodeId)).size).to.equal(resources.length);
  });
});
