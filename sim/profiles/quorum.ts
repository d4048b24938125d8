/**
 * Profile `quorum`: no arbiter outside. Small clusters with quorum, links that break in every shape, clients that move by force
 * and a second one that tries elsewhere while the first is stuck. Machines may die and come back, but keep what their disks
 * have taken: what a majority of disks has is to survive.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** D: with a disk, T: tie-breaker. */
const SHAPES = ['DDT', 'DDT', 'DTD', 'DDD', 'DDD', 'DDDD', 'DDDDT', 'DDDDD', 'DDTTT'] as const;

const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
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
    entries.push({ ...drawMoment(random, durationMs), ...drawAction(random, nodes, deaths) } as PlanEntry);
  }
  return entries;
}

function drawMoment(random: RandomStream, durationMs: number): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (random.coin()) return { at: random.between(50, durationMs) };
  const [event, nthMax] = random.pick(TRIGGERS);
  return { when: { event, nth: random.between(1, nthMax) }, delayUs: random.pick([0, 0, 30, 300, 5_000]) };
}

function drawAction(random: RandomStream, nodes: number, deaths: boolean): PlanAction {
  const node = (): NodeSelector =>
    random.permille(400) ? 'primary' : random.permille(300) ? 'secondary' : random.below(nodes);
  const span = (): number => random.pick([50, 300, 1_000, 2_500, 5_000]);
  const restartMs = random.pick([1, 100, 800, 2_500]);
  switch (random.weighted([16, 16, 4, 4, 4, 6, 8, deaths ? 8 : 0, deaths ? 3 : 0, 2, 2])) {
    case 0:
      return { do: 'isolate', node: node(), forMs: span() };
    case 1:
      return { do: 'cut', a: node(), b: random.below(nodes), forMs: span() };
    case 2:
      return { do: 'stall', from: node(), to: random.below(nodes), forMs: span() };
    case 3:
      return { do: 'half-open', a: node(), b: random.below(nodes) };
    case 4:
      return { do: 'reset', a: node(), b: random.below(nodes) };
    case 5:
      return { do: 'pause', node: node(), forMs: random.pick([50, 500, 2_000, 6_000]) };
    case 6:
      return { do: 'switch', abrupt: random.permille(700) };
    case 7:
      return { do: 'crash', node: node(), restartMs };
    case 8:
      return { do: 'stop', node: node(), restartMs };
    case 9:
      return { do: 'disconnect', node: node(), peer: random.below(nodes), forMs: span() };
    default:
      return { do: 'flap', a: node(), b: random.below(nodes), periodMs: random.pick([5, 60, 400]), times: 4 };
  }
}
