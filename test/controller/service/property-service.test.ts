import { expect } from 'chai';
import fc from 'fast-check';
import type { PropertyChange } from '../../../controller/properties/change.ts';
import { ConnectionService } from '../../../controller/service/connection-service.ts';
import { NetInterfaceService } from '../../../controller/service/net-interface-service.ts';
import type { PropertyAddress } from '../../../controller/service/property-owner.ts';
import { PropertyService } from '../../../controller/service/property-service.ts';
import { DEFAULT_GROUP } from '../../../controller/domain/resource-group.ts';
import { callOptions, codes, errorOf, TestController } from '../test-controller.ts';

const address = (kind: string, names: Partial<PropertyAddress> = {}): PropertyAddress => ({
  kind,
  nodeName: '',
  otherNodeName: '',
  storagePoolName: '',
  resourceGroupName: '',
  resourceName: '',
  volumeNumber: 0,
  ...names,
});
const DB = address('resource-definition', { resourceName: 'db' });
const PING = 'DrbdOptions/Net/ping-int';

describe('PropertyService', () => {
  let made: TestController;
  let properties: PropertyService;
  beforeEach(async () => {
    made = await TestController.ready(['alpha', 'bravo', 'charlie']);
    properties = new PropertyService(made.controller.context);
    for (const name of ['db', 'other']) {
      await made.define(name);
      await made.addVolume(name);
    }
    await made.create('db', ['alpha', 'bravo']);
    await made.create('other', ['bravo', 'charlie']);
  });
  afterEach(() => made.stop());

  const set = (to: PropertyAddress, overrideProps: Record<string, string>, change: Partial<PropertyChange> = {}) =>
    properties.set(to, { overrideProps, deleteProps: [], deleteNamespaces: [], ...change }, callOptions());
  const told = (node: string, name: string) => {
    const found = made.satellites.get(node).resources.get(name.toUpperCase());
    if (found === undefined) throw new Error(`${node} was not told of ${name}`);
    return found;
  };
  const toldPeer = (node: string, name: string) => told(node, name).peers[0]?.options ?? {};
  const toldVolume = (node: string, name: string) => told(node, name).volumes[0]?.options ?? {};
  const orders = () => ['alpha', 'bravo', 'charlie'].map((name) => made.satellites.get(name).commands.length);
  /** How many orders each satellite has got meanwhile. */
  const concerned = async (work: () => Promise<unknown>): Promise<number[]> => {
    const before = orders();
    await work();
    // Whatever else was on its way has arrived, too, once a later change of everybody has.
    const settled = orders();
    await set(address('controller'), {
      'DrbdOptions/Resource/nr-requests': String(4_000 + settled.reduce((a, b) => a + b)),
    });
    return settled.map((count, index) => count - (before[index] ?? 0));
  };

  it('tells the satellites of a definition, and nobody else, before it answers', async () => {
    expect(
      await concerned(async () => expect(codes(await set(DB, { [PING]: '5' }))).to.deep.equal(['SUCCESS MODIFIED'])),
    ).to.deep.equal([1, 1, 0]);
    expect([toldPeer('alpha', 'db'), toldPeer('bravo', 'db')]).to.deep.equal([
      { 'ping-int': '5' },
      { 'ping-int': '5' },
    ]);
    expect(toldPeer('bravo', 'other')).to.deep.equal({});
    await set(DB, {}, { deleteNamespaces: ['DrbdOptions'] });
    expect(toldPeer('alpha', 'db')).to.deep.equal({});
  });

  it('tells nobody of what is none of the satellites’ business', async () => {
    const quiet = async (): Promise<void> => {
      await set(DB, { 'Aux/owner': 'me' });
      await set(address('controller'), { BalanceResourcesEnabled: 'False' });
      await set(address('node', { nodeName: 'alpha' }), { 'Aux/rack': 'r1' });
      await set(address('resource-group', { resourceGroupName: DEFAULT_GROUP }), { 'Aux/x': 'y' });
    };
    expect(await concerned(quiet)).to.deep.equal([0, 0, 0]);
    expect(['alpha', 'bravo', 'charlie'].map((name) => made.connection(name))).to.deep.equal([
      'ONLINE',
      'ONLINE',
      'ONLINE',
    ]);
  });

  it('reaches the satellites from every level, the nearest one winning', async () => {
    const al = 'DrbdOptions/Disk/al-extents';
    const group = address('resource-group', { resourceGroupName: DEFAULT_GROUP });
    const replica = { resourceName: 'db', nodeName: 'alpha' };
    const steps: readonly (readonly [PropertyAddress, string])[] = [
      [address('controller'), '100'],
      [address('node', { nodeName: 'alpha' }), '101'],
      [group, '102'],
      [DB, '103'],
      [address('volume-definition', { resourceName: 'db' }), '104'],
      [address('resource', replica), '105'],
      [address('volume', replica), '106'],
    ];
    for (const [owner, value] of steps) {
      expect(codes(await set(owner, { [al]: value }))).to.deep.equal(['SUCCESS MODIFIED']);
      expect(toldVolume('alpha', 'db')).to.deep.equal({ 'al-extents': value });
    }
    expect([toldVolume('bravo', 'db'), toldVolume('charlie', 'other')]).to.deep.equal([
      { 'al-extents': '104' },
      { 'al-extents': '102' },
    ]);
  });

  it('tells two nodes of their connection, and both ends the same', async () => {
    await set(address('node-connection', { nodeName: 'bravo', otherNodeName: 'charlie' }), { [PING]: '6' });
    expect([toldPeer('bravo', 'other'), toldPeer('charlie', 'other')]).to.deep.equal([
      { 'ping-int': '6' },
      { 'ping-int': '6' },
    ]);
    expect(toldPeer('bravo', 'db')).to.deep.equal({});
    const pair = { nodeName: 'bravo', otherNodeName: 'alpha', resourceName: 'db' };
    await set(address('resource-connection', pair), { 'DrbdOptions/Net/protocol': 'A' });
    expect([told('alpha', 'db').peers[0]?.protocol, told('bravo', 'db').peers[0]?.protocol]).to.deep.equal(['A', 'A']);
    await set(address('resource-connection', pair), {}, { deleteProps: ['DrbdOptions/Net/protocol'] });
    expect((await made.view()).resourceConnections.size).to.equal(0);
    expect(told('alpha', 'db').peers[0]?.protocol).to.equal('C');
  });

  it('asks for a majority as soon as there are three, and stops when there are two', async () => {
    expect(told('alpha', 'db').options).to.deep.equal({ quorum: 'off' });
    await made.create('db', ['charlie'], { diskless: true });
    await made.until('all told', () =>
      ['alpha', 'bravo', 'charlie'].every((name) => told(name, 'db').options['quorum'] === 'majority'),
    );
    expect(told('bravo', 'db').options).to.deep.equal({ 'on-no-quorum': 'io-error', quorum: 'majority' });
    await made.remove('db', ['charlie']);
    await made.until('all told', () =>
      ['alpha', 'bravo'].every((name) => told(name, 'db').options['quorum'] === 'off'),
    );
  });

  it('refuses options that exclude each other before anybody hears of them', async () => {
    const before = JSON.stringify((await made.view()).definitions.all());
    const both = { 'DrbdOptions/Net/allow-two-primaries': 'yes', 'DrbdOptions/Net/protocol': 'A' };
    expect(errorOf(await set(DB, both)).codeName).to.equal('OPTION_CONFLICT');
    expect(JSON.stringify((await made.view()).definitions.all())).to.equal(before);
    await set(DB, { 'DrbdOptions/Net/allow-two-primaries': 'yes' });
    const group = address('resource-group', { resourceGroupName: DEFAULT_GROUP });
    expect(errorOf(await set(group, { 'DrbdOptions/Net/protocol': 'B' })).message).to.contain('protocol C');
  });

  it('passes on what a satellite refuses, and keeps what was asked for', async () => {
    made.satellites.get('bravo').failures.set('db', 1);
    expect(errorOf(await set(DB, { [PING]: '9' })).message).to.contain('bravo');
    expect(properties.list(DB)).to.deep.include({ props: { [PING]: '9' } });
    await made.until('the next attempt', () => toldPeer('bravo', 'db')['ping-int'] === '9');
  });

  it('answers a retry as before, without doing it again', async () => {
    const change = { overrideProps: { 'Aux/n': '1' }, deleteProps: [], deleteNamespaces: [] };
    const first = await properties.set(DB, change, callOptions({ requestId: 'r1' }));
    await set(DB, { 'Aux/n': '2' });
    const again = await properties.set(DB, change, callOptions({ requestId: 'r1' }));
    expect(again.answers).to.deep.equal(first.answers);
    expect(properties.list(DB)).to.deep.include({ props: { 'Aux/n': '2' } });
  });

  const MISSING: readonly (readonly [PropertyAddress, string])[] = [
    [address('planet'), 'INVALID_ARGUMENT'],
    [address('node', { nodeName: 'nobody' }), 'NODE_NOT_FOUND'],
    [address('storage-pool', { nodeName: 'alpha', storagePoolName: 'none' }), 'STORAGE_POOL_NOT_FOUND'],
    [address('resource-group', { resourceGroupName: 'none' }), 'RESOURCE_GROUP_NOT_FOUND'],
    [address('volume-group', { resourceGroupName: DEFAULT_GROUP }), 'VOLUME_GROUP_NOT_FOUND'],
    [address('resource-definition', { resourceName: 'none' }), 'RESOURCE_DEFINITION_NOT_FOUND'],
    [address('volume-definition', { resourceName: 'db', volumeNumber: 7 }), 'VOLUME_DEFINITION_NOT_FOUND'],
    [address('resource', { resourceName: 'db', nodeName: 'charlie' }), 'RESOURCE_NOT_FOUND'],
    [address('volume', { resourceName: 'db', nodeName: 'alpha', volumeNumber: 7 }), 'VOLUME_DEFINITION_NOT_FOUND'],
    [address('node-connection', { nodeName: 'alpha', otherNodeName: 'alpha' }), 'INVALID_ARGUMENT'],
    [
      address('resource-connection', { resourceName: 'db', nodeName: 'alpha', otherNodeName: 'charlie' }),
      'RESOURCE_NOT_FOUND',
    ],
  ];
  for (const [owner, code] of MISSING) {
    it(`answers ${code} for a ${owner.kind} that is not there`, async () => {
      expect(errorOf(await set(owner, { 'Aux/x': 'y' })).codeName).to.equal(code);
      expect(properties.list(owner)).to.include({ codeName: code });
    });
  }

  it('leaves the store unchanged whenever it refuses anything', async () => {
    const owners = [address('controller'), DB, address('resource', { resourceName: 'db', nodeName: 'alpha' })];
    const key = fc.oneof(fc.constantFrom(PING, 'StorPoolName', 'DrbdOptions/Resource/quorum', 'Aux/a'), fc.string());
    const props = fc.dictionary(key, fc.oneof(fc.constantFrom('5', 'off', 'pool1'), fc.string()), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...owners), props, async (owner, overrideProps) => {
        const { revision } = made.controller.context.state;
        const { answers } = await set(owner, overrideProps);
        if (answers.some(({ severity }) => severity === 'ERROR'))
          expect(made.controller.context.state.revision).to.equal(revision);
      }),
      { numRuns: 60 },
    );
  });
});

describe('Network interfaces and paths', () => {
  let made: TestController;
  beforeEach(async () => {
    made = await TestController.ready(['alpha', 'bravo']);
    await made.define('db');
    await made.addVolume('db');
    await made.create('db', ['alpha', 'bravo']);
  });
  afterEach(() => made.stop());

  const peerAddress = (node: string) => made.satellites.get(node).resources.get('DB')?.peers[0]?.address;
  const add = (nodeName: string, name: string, address_: string, active = false) =>
    new NetInterfaceService(made.controller.context).create(
      { nodeName, name, address: address_, satellitePort: undefined, active },
      callOptions(),
    );

  it('replicate through the preferred interface, and through a path before that', async () => {
    const properties = new PropertyService(made.controller.context);
    const connections = new ConnectionService(made.controller.context);
    const change = { overrideProps: { PrefNic: 'repl0' }, deleteProps: [], deleteNamespaces: [] };
    const node = address('node', { nodeName: 'bravo' });
    expect(errorOf(await properties.set(node, change, callOptions())).codeName).to.equal('NET_INTERFACE_NOT_FOUND');
    await add('bravo', 'repl0', '10.0.0.2');
    await add('bravo', 'repl1', '10.1.0.2');
    await properties.set(node, change, callOptions());
    expect(peerAddress('alpha')).to.equal('10.0.0.2');
    const path = {
      resourceName: '',
      nodeA: 'bravo',
      nodeB: 'alpha',
      pathName: 'fast',
      interfaceA: 'repl1',
      interfaceB: 'default',
    };
    await connections.createPath(path, callOptions());
    expect([peerAddress('alpha'), peerAddress('bravo')]).to.deep.equal(['10.1.0.2', '127.0.0.1']);
    await connections.createPath({ ...path, resourceName: 'db', interfaceA: 'repl0' }, callOptions());
    expect(peerAddress('alpha')).to.equal('10.0.0.2');
    expect(errorOf(await connections.createPath(path, callOptions())).codeName).to.equal('PATH_EXISTS');
    await connections.deletePath({ ...path, resourceName: 'db' }, callOptions());
    await connections.deletePath(path, callOptions());
    expect(errorOf(await connections.deletePath(path, callOptions())).codeName).to.equal('PATH_NOT_FOUND');
    expect(peerAddress('alpha')).to.equal('10.0.0.2');
    expect((await made.view()).nodeConnections.size + (await made.view()).resourceConnections.size).to.equal(0);
  });

  it('let the controller reach the satellite over another one', async () => {
    await add('bravo', 'mgmt0', '127.0.0.2', true);
    await made.until('a new session', () => made.connection('bravo') === 'ONLINE');
    expect(peerAddress('alpha')).to.equal('127.0.0.2');
    const interfaces = new NetInterfaceService(made.controller.context);
    expect(errorOf(await interfaces.delete('bravo', 'mgmt0', callOptions())).codeName).to.equal('NET_INTERFACE_IN_USE');
    expect(codes(await interfaces.delete('bravo', 'default', callOptions()))).to.deep.equal(['SUCCESS MODIFIED']);
    expect(errorOf(await add('bravo', 'mgmt0', '127.0.0.3')).codeName).to.equal('NET_INTERFACE_EXISTS');
  });
});
