import type { ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HelloRequest } from '../../../proto/gen/lockstep/satellite/v1/HelloRequest.ts';
import type { HelloResponse__Output } from '../../../proto/gen/lockstep/satellite/v1/HelloResponse.ts';
import type { SatelliteStatus__Output } from '../../../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import { TestCluster, type TestNode, until } from '../engine/cluster.ts';
import { CMD, command } from '../nbd/raw-client.ts';

describe('SatelliteService', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await TestCluster.start(1);
    node = cluster.node(0);
  });
  afterEach(() => cluster.stop());

  function hello(changes: HelloRequest = {}): Promise<HelloResponse__Output> {
    const request: HelloRequest = {
      controllerId: 'test',
      epoch: 1,
      nodeName: 'sat0',
      apiVersionMin: 1,
      apiVersionMax: 1,
      ...changes,
    };
    return new Promise((resolve, reject) => {
      node.client().Hello(request, (error: ServiceError | null, response?: HelloResponse__Output) => {
        if (response === undefined) reject(error ?? new Error('no answer'));
        else resolve(response);
      });
    });
  }
  const codes = (answers: readonly { readonly codeName: string }[]): string[] =>
    answers.map(({ codeName }) => codeName);
  const errorsOf = async (request: Parameters<TestNode['apply']>[0]): Promise<string[]> => {
    const response = await node.apply(request);
    return codes([...response.answers, ...response.results.flatMap(({ answers }) => answers)]);
  };
  const pool = (name = 'pool1') => ({
    name,
    providerKind: 'FILE_THIN',
    directory: join(node.dir, name === 'pool1' ? 'pool' : name),
  });

  it('says who it is, and refuses another node, another API and an older controller', async () => {
    const welcome = await hello();
    expect(welcome.answers).to.deep.equal([]);
    expect(welcome).to.deep.include({
      nodeName: 'sat0',
      apiVersion: 1,
      wireVersionMax: 1,
      epoch: 1,
      providerKinds: ['FILE', 'FILE_THIN', 'DEVICE'],
    });
    expect(codes((await hello({ nodeName: 'sat7' })).answers)).to.deep.equal(['WRONG_NODE']);
    expect(codes((await hello({ apiVersionMin: 2, apiVersionMax: 3 })).answers)).to.deep.equal(['VERSION_MISMATCH']);
    expect(codes((await hello({ epoch: 4 })).answers)).to.deep.equal([]);
    expect(codes((await hello({ epoch: 3 })).answers)).to.deep.equal(['STALE_CONTROLLER']);
    expect(codes((await hello({ controllerId: 'other', epoch: 9 })).answers)).to.deep.equal(['STALE_CONTROLLER']);
  });

  it('does nothing for an older controller, and remembers the epoch over a restart', async () => {
    await node.apply({ epoch: 5, storagePools: [pool()] });
    await node.stop();
    await node.start();
    expect(await errorsOf({ epoch: 4, resources: [cluster.desired('r0', 0)] })).to.deep.equal(['STALE_CONTROLLER']);
    expect(node.satellite.engine.has('r0')).to.equal(false);
    expect(await errorsOf({ epoch: 5, resources: [cluster.desired('r0', 0)] })).to.deep.equal([]);
  });

  it('makes what is asked for, however often, and ignores what is out of date', async () => {
    const request = { storagePools: [pool()], resources: [cluster.desired('r0', 0)] };
    for (let i = 0; i < 3; i += 1) expect(await errorsOf(request)).to.deep.equal([]);
    expect(node.status('r0').volumes.map(({ disk, sizeBytes }) => [disk, sizeBytes])).to.deep.equal([
      ['UpToDate', 8_388_608],
    ]);
    expect(await errorsOf({ ...request, revision: 1 })).to.deep.equal(['STALE_CONTROLLER']);
  });

  it('keeps what a full state does not name, and reports it', async () => {
    await node.apply({
      storagePools: [pool(), pool('pool2')],
      resources: [cluster.desired('r0', 0), cluster.desired('r1', 0)],
    });
    const response = await node.apply({ full: true, storagePools: [pool()], resources: [cluster.desired('r1', 0)] });
    expect(response.unmanagedResources).to.deep.equal(['r0']);
    expect(response.unmanagedStoragePools).to.deep.equal(['pool2']);
    expect(node.satellite.engine.names()).to.deep.equal(['r0', 'r1']);
  });

  it('deletes a resource with its data, once nobody uses it, and a second time too', async () => {
    await node.make(cluster.desired('r0', 0));
    const client = await node.nbd('r0');
    const gone = { resources: [{ name: 'r0', delete: true }] };
    expect(await errorsOf(gone)).to.deep.equal(['RESOURCE_IN_USE']);
    client.send(command(CMD.DISC));
    await client.readToEnd();
    await until(() => node.status('r0').role === 'Secondary', 'the close demotes');
    expect(await errorsOf(gone)).to.deep.equal([]);
    expect(await errorsOf(gone)).to.deep.equal([]);
    expect(existsSync(join(node.pool, 'r0_00000'))).to.equal(false);
    expect(existsSync(join(node.dir, 'resources', 'r0.json'))).to.equal(false);
    await node.stop();
    await node.start();
    expect(node.satellite.engine.names()).to.deep.equal([]);
  });

  it('adds and removes a volume while another one serves', async () => {
    await node.make(cluster.desired('r0', 0));
    const client = await node.nbd('r0/0');
    const [first] = cluster.desired('r0', 0).volumes ?? [];
    const two = { ...cluster.desired('r0', 0), volumes: [{ ...first }, { ...first, volumeNumber: 1 }] };
    expect(await errorsOf({ resources: [two] })).to.deep.equal([]);
    expect(node.status('r0').volumes.map(({ volume, disk }) => `${volume} ${disk}`)).to.deep.equal([
      '0 UpToDate',
      '1 UpToDate',
    ]);
    const one = { ...two, volumes: [{ ...first }, { volumeNumber: 1, delete: true }] };
    expect(await errorsOf({ resources: [one] })).to.deep.equal([]);
    expect(existsSync(join(node.pool, 'r0_00001'))).to.equal(false);
    client.send(command(CMD.READ, { length: 512 }));
    expect((await client.simpleReply()).error).to.equal(0);
    client.socket.destroy();
  });

  it('explains what it cannot make, each object for itself', async () => {
    const good = cluster.desired('r0', 0);
    const [volume] = good.volumes ?? [];
    const response = await node.apply({
      storagePools: [
        pool(),
        { name: 'relative', providerKind: 'FILE', directory: 'here' },
        { name: 'x', providerKind: 'FILE' },
      ],
      resources: [
        good,
        { ...good, name: 'nopool', volumes: [{ ...volume, storagePoolName: 'missing' }] },
        { ...good, name: 'huge', volumes: [{ ...volume, storagePoolName: 'full' }] },
        { ...good, name: '9bad' },
        { ...good, name: 'bad-node', nodeId: 32 },
        { ...good, name: 'bad-size', volumes: [{ ...volume, sizeKib: -4 }] },
      ],
    });
    const byName = Object.fromEntries(response.results.map(({ name, answers }) => [name, codes(answers).join(' ')]));
    expect(byName).to.deep.equal({
      pool1: '',
      relative: 'INVALID_ARGUMENT',
      x: 'INVALID_NAME',
      r0: '',
      nopool: 'STORAGE_POOL_NOT_FOUND',
      huge: 'STORAGE_POOL_NOT_FOUND',
      '9bad': 'INVALID_NAME',
      'bad-node': 'INVALID_ARGUMENT',
      'bad-size': 'INVALID_ARGUMENT',
    });
    expect(node.status('r0').volumes[0]?.disk).to.equal('UpToDate');
  });

  it('forgets a pool only when nothing is in it', async () => {
    await node.make(cluster.desired('r0', 0));
    expect(await errorsOf({ storagePools: [{ name: 'pool1', delete: true }] })).to.deep.equal(['STORAGE_POOL_IN_USE']);
    expect(await errorsOf({ storagePools: [{ ...pool(), directory: join(node.dir, 'elsewhere') }] })).to.deep.equal([
      'STORAGE_POOL_IN_USE',
    ]);
    expect(
      await errorsOf({ resources: [{ name: 'r0', delete: true }], storagePools: [{ name: 'pool1', delete: true }] }),
    ).to.deep.equal([]);
  });

  it('leaves a volume with a wrong or damaged disk Diskless, says why, overwrites nothing, and serves the others', async () => {
    for (const name of ['r0', 'r1', 'r2', 'r3']) await node.make(cluster.desired(name, 0));
    const metadata = (name: string) => join(node.pool, `${name}_00000.md`);
    await node.stop();
    renameSync(metadata('r1'), join(node.dir, 'kept'));
    writeFileSync(metadata('r1'), readFileSync(metadata('r0')));
    truncateSync(metadata('r2'), 4000);
    rmSync(metadata('r3'));
    const before = ['r1', 'r2'].map((name) => readFileSync(metadata(name)));
    await node.start();
    expect(['r0', 'r1', 'r2', 'r3'].map((name) => node.status(name).volumes[0]?.disk)).to.deep.equal([
      'UpToDate',
      'Diskless',
      'Diskless',
      'Diskless',
    ]);
    expect(await errorsOf({ storagePools: [pool()], resources: [cluster.desired('r1', 0)] })).to.deep.equal([
      'METADATA_FOREIGN',
    ]);
    const status = await firstStatus(node);
    const problems = Object.fromEntries(
      status.resources.map(({ name, problems: list }) => [name, codes(list).join(' ')]),
    );
    expect(problems['r0']).to.equal('');
    expect(problems['r1']).to.equal('METADATA_FOREIGN');
    expect(problems['r2']).to.match(/^METADATA_/);
    expect(problems['r3']).to.equal('METADATA_MISSING');
    expect(['r1', 'r2'].map((name) => readFileSync(metadata(name)))).to.deep.equal(before);
    // Mended: the next command of the controller attaches it.
    renameSync(join(node.dir, 'kept'), metadata('r1'));
    expect(await errorsOf({ resources: [cluster.desired('r1', 0)] })).to.deep.equal([]);
    expect(node.status('r1').volumes[0]?.disk).to.equal('UpToDate');
  });

  it('shows everything first and then only what changed', async () => {
    await node.make(cluster.desired('r0', 0));
    await node.make(cluster.desired('r1', 0));
    const stream = node.client().Watch({ controllerId: 'test', epoch: 1 });
    stream.on('error', () => undefined);
    const seen: SatelliteStatus__Output[] = [];
    stream.on('data', (status: SatelliteStatus__Output) => seen.push(status));
    await until(() => seen.length > 0, 'the first message');
    const [full] = seen;
    expect(full?.full).to.equal(true);
    expect(full?.resources.map(({ name }) => name)).to.deep.equal(['r0', 'r1']);
    expect(full?.resources[0]?.volumes[0]).to.deep.include({
      diskState: 'UpToDate',
      sizeKib: 8192,
      nbdExport: 'r0/0',
      storagePoolName: 'pool1',
      backingPath: join(node.pool, 'r0_00000'),
    });
    expect(full?.storagePools.map(({ name, providerKind }) => `${name} ${providerKind}`)).to.deep.equal([
      'pool1 FILE_THIN',
    ]);
    expect(full?.storagePools[0]?.freeCapacityKib).to.be.greaterThan(0);
    const client = await node.nbd('r1');
    await until(
      () => seen.slice(1).some(({ resources }) => resources.some(({ name, inUse }) => name === 'r1' && inUse)),
      'the promotion is told',
    );
    expect(
      seen.slice(1).every(({ full: again, resources }) => !again && resources.every(({ name }) => name === 'r1')),
    ).to.equal(true);
    client.socket.destroy();
    await node.apply({ resources: [{ name: 'r0', delete: true }] });
    await until(() => seen.some(({ removedResources }) => removedResources.includes('r0')), 'the removal is told');
    stream.cancel();
  });

  it('lets an older controller watch nothing', async () => {
    await hello({ epoch: 5 });
    const stream = node.client().Watch({ controllerId: 'test', epoch: 4 });
    const error = await new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    expect(error.details).to.contain('STALE_CONTROLLER');
  });
});

function firstStatus(node: TestNode): Promise<SatelliteStatus__Output> {
  const stream = node.client().Watch({ controllerId: 'test', epoch: 1 });
  return new Promise((resolve, reject) => {
    stream.once('data', (status: SatelliteStatus__Output) => {
      stream.on('error', () => undefined);
      stream.cancel();
      resolve(status);
    });
    stream.once('error', reject);
  });
}
