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

/** Each number becomes its rank among those in use. */
export function compaction(nodes: number, use: InUse): Renumber {
  return (kind: CounterKind, owner: NodeId, value: number) => {
    if (kind === 'tries') return value;
    const bits = use[placeOf(kind, owner, nodes)] ?? 0;
    return 1 + bitsIn(bits & ((1 << value) - 1));
  };
}

function bitsIn(value: number): number {
  let count = 0;
  for (let left = value; left !== 0; left &= left - 1) count += 1;
  return count;
}
