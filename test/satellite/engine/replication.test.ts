import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CMD, command, ERR, goData, OPT, RawClient, REP } from '../nbd/raw-client.ts';
import { isSettled, summary, TestCluster, type TestNode, until } from './cluster.ts';

const BLOCK = 4096;

function patterned(length: number, seed: number): Buffer {
  const buffer = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) buffer[i] = (i * 31 + seed * 17 + (i >> 8)) & 0xff;
  return buffer;
}
async function write(client: RawClient, offset: number, data: Buffer, flags = 0): Promise<number> {
  client.send(command(CMD.WRITE, { offset, length: data.length, flags }), data);
  return (await client.simpleReply()).error;
}
async function read(client: RawClient, offset: number, length: number): Promise<Buffer> {
  client.send(command(CMD.READ, { offset, length }));
  const { error } = await client.simpleReply();
  if (error !== 0) throw new Error(`read failed: ${error}`);
  return client.read(length);
}
async function simple(client: RawClient, type: number, offset = 0, length = 0): Promise<number> {
  client.send(command(type, { offset, length }));
  return (await client.simpleReply()).error;
}
async function close(client: RawClient, node: TestNode, name: string): Promise<void> {
  client.send(command(CMD.DISC));
  await client.readToEnd();
  client.socket.destroy();
  await until(() => node.status(name).role === 'Secondary', 'the last close demotes');
}
const dataOf = (node: TestNode, name: string): Buffer => readFileSync(join(node.pool, `${name}_00000`));
const settled = (cluster: TestCluster, name: string) =>
  until(
    () => cluster.nodes.every((node) => isSettled(node.status(name))),
    () => cluster.nodes.map((node) => summary(node.status(name))).join('\n'),
  );

describe('Satellites that replicate', function () {
  this.timeout(30_000);
  let cluster: TestCluster;
  const count = 3;
  beforeEach(async () => {
    cluster = await TestCluster.start(count);
  });
  afterEach(() => cluster.stop());

  it('store what a client writes on one node in the files of all', async () => {
    await cluster.makeResource('r0');
    await settled(cluster, 'r0');
    const client = await cluster.node(0).nbd('r0/0');
    const small = patterned(BLOCK, 1);
    const large = patterned(3 * 1_048_576 + 512, 2);
    expect(await write(client, 8192, small)).to.equal(ERR.OK);
    expect(await write(client, 65_536, large, 1)).to.equal(ERR.OK);
    expect(await simple(client, CMD.ZEROES, 65_536 + 4096, 8192)).to.equal(ERR.OK);
    expect(await simple(client, CMD.TRIM, 2 * 1_048_576, 1_048_576)).to.equal(ERR.OK);
    expect(await simple(client, CMD.FLUSH)).to.equal(ERR.OK);
    const expected = Buffer.alloc(8_388_608);
    small.copy(expected, 8192);
    large.copy(expected, 65_536);
    expected.fill(0, 65_536 + 4096, 65_536 + 4096 + 8192).fill(0, 2 * 1_048_576, 3 * 1_048_576);
    expect((await read(client, 0, 4 * 1_048_576)).equals(expected.subarray(0, 4 * 1_048_576))).to.equal(true);
    for (const node of cluster.nodes) expect(dataOf(node, 'r0').equals(expected), node.name).to.equal(true);
    await close(client, cluster.node(0), 'r0');
  });

  it('let one node write at a time, and the next one after the last close', async () => {
    await cluster.makeResource('r0');
    await settled(cluster, 'r0');
    const first = await cluster.node(0).nbd('r0');
    expect(cluster.node(0).status('r0').role).to.equal('Primary');
    const second = await RawClient.negotiating(cluster.node(1).nbdAddress());
    const refusal = (await second.option(OPT.GO, goData('r0'))).at(-1);
    expect(refusal?.type).to.equal(REP.POLICY);
    expect(refusal?.data.toString()).to.contain('sat0');
    second.socket.destroy();
    expect(await write(first, 0, patterned(BLOCK, 3))).to.equal(ERR.OK);
    await close(first, cluster.node(0), 'r0');
    const third = await cluster.node(1).nbd('r0');
    expect((await read(third, 0, BLOCK)).equals(patterned(BLOCK, 3))).to.equal(true);
    await close(third, cluster.node(1), 'r0');
  });

  it('move exactly the blocks that were written while a node was away', async () => {
    await cluster.makeResource('r0');
    await settled(cluster, 'r0');
    const client = await cluster.node(0).nbd('r0');
    expect(await write(client, 0, patterned(BLOCK, 1))).to.equal(ERR.OK);
    // Without it the first write could still be volatile over there, and would count as missed.
    expect(await simple(client, CMD.FLUSH)).to.equal(ERR.OK);
    await cluster.node(2).stop();
    await until(
      () =>
        cluster
          .node(0)
          .status('r0')
          .connections.some(({ state }) => state !== 'Connected'),
      'the loss is noticed',
    );
    const blocks = [1, 5, 6, 700, 2047];
    for (const block of blocks) expect(await write(client, block * BLOCK, patterned(BLOCK, block))).to.equal(ERR.OK);
    await cluster.node(2).start();
    await settled(cluster, 'r0');
    const ends = cluster
      .node(2)
      .events.flatMap(({ event }) => (event?.kind === 'resync-end' && event.side === 'target' ? [event.blocks] : []));
    expect(ends).to.deep.equal([blocks.length]);
    expect(dataOf(cluster.node(2), 'r0').equals(dataOf(cluster.node(0), 'r0'))).to.equal(true);
    await close(client, cluster.node(0), 'r0');
  });

  it('grow a volume under its client when its definition does; a new session sees the size, also after a restart', async () => {
    const options = { diskless: [2], sizeKib: 8192 };
    await cluster.makeResource('r0', options);
    await settled(cluster, 'r0');
    const client = await cluster.node(0).nbd('r0/0');
    const before = patterned(BLOCK, 1);
    expect(await write(client, 8_388_608 - BLOCK, before)).to.equal(ERR.OK);
    await cluster.makeResource('r0', { ...options, sizeKib: 16_384 });
    const sizeOf = (node: TestNode): number => node.status('r0').volumes[0]?.sizeBytes ?? 0;
    await until(() => cluster.nodes.every((node) => sizeOf(node) === 16_777_216), 'grown everywhere');
    await settled(cluster, 'r0');
    await close(client, cluster.node(0), 'r0');
    const second = await cluster.node(2).nbd('r0/0');
    const behind = patterned(BLOCK, 2);
    expect(await write(second, 16_777_216 - BLOCK, behind)).to.equal(ERR.OK);
    expect((await read(second, 8_388_608 - BLOCK, BLOCK)).equals(before)).to.equal(true);
    await close(second, cluster.node(2), 'r0');
    for (const index of [0, 1]) {
      const data = dataOf(cluster.node(index), 'r0');
      expect(data.length).to.equal(16_777_216);
      expect(data.subarray(16_777_216 - BLOCK).equals(behind)).to.equal(true);
    }
    await cluster.node(1).stop();
    await cluster.node(1).start();
    await settled(cluster, 'r0');
    expect(cluster.nodes.map(sizeOf)).to.deep.equal([16_777_216, 16_777_216, 16_777_216]);
  });

  it('serve everything again after all of them restarted, without a controller', async () => {
    await cluster.makeResource('r0');
    await settled(cluster, 'r0');
    const client = await cluster.node(1).nbd('r0');
    expect(await write(client, 4096, patterned(BLOCK, 9), 1)).to.equal(ERR.OK);
    await close(client, cluster.node(1), 'r0');
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await Promise.all(cluster.nodes.map((node) => node.start()));
    await settled(cluster, 'r0');
    const again = await cluster.node(2).nbd('r0');
    expect((await read(again, 4096, BLOCK)).equals(patterned(BLOCK, 9))).to.equal(true);
    await close(again, cluster.node(2), 'r0');
  });

  it('give a diskless node the data of the others, and take its writes', async () => {
    await cluster.makeResource('r0', { diskless: [0] });
    await settled(cluster, 'r0');
    const client = await cluster.node(0).nbd('r0');
    const data = patterned(100 * BLOCK, 4);
    expect(await write(client, BLOCK, data)).to.equal(ERR.OK);
    expect((await read(client, BLOCK, data.length)).equals(data)).to.equal(true);
    for (const node of cluster.nodes.slice(1))
      expect(
        dataOf(node, 'r0')
          .subarray(BLOCK, BLOCK + data.length)
          .equals(data),
        node.name,
      ).to.equal(true);
    await close(client, cluster.node(0), 'r0');
  });

  it('bring a replica that is added later up to date in full', async () => {
    const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const two = (index: number) => {
      const desired = cluster.desired('r0', index);
      return { ...desired, peers: (desired.peers ?? []).filter(({ nodeId }) => nodeId !== 2) };
    };
    await Promise.all([first.make(two(0)), second.make(two(1))]);
    await until(() => isSettled(first.status('r0')) && isSettled(second.status('r0')), 'two settle');
    const client = await first.nbd('r0');
    const data = patterned(1_048_576, 5);
    expect(await write(client, 1_048_576, data)).to.equal(ERR.OK);
    await Promise.all([
      first.make(cluster.desired('r0', 0)),
      second.make(cluster.desired('r0', 1)),
      third.make(cluster.desired('r0', 2, { initialGeneration: '' })),
    ]);
    await settled(cluster, 'r0');
    expect(dataOf(third, 'r0').equals(dataOf(first, 'r0'))).to.equal(true);
    await close(client, first, 'r0');
  });

  it('keep a client going while a node fails, and heal it after a crash', async () => {
    await cluster.makeResource('r0');
    await settled(cluster, 'r0');
    const client = await cluster.node(0).nbd('r0');
    for (let round = 0; round < 3; round += 1) {
      const failing = cluster.node(1 + (round % 2));
      const stopped = failing.stop(0);
      for (let block = 0; block < 40; block += 1)
        expect(await write(client, block * BLOCK, patterned(BLOCK, round * 40 + block))).to.equal(ERR.OK);
      await stopped;
      await failing.start();
      for (let block = 40; block < 60; block += 1)
        expect(await write(client, block * BLOCK, patterned(BLOCK, round + block))).to.equal(ERR.OK);
      await settled(cluster, 'r0');
    }
    const expected = dataOf(cluster.node(0), 'r0');
    for (const node of cluster.nodes) expect(dataOf(node, 'r0').equals(expected), node.name).to.equal(true);
    await close(client, cluster.node(0), 'r0');
  });
});
