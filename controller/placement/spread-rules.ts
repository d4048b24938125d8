/**
 * The rules about several replicas at once: values of properties of nodes that must be equal, different, or taken by at
 * most N. A node without the property is, where values must differ, a value of its own.
 */
import { OperationError } from '../../common/errors.ts';
import type { Node } from '../domain/node.ts';
import type { SelectFilter } from '../domain/resource-group.ts';

/** `key` or `key=value`. */
export interface PropertyWish {
  readonly key: string;
  readonly value: string | undefined;
}

export function parseWish(text: string): PropertyWish {
  const at = text.indexOf('=');
  return at === -1 ? { key: text, value: undefined } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

const keysOf = (wishes: readonly string[]): string[] =>
  wishes
    .map(parseWish)
    .filter((wish) => wish.value === undefined)
    .map((wish) => wish.key);

interface Limit {
  readonly key: string;
  /** Replicas per value. */
  readonly most: number;
  readonly counts: Map<string, number>;
  /** Replicas on nodes without the property. */
  alone: number;
  /** So many values may stay below `most`: one, or as many as there are already. */
  readonly partlyFilled: number;
}

export class SpreadRules {
  private readonly same: readonly { readonly key: string; readonly values: string[] }[];
  private readonly limits: readonly Limit[];

  /**
   * `existing` are the nodes of the replicas that stay.
   * @throws OperationError UNDECIDABLE_PLACEMENT when they contradict each other.
   */
  constructor(filter: SelectFilter, existing: readonly Node[]) {
    this.same = keysOf(filter.replicasOnSame).map((key) => ({ key, values: commonValue(key, existing) }));
    const wanted = [
      ...keysOf(filter.replicasOnDifferent).map((key): [string, number] => [key, 1]),
      ...Object.entries(filter.xReplicasOnDifferent),
    ];
    this.limits = wanted.map(([key, most]) => limitOf(key, most, existing));
  }

  /** Nodes with equal ones are interchangeable for all rules. */
  signature(node: Node): string {
    return [...this.same, ...this.limits].map(({ key }) => JSON.stringify(node.props[key] ?? null)).join(',');
  }

  /** @returns the filter that speaks against one more replica there, and why. */
  objection(node: Node): { readonly filter: string; readonly reason: string } | undefined {
    for (const { key, values } of this.same) {
      const value = node.props[key];
      const filter = 'replicas-on-same';
      if (value === undefined) return { filter, reason: `it has no property ${key}` };
      if (values[0] !== undefined && values[0] !== value) {
        return { filter, reason: `${key} is "${value}" there, "${values[0]}" on the other replicas` };
      }
    }
    for (const { key, most, counts } of this.limits) {
      const value = node.props[key];
      const count = value === undefined ? 0 : (counts.get(value) ?? 0);
      if (count < most) continue;
      const filter = most === 1 ? 'replicas-on-different' : 'x-replicas-on-different';
      return { filter, reason: `${count} of at most ${most} replicas are on nodes with ${key} "${value}" already` };
    }
    return undefined;
  }

  add(node: Node): void {
    for (const { key, values } of this.same) values.push(node.props[key] ?? '');
    for (const limit of this.limits) count(limit, node, 1);
  }

  /** Takes back the latest `add`. */
  remove(node: Node): void {
    for (const { values } of this.same) values.pop();
    for (const limit of this.limits) count(limit, node, -1);
  }

  /** Whether `left` more replicas can still end with only one value partly filled. */
  canEnd(left: number): boolean {
    return this.limits.every((limit) => {
      if (limit.most === 1) return true;
      // Nodes without the property can never be joined by another one.
      let pardoned = limit.partlyFilled - limit.alone;
      if (pardoned < 0) return false;
      const gaps = [...limit.counts.values()].filter((each) => each > 0 && each < limit.most);
      let missing = 0;
      // Values with the fewest replicas lack most: those are the ones to leave partly filled.
      for (const each of gaps.sort((a, b) => a - b)) {
        if (pardoned > 0) pardoned -= 1;
        else missing += limit.most - each;
      }
      return missing <= left;
    });
  }
}

/** A list of one, or none as long as the first replica decides. */
function commonValue(key: string, existing: readonly Node[]): string[] {
  const values = existing.flatMap((node) => node.props[key] ?? []);
  const other = values.find((value) => value !== values[0]);
  if (other === undefined) return values.slice(0, 1);
  throw new OperationError('UNDECIDABLE_PLACEMENT', `The replicas differ in ${key}, which has to be the same`, {
    cause: `It is "${values[0]}" and "${other}" on nodes that have replicas already.`,
    correction: 'Delete the replicas on the wrong side, or drop the wish: --replicas-on-same without a value.',
  });
}

function limitOf(key: string, most: number, existing: readonly Node[]): Limit {
  const empty = { key, most, counts: new Map<string, number>(), alone: 0, partlyFilled: 0 };
  for (const node of existing) count(empty, node, 1);
  const partly = [...empty.counts.values()].filter((each) => each < most).length + empty.alone;
  return { ...empty, partlyFilled: Math.max(1, partly) };
}

function count(limit: Limit, node: Node, by: 1 | -1): void {
  const value = node.props[limit.key];
  if (value === undefined) limit.alone += by;
  else limit.counts.set(value, (limit.counts.get(value) ?? 0) + by);
}
