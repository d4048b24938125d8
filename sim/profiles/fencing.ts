/**
 * Profile `fencing`: policies, handlers that power off, outdate, break or stay silent, and everything that ends a link. In a third
 * of the runs nobody outside keeps two nodes from writing: stonith and the constraints of the handlers have to.
 */
import { generatePlan } from '../generate.ts';
import type { FenceKind } from '../handler-schema.ts';
import type { Plan, PlanAction, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawMoment, drawOutage, type Moments } from './outages.ts';

/** D: with a disk, C: a client without one. */
const SHAPES = ['DD', 'DD', 'DDD', 'DDD', 'DDC', 'DDDD', 'DDDC', 'DDDDD'] as const;

const TRIGGERS: Moments = [
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
    entries.push({ ...drawMoment(random, durationMs, TRIGGERS), ...drawAction(random, nodes, isOpen) } as PlanEntry);
  return entries;
}

function drawAction(random: RandomStream, nodes: number, isOpen: boolean): PlanAction {
  const weights = [12, 16, 4, 4, 6, 5, 8, 8, 5, 12, 3, 4, isOpen ? 0 : 3];
  const others = (kind: number): PlanAction =>
    kind === 0
      ? { do: 'suspend-io', node: 'primary', forMs: random.pick([20, 500, 2_000]) }
      : {
          do: 'set-option',
          name: 'fencing',
          value: random.pick(['dont-care', 'resource-only', 'resource-and-stonith']),
        };
  return drawOutage(random, { nodes, weights, abruptPermille: 500, others });
}
