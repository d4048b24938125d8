/**
 * The score of a pool: for each strategy its raw value, divided by the highest raw value of all candidates, times the
 * weight of the strategy (less is better: negative), added up. A low score excludes nobody.
 */
import type { ClusterView } from '../domain/cluster-view.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import type { Capacity } from './capacity.ts';
import { firstValue } from '../domain/properties.ts';
import { controllerProps, numberProp } from './placement-props.ts';

interface Strategy {
  readonly name: string;
  readonly defaultWeight: number;
  readonly sign: 1 | -1;
  readonly raw: (pool: StoragePool, capacity: Capacity) => number;
}

const STRATEGIES: readonly Strategy[] = [
  { name: 'MaxFreeSpace', defaultWeight: 1, sign: 1, raw: (_, { freeKib }) => freeKib },
  { name: 'MinReservedSpace', defaultWeight: 0, sign: -1, raw: (_, { usage }) => usage.reservedKib },
  // Breaks ties of equal free space.
  { name: 'MinRscCount', defaultWeight: 0.00001, sign: -1, raw: (_, { usage }) => usage.resources },
  { name: 'MaxThroughput', defaultWeight: 0, sign: 1, raw: spareThroughput },
];

/** What the pool can do, less what the throttles of its volumes set aside; a pool that does not say has none to spare. */
function spareThroughput(pool: StoragePool, { usage }: Capacity): number {
  const most = numberProp('Autoplacer/MaxThroughput', [pool.props]) ?? 0;
  return Math.max(0, most - usage.throttle);
}

export type ScoreOf = (pool: StoragePool, capacity: Capacity) => number;

/** `candidates` are all that the scores are compared with. */
export function scoring(
  view: ClusterView,
  candidates: Iterable<{ readonly pool: StoragePool; readonly capacity: Capacity }>,
): ScoreOf {
  const used = STRATEGIES.map((strategy) => ({ ...strategy, weight: weightOf(view, strategy) }))
    .filter(({ weight }) => weight !== 0)
    .map((strategy) => ({ ...strategy, highest: 0 }));
  for (const { pool, capacity } of candidates) {
    for (const strategy of used) strategy.highest = Math.max(strategy.highest, strategy.raw(pool, capacity));
  }
  return (pool, capacity) => {
    let score = 0;
    for (const { raw, weight, sign, highest } of used) {
      if (highest > 0) score += (raw(pool, capacity) / highest) * weight * sign;
    }
    return score;
  };
}

/** A weight that is no number counts as 1. */
function weightOf(view: ClusterView, { name, defaultWeight }: Strategy): number {
  const text = firstValue(`Autoplacer/Weights/${name}`, [controllerProps(view)]);
  if (text === undefined) return defaultWeight;
  const weight = Number(text);
  return Number.isFinite(weight) ? weight : 1;
}
