/** One satellite dies and comes back, over and over, each time a little after everything was in sync again. */
import { BLOCK, type TestCluster } from './cluster.ts';
import { eventually } from './programs.ts';

/** A node is missed by so many blocks before it returns, unless the load is too slow for that. */
const MISSED_BLOCKS = 16;
const MISSED_WITHIN_MS = 700;
const RESYNC_WITHIN_MS = 30_000;

export interface OutageOptions {
  readonly resource: string;
  readonly victim: string;
  /** Knows what the victim misses. */
  readonly witness: string;
  readonly nodes: readonly string[];
}

/** SIGKILL, some writes without it, start, resync. @returns how many blocks the resync moved. */
export async function outage(cluster: TestCluster, options: OutageOptions): Promise<number> {
  const { resource, victim, witness, nodes } = options;
  await cluster.kill(victim);
  const deadline = performance.now() + MISSED_WITHIN_MS;
  await eventually('the client writes on', async () => {
    const status = await cluster.status(witness, resource);
    const missed = status?.connections.find((each) => each.name === victim)?.peerDevices[0]?.outOfSyncBytes ?? 0;
    return missed >= MISSED_BLOCKS * BLOCK || performance.now() > deadline;
  });
  const since = await cluster.start(victim);
  await cluster.settled(resource, nodes, RESYNC_WITHIN_MS);
  return cluster.resyncedBlocks(victim, resource, since);
}
