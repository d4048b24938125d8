import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MIB, TestCluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { TOOL_CHECKS } from './nbd-tools.ts';
import { outage } from './outages.ts';
import { progress } from './programs.ts';

describe('one of three replicas is killed and restarted all the time', function () {
  this.timeout(240_000);
  const REPLICAS = ['sat1', 'sat2', 'sat3'];
  const CYCLES_UNDER_TOOLS = 30;
  const CYCLES_UNDER_DISKLESS_CLIENT = 20;
  const SIZE_MIB = 64;
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.up(4);
    await cluster.createVolume('mill', SIZE_MIB, REPLICAS);
    await cluster.createVolume('net', SIZE_MIB, REPLICAS);
    await cluster.mustCli('resource', 'create', 'sat4', 'net', '--diskless');
    await cluster.settled('net');
  });
  after(() => cluster?.down());

  it(`every program gets its data back while that happens ${CYCLES_UNDER_TOOLS} times`, async () => {
    const target = { uri: cluster.uri('sat1', 'mill'), sizeBytes: SIZE_MIB * MIB };
    const victims = ['sat2', 'sat3'];
    let cycles = 0;
    let toolsDone = false;
    let failed = false;
    const mill = async (): Promise<void> => {
      let moved = 0;
      while (!failed && (cycles < CYCLES_UNDER_TOOLS || !toolsDone)) {
        const victim = victims[cycles % victims.length] ?? '';
        moved += await outage(cluster, { resource: 'mill', victim, witness: 'sat1', nodes: REPLICAS });
        cycles += 1;
        if (cycles % 5 === 0) progress(`${cycles} outages, ${moved} blocks moved by their resyncs`);
      }
    };
    const tools = async (): Promise<void> => {
      for (let turn = 0; !failed && (!toolsDone || cycles < CYCLES_UNDER_TOOLS); turn++) {
        const chosen = TOOL_CHECKS[turn % TOOL_CHECKS.length];
        if (chosen === undefined) throw new Error('there are no tools');
        const from = cycles;
        const scratch = await mkdtemp(join(cluster.dir, 'scratch-'));
        // Those that can last see at least one node go and come back.
        await chosen.check({
          ...target,
          scratch,
          enough: () => failed || cycles > Math.min(from + 1, CYCLES_UNDER_TOOLS - 1),
        });
        await rm(scratch, { recursive: true });
        progress(`${chosen.name} (meanwhile ${cycles - from} outages ended)`);
        if (turn + 1 >= TOOL_CHECKS.length) toolsDone = true;
      }
    };
    const both = [mill(), tools()].map((side) =>
      side.catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    );
    const failure = (await Promise.allSettled(both)).find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    expect(cycles).to.be.at.least(CYCLES_UNDER_TOOLS);
    await cluster.settled('mill', REPLICAS);
    await cluster.expectIdentical('mill', REPLICAS);
  });

  it(`a client on a diskless node loses nothing while each of the three dies in turn, ${CYCLES_UNDER_DISKLESS_CLIENT} times`, async () => {
    const client = await cluster.connect('sat4', 'net');
    const ledger = new Ledger(client.sizeBytes, 3 * MIB);
    ledger.start(client);
    let moved = 0;
    try {
      for (let cycle = 1; cycle <= CYCLES_UNDER_DISKLESS_CLIENT; cycle++) {
        const victim = REPLICAS[cycle % REPLICAS.length] ?? '';
        const witness = REPLICAS[(cycle + 1) % REPLICAS.length] ?? '';
        moved += await outage(cluster, { resource: 'net', victim, witness, nodes: cluster.names });
        ledger.check();
        if (cycle % 5 === 0)
          progress(`${cycle} outages, ${moved} blocks moved, ${ledger.acknowledgedWrites} writes acknowledged`);
      }
      await ledger.stop();
      await client.flush();
      await cluster.settled('net');
      await ledger.verify(client);
    } finally {
      await client.close();
      await ledger.ended();
    }
    expect(moved).to.be.greaterThan(0);
    for (const name of REPLICAS) await ledger.verifyFile(cluster.dataFile(name, 'net'));
    await cluster.expectIdentical('net', REPLICAS);
  });
});
