import { expect } from 'chai';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { BLOCK, MIB, TestCluster } from './cluster.ts';

describe('a resync after an outage', function () {
  this.timeout(180_000);
  const SIZE_MIB = 64;
  let cluster: TestCluster;
  let client: NbdClient;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume('exact', SIZE_MIB, cluster.names);
    client = await cluster.connect('sat1', 'exact');
    // Data and used activity log extents all over, so that a resync that moves too much has something to move.
    for (let offset = 0; offset < SIZE_MIB * MIB; offset += MIB) await client.write(offset, Buffer.alloc(65_536, 1));
    await client.flush();
    await cluster.settled('exact');
  });
  after(() => cluster?.down());

  const DISTINCT_BLOCKS = (SIZE_MIB * MIB) / BLOCK;

  /** Writes that touch exactly `count` blocks, some of them twice, some of them only in part. */
  async function writeBlocks(count: number, fill: number): Promise<void> {
    const step = Math.floor(DISTINCT_BLOCKS / count);
    for (let index = 0; index < count; index++) {
      const offset = index * step * BLOCK;
      if (index % 3 === 0) await client.write(offset, Buffer.alloc(BLOCK, fill));
      else await client.write(offset + 512 * (index % 7), Buffer.alloc(512, fill));
      if (index % 5 === 0) await client.write(offset, Buffer.alloc(BLOCK, fill + 1));
    }
  }

  const cases = [
    { how: 'SIGKILL', end: (name: string) => cluster.kill(name) },
    { how: 'SIGTERM', end: (name: string) => cluster.terminate(name) },
  ] as const;
  for (const { how, end } of cases) {
    for (const blocks of [1, 57, 500]) {
      it(`moves exactly the ${blocks} blocks that were written while the node was away (${how})`, async () => {
        await end('sat3');
        await writeBlocks(blocks, blocks % 250);
        const since = await cluster.start('sat3');
        await cluster.settled('exact');
        expect(cluster.resyncedBlocks('sat3', 'exact', since)).to.equal(blocks);
        await cluster.expectIdentical('exact');
      });
    }

    it(`moves nothing when nothing was written (${how})`, async () => {
      await end('sat2');
      const since = await cluster.start('sat2');
      await cluster.settled('exact');
      expect(cluster.resyncedBlocks('sat2', 'exact', since)).to.equal(0);
    });

    it(`moves a block once, however many replicas could give it, and each of two outages counts its own (${how})`, async () => {
      await end('sat2');
      await writeBlocks(40, 21);
      const second = await cluster.start('sat2');
      await cluster.settled('exact');
      await end('sat3');
      await writeBlocks(25, 31);
      const third = await cluster.start('sat3');
      await cluster.settled('exact');
      expect(cluster.resyncedBlocks('sat2', 'exact', second), 'sat2').to.equal(40);
      expect(cluster.resyncedBlocks('sat3', 'exact', third), 'sat3').to.equal(25);
      await cluster.expectIdentical('exact');
    });
  }

  it('a range that was zeroed while the node was away is moved as its blocks, and reads as zeroes there', async () => {
    await cluster.kill('sat3');
    await client.trim(8 * MIB, 10 * BLOCK);
    const since = await cluster.start('sat3');
    await cluster.settled('exact');
    expect(cluster.resyncedBlocks('sat3', 'exact', since)).to.equal(10);
    await cluster.expectIdentical('exact');
  });
});
