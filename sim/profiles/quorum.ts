/**
 * Profile `quorum`: no arbiter outside. Small clusters with quorum, links that break in every shape, clients that move by force
 * and a second one that tries elsewhere while the first is stuck. Machines may die and come back, but keep what their disks
 * have taken: what a majority of disks has is to survive.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanAction, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawMoment, drawOutage, type Moments } from './outages.ts';

/** D: with a disk, T: tie-breaker. */
const SHAPES = ['DDT', 'DDT', 'DTD', 'DDD', 'DDD', 'DDDD', 'DDDDT', 'DDDDD', 'DDTTT'] as const;

const TRIGGERS: Moments = [
  ['DATA', 60],
  ['WRITE_ACK', 60],
  ['BARRIER', 20],
  ['PEER_ACK', 8],
  ['CURRENT_UUID', 4],
  ['STATE', 30],
  ['TWOPC_PREPARE', 6],
  ['TWOPC_COMMIT', 3],
  ['VERDICT', 12],
  ['metadata-write', 40],
  ['client-ack', 80],
  ['role:Primary', 4],
  ['replication:SyncTarget', 3],
  ['resync-end', 3],
];

export function quorumPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/quorum');
  const shape = random.pick(SHAPES);
  const diskful = [...shape].filter((letter) => letter === 'D').length;
  const majority = Math.floor(diskful / 2) + 1;
  return {
    ...base,
    name: `quorum-${seed}`,
    nodes: [...shape].map((letter) => ({ diskful: letter === 'D' })),
    volumes: base.volumes.slice(0, random.permille(800) ? 1 : 2),
    protocol: 'C',
    protocols: [],
    fencing: 'quorum',
    options: {
      ...base.options,
      quorum: random.permille(750) ? 'majority' : random.permille(300) ? 'all' : majority,
      onNoQuorum: random.permille(650) ? 'suspend-io' : 'io-error',
      onNoDataAccessible: random.coin() ? 'suspend-io' : 'io-error',
      onSuspendedPrimaryOutdated: random.permille(800) ? 'force-secondary' : 'disconnect',
      ...(random.permille(200) ? { quorumMinimumRedundancy: 'majority' } : {}),
      ...(random.permille(200) ? { quorumDynamicVoters: false } : {}),
    },
    workload: { ...base.workload, thinkUs: random.pick([2_000, 20_000, 60_000]) },
    entries: drawEntries(random, shape.length, base.durationMs),
  };
}

function drawEntries(random: RandomStream, nodes: number, durationMs: number): PlanEntry[] {
  const entries: PlanEntry[] = [];
  const deaths = random.coin();
  for (let i = random.between(1, 8); i > 0; i -= 1) {
    entries.push({ ...drawMoment(random, durationMs, TRIGGERS), ...drawAction(random, nodes, deaths) } as PlanEntry);
  }
  return entries;
}

function drawAction(random: RandomStream, nodes: number, deaths: boolean): PlanAction {
  const weights = [16, 16, 4, 4, 4, 6, 8, deaths ? 8 : 0, deaths ? 3 : 0, 2, 2];
  return drawOutage(random, { nodes, weights, abruptPermille: 700 });
}
