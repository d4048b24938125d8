/**
 * Profile `fencing`: policies, handlers that power off, outdate, break or stay silent, and everything that ends a link. In a third
 * of the runs nobody outside keeps two nodes from writing: stonith and the constraints of the handlers have to.
 */
import { generatePlan } from '../generate.ts';
import type { FenceKind } from '../handler-schema.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** D: with a disk, C: a client without one. */
const SHAPES = ['DD', 'DD', 'DDD', 'DDD', 'DDC', 'DDDD', 'DDDC', 'DDDDD'] as const;

const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['DATA', 60],
  ['WRITE_ACK', 60],
  ['BARRIER', 20],
  ['CURRENT_UUID', 4],
  ['STATE', 30],
  ['TWOPC_PREPARE', 6],
  ['TWOPC_COMMIT', 4],
  ['VERDICT', 12],
  ['metadata-write', 40],
  ['client-ack', 80],
  ['role:Primary', 4],
  ['handler:fence-peer', 4],
  ['handler:unfence-peer', 3],
  ['handler:before-resync-target', 3],
  ['replication:SyncTarget', 3],
  ['resync-end', 3],
];

/** Honest ones alone where the cluster depends on them: a handler that never succeeds leaves it frozen until all are back. */
const FENCE_KINDS: readonly (readonly FenceKind[])[] = [
  ['stonith'],
  ['outdate'],
  ['stonith', 'outdate'],
  ['stonith', 'outdate', 'broken'],
  ['outdate', 'silent'],
  ['broken'],
];

export function fencingPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/fencing');
  const shape = random.pick(SHAPES);
  const isOpen = random.permille(330);
  const stonith = isOpen || random.permille(600);
  return {
    ...base,
    name: `fencing-${seed}`,
    nodes: [...shape].map((letter) => ({ diskful: letter === 'D' })),
    volumes: base.volumes.slice(0, random.permille(700) ? 1 : 2),
    protocol: isOpen || random.permille(700) ? 'C' : stonith ? 'B' : 'A',
    protocols: [],
    ...(isOpen ? { fencing: 'handlers' as const } : {}),
    handlers: {
      fencePeer: [...random.pick(FENCE_KINDS)],
      beforeResyncFailsPermille: random.pick([0, 0, 0, 300]),
      delayMs: random.pick<[number, number]>([
        [0, 0],
        [0, 20],
        [50, 1_500],
        [500, 6_000],
      ]),
    },
    options: {
      ...base.options,
      quorum: 'off',
      fencing: stonith ? 'resource-and-stonith' : 'resource-only',
      onNoDataAccessible: random.coin() ? 'suspend-io' : 'io-error',
      onSuspendedPrimaryOutdated: random.permille(800) ? 'force-secondary' : 'disconnect',
    },
    workload: { ...base.workload, thinkUs: random.pick([2_000, 20_000, 60_000]) },
    entries: drawEntries(random, shape.length, base.durationMs, isOpen),
  };
}

function drawEntries(random: RandomStream, nodes: number, durationMs: number, isOpen: boolean): PlanEntry[] {
  const entries: PlanEntry[] = [];
  for (let i = random.between(1, 7); i > 0; i -= 1)
    entries.push({ ...drawMoment(random, durationMs), ...drawAction(random, nodes, isOpen) } as PlanEntry);
  return entries;
}

function drawMoment(random: RandomStream, durationMs: number): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (random.coin()) return { at: random.between(50, durationMs) };
  const [event, nthMax] = random.pick(TRIGGERS);
  return { when: { event, nth: random.between(1, nthMax) }, delayUs: random.pick([0, 0, 30, 300, 5_000]) };
}

function drawAction(random: RandomStream, nodes: number, isOpen: boolean): PlanAction {
  const node = (): NodeSelector =>
    random.permille(400) ? 'primary' : random.permille(300) ? 'secondary' : random.below(nodes);
  const span = (): number => random.pick([50, 300, 1_000, 2_500, 5_000]);
  const restartMs = random.pick([1, 100, 800, 2_500]);
  switch (random.weighted([12, 16, 4, 4, 6, 5, 8, 8, 5, 12, 3, 4, isOpen ? 0 : 3])) {
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
      return { do: 'switch', abrupt: random.permille(500) };
    case 7:
      return { do: 'crash', node: node(), restartMs };
    case 8:
      return { do: 'stop', node: node(), restartMs };
    case 9:
      return { do: 'disconnect', node: node(), peer: random.below(nodes), forMs: span() };
    case 10:
      return { do: 'flap', a: node(), b: random.below(nodes), periodMs: random.pick([5, 60, 400]), times: 4 };
    case 11:
      return { do: 'suspend-io', node: 'primary', forMs: random.pick([20, 500, 2_000]) };
    default:
      return {
        do: 'set-option',
        name: 'fencing',
        value: random.pick(['dont-care', 'resource-only', 'resource-and-stonith']),
      };
  }
}
