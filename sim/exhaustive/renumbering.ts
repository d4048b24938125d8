/**
 * Numbers that only grow (counters.ts of the core) would keep a world from ever being met again. After every action those of
 * one kind and one owner, wherever they are in the world, become 1, 2, 3, … in the same order.
 *
 * Why both go on alike: the core only compares such numbers with each other, and takes the next one above all that are in use;
 * both survive a replacement that keeps the order. Numbers that nobody will compare any more (of a link that is gone) are zero.
 * A number one above the owner's latest, promised for its next frame, stays one above: both are in the world, and adjacent.
 */
import { assert } from '../../common/assert.ts';
import type { NodeId } from '../../common/ids.ts';
import type { CounterKind, Renumber } from '../../satellite/replication/counters.ts';

/** The numbers in use, as bits, per kind and owner. */
export type InUse = Int32Array;

/** Beyond all limits that the core compares the number of attempts with. */
const TRIES_MAX = 8;
const NUMBER_MAX = 30;

const placeOf = (kind: CounterKind, owner: number, nodes: number): number => (kind === 'state' ? owner : nodes + owner);

export function noneInUse(nodes: number): InUse {
  return new Int32Array(2 * nodes);
}

/** Notes each number in `use` and leaves it as it is. */
export function collector(nodes: number, use: InUse): Renumber {
  return (kind, owner, value) => {
    if (kind === 'tries') return Math.min(value, TRIES_MAX);
    assert(value <= NUMBER_MAX, 'a number of the small world is small');
    const place = placeOf(kind, owner, nodes);
    use[place] = (use[place] ?? 0) | (1 << value);
    return value;
  };
}

export function addUse(to: InUse, from: InUse): void {
  for (let i = 0; i < to.length; i += 1) to[i] = (to[i] ?? 0) | (from[i] ?? 0);
}

/** Are they 1, 2, 3, … already? */
export function isCompact(use: InUse): boolean {
  for (let i = 0; i < use.length; i += 1) {
    const bits = use[i] ?? 0;
    if ((bits & (bits + 2)) !== 0) return false;
  }
  return true;
}

/** Each number becomes its rank among those in use; and back. */
export interface Ranks {
  readonly toRank: Renumber;
  readonly fromRank: Renumber;
  /** Whoever uses these numbers alone keeps them as they are. */
  keep(use: InUse): boolean;
}

/** @param all numbers in use in the whole world */
export function ranksIn(all: InUse, nodes: number): Ranks {
  const bitsOf = (kind: CounterKind, owner: NodeId): number => all[placeOf(kind, owner, nodes)] ?? 0;
  return {
    toRank: (kind, owner, value) => (kind === 'tries' ? value : 1 + bitsIn(bitsOf(kind, owner) & ((1 << value) - 1))),
    fromRank: (kind, owner, rank) => (kind === 'tries' ? rank : bitOfRank(bitsOf(kind, owner), rank)),
    keep: (use) => {
      for (let i = 0; i < use.length; i += 1) {
        const own = use[i] ?? 0;
        // 1, 2, 3, … without a gap, as far as the greatest of its own.
        const upTo = own === 0 ? 0 : (2 << (31 - Math.clz32(own))) - 1;
        if (own !== 0 && ((all[i] ?? 0) & upTo) !== upTo - 1) return false;
      }
      return true;
    },
  };
}

function bitsIn(value: number): number {
  let count = 0;
  for (let left = value; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** The place of the bit that has so many below it and itself. */
function bitOfRank(bits: number, rank: number): number {
  let left = bits;
  for (let below = 1; below < rank; below += 1) left &= left - 1;
  return 31 - Math.clz32(left & -left);
}
