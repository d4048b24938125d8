/** All entries in memory, with conditions and watches: what the memory store is, and what the level store serves reads from. */
import { unreachable } from '../../common/assert.ts';
import type { KvChange, KvEntry, KvWatch } from './kv-store.ts';
import type { KvCondition, KvWrite } from './optimistic-transaction.ts';

type Listener = (changes: readonly KvChange[], revision: number) => void;

export class KvImage {
  private readonly entries = new Map<string, KvEntry>();
  private readonly watches = new Set<{ prefix: string; listener: Listener }>();
  private currentRevision = 0;

  get revision(): number {
    return this.currentRevision;
  }

  /** Fills an empty image with what was durable. */
  load(entries: readonly KvEntry[], revision: number): void {
    for (const entry of entries) this.entries.set(entry.key, entry);
    this.currentRevision = revision;
  }

  get(key: string): KvEntry | undefined {
    return this.entries.get(key);
  }

  range(prefix: string): KvEntry[] {
    const found = [...this.entries.values()].filter((entry) => entry.key.startsWith(prefix));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  holds(conditions: readonly KvCondition[]): boolean {
    return conditions.every((condition) => {
      switch (condition.kind) {
        case 'key':
          return (this.entries.get(condition.key)?.modRevision ?? 0) === condition.modRevision;
        case 'prefix': {
          const now = this.range(condition.prefix);
          const highest = now.reduce((most, entry) => Math.max(most, entry.modRevision), 0);
          return now.length === condition.count && highest === condition.highest;
        }
        default:
          return unreachable(condition);
      }
    });
  }

  /** The next revision; call it once the writes are durable. */
  apply(writes: readonly KvWrite[]): number {
    this.currentRevision += 1;
    const revision = this.currentRevision;
    const changes = writes.map((write): KvChange => {
      if (write.kind === 'delete') {
        this.entries.delete(write.key);
        return { kind: 'delete', key: write.key, modRevision: revision };
      }
      const entry = { key: write.key, value: write.value, modRevision: revision };
      this.entries.set(write.key, entry);
      return { kind: 'put', entry };
    });
    this.tell(changes, revision);
    return revision;
  }

  watch(prefix: string, listener: Listener): KvWatch {
    const watch = { prefix, listener };
    this.watches.add(watch);
    return { close: () => void this.watches.delete(watch) };
  }

  closeWatches(): void {
    this.watches.clear();
  }

  private tell(changes: readonly KvChange[], revision: number): void {
    for (const { prefix, listener } of [...this.watches]) {
      const relevant = changes.filter((change) => keyOf(change).startsWith(prefix));
      if (relevant.length > 0) listener(relevant, revision);
    }
  }
}

const keyOf = (change: KvChange): string => (change.kind === 'put' ? change.entry.key : change.key);
