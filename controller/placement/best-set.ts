/**
 * From places that fit one by one to a set that obeys the rules about all of them, with the highest sum of scores.
 * Back-tracking with two cuts: no branch that cannot beat the best set any more, and of nodes that are alike for all
 * rules only the best one at each step (any set with another of them could have this one instead).
 */
import type { Node } from '../domain/node.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import type { SpreadRules } from './spread-rules.ts';

export interface Choice {
  readonly node: Node;
  /** Undefined: diskless. */
  readonly pool: StoragePool | undefined;
  readonly score: number;
}

/** Contradictory wishes over many properties could keep the search busy for long: what has been found by then counts. */
const STEPS_MAX = 50_000;

export const byPreference = (a: Choice, b: Choice): number =>
  b.score - a.score || compare(a.node.name, b.node.name) || compare(a.pool?.name ?? '', b.pool?.name ?? '');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sumOf = (choices: readonly Choice[]): number => choices.reduce((sum, { score }) => sum + score, 0);

/** `candidates`: best first, one per node. @returns in the order of preference; undefined: there is no such set. */
export function bestSet(
  candidates: readonly Choice[],
  count: number,
  rules: SpreadRules,
): readonly Choice[] | undefined {
  const signatures = candidates.map(({ node }) => rules.signature(node));
  const sums = runningSums(candidates);
  const picked: Choice[] = [];
  let best: readonly Choice[] | undefined;
  let bestSum = Number.NEGATIVE_INFINITY;
  let steps = 0;

  const descend = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      if (sum <= bestSum || !rules.canEnd(0)) return;
      best = [...picked];
      bestSum = sum;
      return;
    }
    const tried = new Set<string>();
    for (let index = from; index + left <= candidates.length; index += 1) {
      const possible = sum + (sums[index + left] ?? 0) - (sums[index] ?? 0);
      if (possible <= bestSum || steps > STEPS_MAX) return;
      const candidate = candidates[index];
      const signature = signatures[index] ?? '';
      if (candidate === undefined || tried.has(signature)) continue;
      tried.add(signature);
      steps += 1;
      if (rules.objection(candidate.node) !== undefined) continue;
      rules.add(candidate.node);
      picked.push(candidate);
      if (rules.canEnd(left - 1)) descend(index + 1, left - 1, sum + candidate.score);
      picked.pop();
      rules.remove(candidate.node);
    }
  };
  descend(0, count, 0);
  return best;
}

/** The sum of the first n scores at index n. */
function runningSums(candidates: readonly Choice[]): number[] {
  let sum = 0;
  return [0, ...candidates.map(({ score }) => (sum += score))];
}
