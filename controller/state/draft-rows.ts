/** What a transaction sees of one kind of object: the committed rows with its own changes on top. */
import type { Rows } from '../domain/rows.ts';
import type { SortedRows } from './sorted-rows.ts';

export class DraftRows<T, Index extends string> implements Rows<T, Index> {
  /** The new value of each changed key; undefined: deleted. */
  readonly changes = new Map<string, T | undefined>();
  private readonly base: SortedRows<T, Index>;
  private readonly keyOf: (value: T) => string;

  constructor(base: SortedRows<T, Index>, keyOf: (value: T) => string) {
    this.base = base;
    this.keyOf = keyOf;
  }

  get size(): number {
    return this.changes.size === 0 ? this.base.size : this.all().length;
  }

  get(key: string): T | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.base.get(key);
  }

  all(): readonly T[] {
    return this.changes.size === 0 ? this.base.all() : this.merge(this.base.all(), () => true);
  }

  in(index: Index, group: string): readonly T[] {
    const stored = this.base.in(index, group);
    if (this.changes.size === 0) return stored;
    const grouping = this.base.groupings[index];
    return this.merge(stored, (value) => grouping(value) === group);
  }

  private merge(stored: readonly T[], belongs: (value: T) => boolean): readonly T[] {
    const kept = stored.filter((value) => !this.changes.has(this.keyOf(value)));
    const own = [...this.changes.values()].filter((value): value is T => value !== undefined && belongs(value));
    if (own.length === 0) return kept;
    return [...kept, ...own].sort((a, b) => (this.keyOf(a) < this.keyOf(b) ? -1 : 1));
  }
}
