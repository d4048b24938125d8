import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusEvent } from '../../../satellite/admin/status-events.ts';
import { isSettled, TestCluster, type TestNode, until } from '../engine/cluster.ts';
import type { RawAdminClient } from './admin-client.ts';

describe('Admin commands', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let node: TestNode;
  let admin: RawAdminClient;
  before(async () => {
    cluster = await TestCluster.start(2);
    node = cluster.node(0);
    await cluster.makeResource('r0');
    await until(() => cluster.nodes.every((each) => isSettled(each.status('r0'))), 'r0 settles');
  });
  after(() => cluster.stop());
  beforeEach(async () => {
    admin = await node.admin();
  });
  afterEach(() => admin.close());

  const codeOf = async (command: string, args: Record<string, unknown>): Promise<string> => {
    const reply = await admin.call(command, args);
    return reply.ok === true ? 'ok' : (reply.error?.code ?? 'no code');
  };

  it('show the status with the path of the data', async () => {
    const reply = await admin.call('status', { resource: 'r0' });
    const [resource] = reply.result as {
      name: string;
      role: string;
      volumes: { disk: string; backingPath: string }[];
      problems: unknown[];
    }[];
    expect(resource).to.deep.include({ name: 'r0', role: 'Secondary', problems: [] });
    expect(resource?.volumes[0]).to.deep.include({ disk: 'UpToDate', backingPath: join(node.pool, 'r0_00000') });
    expect(await codeOf('status', { resource: 'nothing' })).to.equal('RESOURCE_NOT_FOUND');
    expect(await codeOf('status', { resource: 3 })).to.equal('INVALID_ARGUMENT');
  });

  it('promote and demote, and refuse a second Primary by name', async () => {
    expect(await codeOf('primary', { resource: 'r0' })).to.equal('ok');
    expect(node.status('r0').role).to.equal('Primary');
    const other = await cluster.node(1).admin();
    expect((await other.call('primary', { resource: 'r0' })).error?.code).to.equal('OTHER_PRIMARY');
    other.close();
    expect(await codeOf('secondary', { resource: 'r0' })).to.equal('ok');
    expect(node.status('r0').role).to.equal('Secondary');
  });

  it('disconnect and connect a peer by its name or number', async () => {
    expect(await codeOf('disconnect', { resource: 'r0', peer: 'sat1' })).to.equal('ok');
    expect(node.status('r0').connections[0]?.state).to.equal('StandAlone');
    expect(await codeOf('connect', { resource: 'r0', peer: 1 })).to.equal('ok');
    await until(() => isSettled(node.status('r0')), 'connected again');
    expect(await codeOf('connect', { resource: 'r0', peer: 'sat9' })).to.equal('NODE_NOT_FOUND');
    // Connected nodes have nothing to settle.
    expect(await codeOf('connect', { resource: 'r0', peer: 1, discardMyData: true })).to.equal('INVALID_ARGUMENT');
  });

  it('compare replicas, and make one anew from the other', async () => {
    const r0 = { resource: 'r0', peer: 'sat1' };
    expect(await codeOf('verify', r0)).to.equal('VERIFY_IMPOSSIBLE');
    expect(await codeOf('set-options', { ...r0, scope: 'net', values: { 'verify-alg': 'crc32c' } })).to.equal('ok');
    expect(await codeOf('verify', { ...r0, start: 0 })).to.equal('ok');
    await until(() => isSettled(node.status('r0')), 'verified');
    expect(await codeOf('invalidate', { resource: 'r0', resetBitmap: false })).to.equal('ok');
    await until(() => isSettled(node.status('r0')), 'made anew');
    expect(await codeOf('invalidate-remote', r0)).to.equal('ok');
    await until(() => cluster.nodes.every((each) => isSettled(each.status('r0'))), 'the other one made anew');
    expect(await codeOf('invalidate-remote', { resource: 'r0' })).to.equal('INVALID_ARGUMENT');
    expect(await codeOf('invalidate', { resource: 'r0', volume: 7 })).to.equal('VOLUME_NOT_FOUND');
  });

  it('detach and attach a disk', async () => {
    expect(await codeOf('detach', { resource: 'r0', volume: 0 })).to.equal('ok');
    expect(node.status('r0').volumes[0]?.disk).to.equal('Diskless');
    const [dump] = (await admin.call('dump-md', { resource: 'r0', volume: 0 })).result as {
      superblock: { resource: string };
    }[];
    expect(dump?.superblock.resource).to.equal('r0');
    expect(await codeOf('attach', { resource: 'r0', volume: 0 })).to.equal('ok');
    await until(() => isSettled(node.status('r0')), 'attached again');
    expect(await codeOf('attach', { resource: 'r0', volume: 0 })).to.equal('IN_TRANSITION');
    expect(await codeOf('attach', { resource: 'r0', volume: 5 })).to.equal('VOLUME_NOT_FOUND');
  });

  it('change options while everything runs, and refuse what is unknown, out of range or in conflict', async () => {
    const set = (scope: string, values: Record<string, string>, more: Record<string, unknown> = {}): Promise<string> =>
      codeOf('set-options', { resource: 'r0', scope, values, ...more });
    expect(await set('net', { 'ping-int': '5', 'ko-count': '3' })).to.equal('ok');
    expect(await set('net', { timeout: '30' }, { peer: 'sat1' })).to.equal('ok');
    expect(await set('disk', { 'al-extents': '67' }, { volume: 0 })).to.equal('ok');
    expect(await set('resource', { 'quorum-of-the-ring': 'yes' })).to.equal('OPTION_UNKNOWN');
    expect(await set('resource', { 'ping-int': '5' })).to.equal('OPTION_UNKNOWN');
    expect(await set('net', { 'ping-int': '0' })).to.equal('OPTION_OUT_OF_RANGE');
    expect(await set('net', { 'on-congestion': 'pull-ahead' })).to.equal('OPTION_CONFLICT');
    expect(await set('net', { 'ping-int': '5' }, { peer: 'nobody' })).to.equal('NODE_NOT_FOUND');
    expect(await set('disk', { 'al-extents': '67' }, { volume: 5 })).to.equal('VOLUME_NOT_FOUND');
    expect(await set('net', { 'ping-int': 'default' })).to.equal('ok');
  });

  it('show generations, and the metadata on disk without changing it', async () => {
    const before = readFileSync(join(node.pool, 'r0_00000.md'));
    const [shown] = (await admin.call('show-gi', { resource: 'r0' })).result as {
      volume: string;
      'current-uuid': string;
      peers: { peer: string }[];
    }[];
    expect(shown?.volume).to.equal('r0/0');
    expect(shown?.peers.map(({ peer }) => peer)).to.deep.equal(['sat1']);
    const [dump] = (await admin.call('dump-md', { resource: 'r0' })).result as {
      superblock: { 'current-uuid': string };
      bitmaps: { 'set-blocks': number }[];
    }[];
    expect(dump?.superblock['current-uuid']).to.equal(shown?.['current-uuid']);
    expect(dump?.bitmaps).to.have.length(7);
    expect(dump?.bitmaps.every((bitmap) => bitmap['set-blocks'] === 0)).to.equal(true);
    expect(readFileSync(join(node.pool, 'r0_00000.md')).equals(before)).to.equal(true);
  });

  it('grow the disks, then the volume, while it is in use', async () => {
    const before = node.status('r0').volumes[0]?.sizeBytes ?? 0;
    const sizeBytes = 2 * before;
    expect(await codeOf('primary', { resource: 'r0' })).to.equal('ok');
    expect(await codeOf('resize', { resource: 'r0', sizeBytes })).to.equal('INVALID_SIZE');
    for (const each of cluster.nodes) {
      const other = await each.admin();
      expect((await other.call('grow-disk', { resource: 'r0', sizeBytes })).error).to.equal(undefined);
      other.close();
    }
    expect(node.status('r0').volumes[0]?.sizeBytes).to.equal(before);
    expect(await codeOf('resize', { resource: 'r0' })).to.equal('ok');
    await until(
      () =>
        cluster.nodes.every(
          (each) => isSettled(each.status('r0')) && each.status('r0').volumes[0]?.sizeBytes === sizeBytes,
        ),
      'grown and in sync',
    );
    expect(await codeOf('secondary', { resource: 'r0' })).to.equal('ok');
  });

  it('change what a bit of the bitmap stands for, and refuse what is no block', async () => {
    expect(await codeOf('bitmap-block-size', { resource: 'r0', blockBytes: 65_536 })).to.equal('ok');
    expect(node.status('r0').volumes[0]?.blockBytes).to.equal(65_536);
    expect(await codeOf('bitmap-block-size', { resource: 'r0', blockBytes: 4_096 })).to.equal('ok');
    for (const blockBytes of [0, 1_000, 12_288, 2_048, 2_097_152])
      expect(await codeOf('bitmap-block-size', { resource: 'r0', blockBytes }), String(blockBytes)).to.equal(
        'INVALID_SIZE',
      );
    expect(node.status('r0').volumes[0]?.blockBytes).to.equal(4_096);
  });

  it('refuse impossible sizes, and change nothing', async () => {
    const before = node.status('r0').volumes[0]?.sizeBytes ?? 0;
    for (const sizeBytes of [0, -512, 1_000, 2 ** 53, 1.5, before + 512])
      expect(await codeOf('resize', { resource: 'r0', sizeBytes }), String(sizeBytes)).to.equal('INVALID_SIZE');
    expect(await codeOf('resize', { resource: 'r0', sizeBytes: before - 4_096 })).to.equal('SHRINK_REFUSED');
    expect(await codeOf('grow-disk', { resource: 'r0', sizeBytes: 2 ** 53 })).to.equal('INVALID_SIZE');
    expect(await codeOf('grow-disk', { resource: 'r0', sizeBytes: 512 })).to.equal('INVALID_SIZE');
    expect(await codeOf('resize', { resource: 'r0', volume: 9 })).to.equal('VOLUME_NOT_FOUND');
    expect(node.status('r0').volumes[0]?.sizeBytes).to.equal(before);
  });

  it('stream events: what exists, then each change with only its keys', async () => {
    admin.send('{"id":5,"command":"events2","args":{"resource":"r0"}}\n');
    const next = async (): Promise<StatusEvent> => {
      const reply = await admin.next();
      if (reply?.event === undefined) throw new Error(`no event: ${JSON.stringify(reply)}`);
      return reply.event as StatusEvent;
    };
    const dump: StatusEvent[] = [];
    do dump.push(await next());
    while (dump.at(-1)?.object !== '-');
    expect(dump.map(({ action, object }) => `${action} ${object}`)).to.deep.equal([
      'exists resource',
      'exists device',
      'exists connection',
      'exists path',
      'exists peer-device',
      'exists -',
    ]);
    const other = await node.admin();
    await other.call('primary', { resource: 'r0' });
    const change = await next();
    expect(change).to.deep.include({ action: 'change', object: 'resource' });
    expect(change.keys).to.deep.include({ name: 'r0', role: 'Primary' });
    await other.call('secondary', { resource: 'r0' });
    other.close();
  });

  it('end the stream after the dump when only the present is asked for', async () => {
    admin.send('{"id":6,"command":"events2","args":{"now":true}}\n');
    for (;;) {
      const reply = await admin.next();
      if (reply?.event !== undefined) continue;
      expect(reply).to.deep.equal({ id: 6, ok: true, result: null });
      return;
    }
  });
});
