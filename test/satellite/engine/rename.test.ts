import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusEvent } from '../../../satellite/admin/status-events.ts';
import { isSettled, TestCluster, type TestNode, until } from './cluster.ts';

describe('A renamed resource', function () {
  this.timeout(30_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await TestCluster.start(2);
    node = cluster.node(0);
    await cluster.makeResource('db');
    await until(() => cluster.nodes.every((each) => isSettled(each.status('db'))), 'db settles');
  });
  afterEach(() => cluster.stop());

  async function ask(command: string, args: Record<string, unknown>): Promise<unknown> {
    const admin = await node.admin();
    try {
      const reply = await admin.call(command, args);
      return reply.ok === true ? (reply.result ?? 'ok') : reply.error?.code;
    } finally {
      admin.close();
    }
  }
  const rename = (resource: string, newName: string): Promise<unknown> => ask('rename-resource', { resource, newName });
  const refusal = (name: string): Promise<string> =>
    node.nbd(name).then(
      () => 'served',
      () => 'refused',
    );
  const block = (fill: number): Buffer => Buffer.alloc(4_096, fill);

  it('keeps its clients, its links and its data, and is found under the new name only', async () => {
    const client = await node.nbd('db/0');
    expect(await client.write(0, block(1))).to.equal(0);
    expect(await rename('db', 'web')).to.equal('ok');
    expect(await client.write(4_096, block(2)), 'a client from before').to.equal(0);
    expect(node.status('db')).to.deep.include({ name: 'web', role: 'Primary' });
    const other = await node.nbd('web');
    expect(await other.readData(0, 4_096)).to.deep.equal(block(1));
    expect(await refusal('db/0')).to.equal('refused');
    expect(await ask('secondary', { resource: 'db' })).to.equal('RESOURCE_NOT_FOUND');
    expect(await ask('set-options', { resource: 'web', scope: 'net', values: { 'ping-int': '5' } })).to.equal('ok');
    const [shown] = (await ask('status', { resource: 'web' })) as { name: string; connections: { state: string }[] }[];
    expect(shown?.name).to.equal('web');
    expect(shown?.connections.map(({ state }) => state)).to.deep.equal(['Connected']);
    // The other node calls it what it always did.
    expect(cluster.node(1).status('db').name).to.equal('db');
    for (const each of [client, other]) each.socket.destroy();
  });

  it('has its new name after a restart, on its old disk and with its old peers', async () => {
    expect(await rename('db', 'web')).to.equal('ok');
    const client = await node.nbd('web/0');
    expect(await client.write(0, block(7))).to.equal(0);
    client.socket.destroy();
    await until(() => node.status('db').role === 'Secondary', 'demoted');
    await node.stop();
    await node.start();
    await until(() => isSettled(node.status('db')), 'settled again');
    expect(node.status('db').name).to.equal('web');
    expect(existsSync(join(node.pool, 'db_00000')), 'the backing store keeps its name').to.equal(true);
    const again = await node.nbd('web');
    expect(await again.readData(0, 4_096)).to.deep.equal(block(7));
    again.socket.destroy();
    await until(() => node.status('db').role === 'Secondary', 'demoted again');
    // The controller knows it by the name that it was made with, and what it wants changes nothing of this.
    await node.make(cluster.desired('db', 0));
    expect(node.status('db').name).to.equal('web');
    expect(await rename('web', 'db')).to.equal('ok');
    expect(node.status('db').name).to.equal('db');
  });

  it('is told once to whoever follows the events, and those of before go on under the new name', async () => {
    const admin = await node.admin();
    admin.send(`${JSON.stringify({ id: 1, command: 'events2', args: { resource: 'db' } })}\n`);
    const next = async (): Promise<StatusEvent | undefined> => (await admin.next())?.event as StatusEvent | undefined;
    for (let event = await next(); event?.object !== '-'; event = await next())
      expect(event?.keys['name']).to.equal('db');
    expect(await rename('db', 'web')).to.equal('ok');
    expect(await next()).to.deep.equal({ action: 'rename', object: 'resource', keys: { name: 'db', new_name: 'web' } });
    expect(await ask('primary', { resource: 'web' })).to.equal('ok');
    expect(await next()).to.deep.include({ action: 'change', object: 'resource' });
    admin.close();
  });

  it('leaves its old name to others, and none is taken for another', async () => {
    await cluster.makeResource('mail', { initialGeneration: '99aabbccddeeff00' });
    await until(() => cluster.nodes.every((each) => isSettled(each.status('mail'))), 'mail settles');
    expect(await rename('db', 'Mail'), 'names compare without case').to.equal('RESOURCE_EXISTS');
    expect(await rename('db', '0/../x')).to.equal('INVALID_NAME');
    expect(await rename('nothing', 'xyz')).to.equal('RESOURCE_NOT_FOUND');
    expect(await rename('db', 'web')).to.equal('ok');
    expect((await Promise.all([rename('mail', 'post'), rename('web', 'post')])).sort()).to.deep.equal([
      'RESOURCE_EXISTS',
      'ok',
    ]);
    const [renamed, kept] = node.status('mail').name === 'post' ? ['mail', 'web'] : ['web', 'mail'];
    expect(await rename('post', renamed)).to.equal('ok');
    expect(await rename(kept, kept), 'its own name').to.equal('ok');
    expect(await rename('mail', 'db')).to.equal('ok');
    const [web, db] = [await node.nbd('web'), await node.nbd('db')];
    expect(await web.write(0, block(1))).to.equal(0);
    expect(await db.write(0, block(2))).to.equal(0);
    for (const each of [web, db]) each.socket.destroy();
    await until(() => ['db', 'mail'].every((each) => node.status(each).role === 'Secondary'), 'demoted');
    // On the other node "db" is what is called "web" here, and has its data.
    const peer = await cluster.node(1).nbd('db');
    expect(await peer.readData(0, 4_096)).to.deep.equal(block(1));
    peer.socket.destroy();
    // Deleted, and made anew: another resource, without a past.
    const { results } = await node.apply({ resources: [cluster.desired('web', 0)] });
    expect(results[0]?.answers[0]?.codeName, 'the name is taken here').to.equal('RESOURCE_EXISTS');
    expect(node.satellite.engine.has('web')).to.equal(false);
  });
});
