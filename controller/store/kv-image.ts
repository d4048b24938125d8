/**
 * All entries in memory, with conditions and watches: what the memory store is, and what the level store serves reads
 * from. Keys are grouped by what stands before their first "/", so that a look at one kind of object costs nothing for the others.
 */
import { unreachable } from '../../common/assert.ts';
import type { KvChange, KvEntry, KvWatch } from './kv-store.ts';
import type { KvCondition, KvWrite } from './optimistic-transaction.ts';

type Listener = (changes: readonly KvChange[], revision: number) => void;

class Group {
  readonly entries = new Map<string, KvEntry>();
  private ordered: readonly KvEntry[] | undefined;

  put(entry: KvEntry): void {
    this.entries.set(entry.key, entry);
    this.ordered = undefined;
  }

  delete(key: string): void {
    this.entries.delete(key);
    this.ordered = undefined;
  }

  inOrder(): readonly KvEntry[] {
    this.ordered ??= [...this.entries.values()].sort(byKey);
    return this.ordered;
  }
}

export class KvImage {
  private readonly groups = new Map<string, Group>();
  private readonly watches = new Set<{ prefix: string; listener: Listener }>();
  private currentRevision = 0;

  get revision(): number {
    return this.currentRevision;
  }

  /** Fills an empty image with what was durable. */
  load(entries: readonly KvEntry[], revision: number): void {
    for (const entry of entries) this.group(entry.key).put(entry);
    this.currentRevision = revision;
  }

  get(key: string): KvEntry | undefined {
    return this.groups.get(groupOf(key))?.entries.get(key);
  }

  range(prefix: string): readonly KvEntry[] {
    if (prefix.includes('/')) {
      const entries = this.groups.get(groupOf(prefix))?.inOrder() ?? [];
      return prefix.indexOf('/') === prefix.length - 1 ? entries : entries.filter(({ key }) => key.startsWith(prefix));
    }
    const all = [...this.groups.values()].flatMap((group) => [...group.entries.values()]);
    return all.filter(({ key }) => key.startsWith(prefix)).sort(byKey);
  }

  holds(conditions: readonly KvCondition[]): boolean {
    return conditions.every((condition) => {
      switch (condition.kind) {
        case 'key':
          return (this.get(condition.key)?.modRevision ?? 0) === condition.modRevision;
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
        this.group(write.key).delete(write.key);
        return { kind: 'delete', key: write.key, modRevision: revision };
      }
      const entry = { key: write.key, value: write.value, modRevision: revision };
      this.group(write.key).put(entry);
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

  private group(key: string): Group {
    const name = groupOf(key);
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new Group();
      this.groups.set(name, group);
    }
    return group;
  }

  private tell(changes: readonly KvChange[], revision: number): void {
    for (const { prefix, listener } of [...this.watches]) {
      const relevant = changes.filter((change) => keyOf(change).startsWith(prefix));
      if (relevant.length > 0) listener(relevant, revision);
    }
  }
}

const groupOf = (key: string): string => key.slice(0, key.indexOf('/') + 1);
const byKey = (a: KvEntry, b: KvEntry): number => (a.key < b.key ? -1 : 1);
const keyOf = (change: KvChange): string => (change.kind === 'put' ? change.entry.key : change.key);
