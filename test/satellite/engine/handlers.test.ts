import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '../../../common/errors.ts';
import { nodeId } from '../../../common/ids.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';
import { isSettled, TestCluster, until } from './cluster.ts';

/** Real satellites, real programs. */
describe('Fencing between satellites', function () {
  this.timeout(30_000);
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = await TestCluster.start(2);
    await cluster.makeResource('db');
    await until(() => cluster.nodes.every((node) => isSettled(node.status('db'))), 'the replicas are in sync');
  });
  afterEach(async () => {
    await cluster.stop();
  });

  function program(index: number, name: string, ...lines: string[]): void {
    const folder = join(cluster.node(index).dir, 'handlers', 'db');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  }

  async function setFencing(fencing: string): Promise<void> {
    for (const { satellite } of cluster.nodes) {
      const change = { scope: 'net' as const, peer: undefined, volume: undefined, values: { fencing } };
      await satellite.engine.perform('db', { kind: 'set-options', change });
    }
  }

  it('freezes a write until the program says that the peer is out', async () => {
    program(
      0,
      'fence-peer',
      'test "$DRBD_PEER" = sat1 && test "$DRBD_PEER_NODE_ID" = 1 && test "$DRBD_RESOURCE" = db && exit 7',
    );
    await setFencing('resource-and-stonith');
    const client = await cluster.node(0).nbd('db');
    await cluster.node(1).stop(0);
    await until(
      () => cluster.node(0).status('db').connections[0]?.peerDevices[0]?.peerDisk === 'Outdated',
      'the peer is out',
    );
    expect(await client.write(0, Buffer.alloc(4096, 7))).to.equal(0);
    expect(cluster.node(0).status('db').suspended).to.deep.equal([]);
    client.destroy();
  });

  it('refuses protocol A where fencing is resource-and-stonith, in either order', async () => {
    const peer = { node: nodeId(1), name: 'sat1', protocol: 'A', diskful: true, slot: 1 } as const;
    const address = { host: '127.0.0.1', port: 1 };
    await setFencing('resource-and-stonith');
    const { engine } = cluster.node(0).satellite;
    const refusal: unknown = await Promise.resolve(engine.updatePeer('db', { ...peer, address })).catch(
      (error) => error,
    );
    expect(refusal).to.be.instanceOf(OperationError).with.property('code', 'OPTION_CONFLICT');
    const options = { ...DEFAULT_OPTIONS, fencing: 'resource-and-stonith' } as const;
    expect(() =>
      engine.addResource({ name: 'other', node: nodeId(0), volumes: [], peers: [{ ...peer, address }], options }),
    ).to.throw(OperationError, 'excludes protocol A');
    expect(engine.has('other')).to.equal(false);
  });

  it('tells a program and the followers of the events that a link has ended, and how', async () => {
    program(0, 'disconnected', 'test "$DRBD_PEER" = sat1 && test "$DRBD_CSTATE" = TearDown && exit 5', 'exit 9');
    const admin = await cluster.node(0).admin();
    admin.send(`${JSON.stringify({ id: 1, command: 'events2', args: { resource: 'db' } })}\n`);
    const other = await cluster.node(1).admin();
    expect((await other.call('disconnect', { resource: 'db', peer: 'sat0' })).ok).to.equal(true);
    const told = { name: 'db', 'peer-node-id': '1', 'conn-name': 'sat1', helper: 'disconnected' };
    const seen: string[] = [];
    for (;;) {
      const event = (await admin.next())?.event;
      if (event?.object === 'connection' && event.action === 'change') seen.push('connection');
      if (event?.object !== 'helper') continue;
      seen.push(event.action);
      expect(event.keys).to.deep.equal(event.action === 'call' ? told : { ...told, status: '5' });
      if (event.action === 'response') break;
    }
    expect(seen.slice(0, 2), 'what it was called for comes first').to.deep.equal(['connection', 'call']);
    admin.close();
    other.close();
  });
});
