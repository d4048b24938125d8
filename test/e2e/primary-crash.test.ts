import { expect } from 'chai';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { eventually } from './programs.ts';

describe('the node that serves the client crashes', function () {
  this.timeout(180_000);
  const SIZE_MIB = 64;
  const RESOURCE = 'crash';
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.createVolume(RESOURCE, SIZE_MIB, cluster.names);
  });
  after(() => cluster?.down());

  const reconnect = (name: string): Promise<NbdClient> =>
    eventually(`${name} serves the client`, () => cluster.connect(name, RESOURCE).catch(() => undefined), {
      withinMs: 45_000,
      everyMs: 100,
    });

  const acknowledged = (ledger: Ledger, writes: number): Promise<true> =>
    eventually(`${writes} writes are acknowledged`, () => {
      ledger.check();
      return ledger.acknowledgedWrites >= writes ? true : undefined;
    });

  /** Blocks that the log of a satellite says its activity log has marked. */
  const markedByLog = (name: string, since: number): number =>
    cluster
      .log(name, since)
      .filter((line) => line.kind === 'activity-log-applied' && line.resource === RESOURCE)
      .reduce((sum, line) => sum + Number(line['extents']), 0);

  it('every acknowledged write is there on another node, and the old one returns by its activity log', async () => {
    const ledger = new Ledger(SIZE_MIB * MIB, 8 * MIB);
    const first = await cluster.connect('sat1', RESOURCE);
    ledger.start(first);
    await acknowledged(ledger, 300);
    await cluster.kill('sat1');
    await ledger.ended();

    const second = await reconnect('sat2');
    await ledger.verify(second);
    ledger.start(second);
    await acknowledged(ledger, ledger.acknowledgedWrites + 200);
    const since = await cluster.start('sat1');
    await cluster.settled(RESOURCE);
    await ledger.stop();
    await second.flush();
    await cluster.settled(RESOURCE);
    await ledger.verify(second);
    await second.close();
    for (const name of cluster.names) await ledger.verifyFile(cluster.dataFile(name, RESOURCE));
    await cluster.expectIdentical(RESOURCE);

    expect(markedByLog('sat1', since), 'extents of the activity log').to.be.greaterThan(0);
    const moved = cluster.resyncedBlocks('sat1', RESOURCE, since);
    expect(moved).to.be.greaterThan(0);
  });

  it('it moves the extents of its activity log, not the whole volume', async () => {
    const client = await cluster.connect('sat3', RESOURCE);
    const ledgerFill = Buffer.alloc(65_536, 7);
    // All extents of the log of the last Primary are cold after a clean stop.
    await client.write(0, ledgerFill);
    await client.write(40 * MIB, ledgerFill);
    await cluster.kill('sat3');
    const since = await cluster.start('sat3');
    await cluster.settled(RESOURCE);
    const extents = markedByLog('sat3', since);
    expect(extents).to.be.within(1, 2);
    const blocksPerExtent = (4 * MIB) / 4096;
    expect(cluster.resyncedBlocks('sat3', RESOURCE, since)).to.be.at.most(extents * blocksPerExtent);
    await cluster.expectIdentical(RESOURCE);
  });

  it('the client can go on through the same node as soon as it is back', async () => {
    const ledger = new Ledger(SIZE_MIB * MIB, 8 * MIB);
    const first = await cluster.connect('sat2', RESOURCE);
    // From here on every block is the ledger's.
    for (let block = 0; block < (SIZE_MIB * MIB) / 4096; block += 128) await ledger.write(first, block, 128);
    ledger.start(first);
    await acknowledged(ledger, ledger.acknowledgedWrites + 200);
    await cluster.kill('sat2');
    await ledger.ended();
    await cluster.start('sat2');
    const again = await reconnect('sat2');
    await ledger.verify(again);
    ledger.start(again);
    await acknowledged(ledger, ledger.acknowledgedWrites + 100);
    await ledger.stop();
    await again.flush();
    await cluster.settled(RESOURCE);
    await ledger.verify(again);
    await again.close();
    await cluster.expectIdentical(RESOURCE);
  });

  it('all three crash at once and every write that was flushed is there', async () => {
    const client = await cluster.connect('sat1', RESOURCE);
    const ledger = new Ledger(SIZE_MIB * MIB, 8 * MIB);
    for (let block = 0; block < (SIZE_MIB * MIB) / 4096; block += 128) await ledger.write(client, block, 128);
    await client.flush();
    ledger.start(client);
    await acknowledged(ledger, ledger.acknowledgedWrites + 100);
    await Promise.all(cluster.names.map((name) => cluster.kill(name)));
    await ledger.ended();
    await Promise.all(cluster.names.map((name) => cluster.start(name)));
    await cluster.settled(RESOURCE, cluster.names, 60_000);
    const again = await reconnect('sat3');
    await ledger.verify(again);
    await again.close();
    await cluster.expectIdentical(RESOURCE);
  });
});
