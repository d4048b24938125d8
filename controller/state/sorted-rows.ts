/**
 * Rows in memory, kept in order while they change: a change costs a binary search and a move of references, a look at
 * a group nothing but the look.
 */
import type { Rows } from '../domain/rows.ts';

class SortedList<T> {
  private readonly keys: string[] = [];
  readonly values: T[] = [];

  put(key: string, value: T): void {
    const at = this.position(key);
    if (this.keys[at] === key) {
      this.values[at] = value;
      return;
    }
    this.keys.splice(at, 0, key);
    this.values.splice(at, 0, value);
  }

  delete(key: string): void {
    const at = this.position(key);
    if (this.keys[at] !== key) return;
    this.keys.splice(at, 1);
    this.values.splice(at, 1);
  }

  /** Index of the first key that is not below `key`. */
  private position(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How each index finds the group of an object. */
export type Groupings<T, Index extends string> = Readonly<Record<Index, (value: T) => string>>;

export class SortedRows<T, Index extends string> implements Rows<T, Index> {
  readonly groupings: Groupings<T, Index>;
  private readonly byKey = new Map<string, T>();
  private readonly ordered = new SortedList<T>();
  private readonly groups = new Map<Index, Map<string, SortedList<T>>>();

  constructor(groupings: Groupings<T, Index>) {
    this.groupings = groupings;
    for (const index of Object.keys(groupings) as Index[]) this.groups.set(index, new Map());
  }

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): T | undefined {
    return this.byKey.get(key);
  }

  all(): readonly T[] {
    return this.ordered.values;
  }

  in(index: Index, group: string): readonly T[] {
    return this.groups.get(index)?.get(group)?.values ?? [];
  }

  put(key: string, value: T): void {
    const old = this.byKey.get(key);
    this.byKey.set(key, value);
    this.ordered.put(key, value);
    for (const [index, lists] of this.groups) {
      const group = this.groupings[index](value);
      // Most changes leave a value where it is: moving it out and in again would shift all that stands behind it.
      if (old !== undefined && this.groupings[index](old) !== group) this.leave(index, lists, key, old);
      let list = lists.get(group);
      if (list === undefined) {
        list = new SortedList();
        lists.set(group, list);
      }
      list.put(key, value);
    }
  }

  delete(key: string): void {
    this.leaveGroups(key);
    this.byKey.delete(key);
    this.ordered.delete(key);
  }

  private leaveGroups(key: string): void {
    const old = this.byKey.get(key);
    if (old === undefined) return;
    for (const [index, lists] of this.groups) this.leave(index, lists, key, old);
  }

  private leave(index: Index, lists: Map<string, SortedList<T>>, key: string, old: T): void {
    const group = this.groupings[index](old);
    const list = lists.get(group);
    list?.delete(key);
    if (list?.values.length === 0) lists.delete(group);
  }
}
