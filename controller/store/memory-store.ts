/** A KvStore that forgets everything at the end of the process: tests, the simulator, a controller to try out. */
import { OperationError } from '../../common/errors.ts';
import type { KvCondition, KvEntry, KvSnapshot, KvStore, KvWrite } from './kv-store.ts';

export class MemoryStore implements KvStore {
  private readonly entries = new Map<string, KvEntry>();
  private revision = 0;
  private closed = false;

  async load(): Promise<KvSnapshot> {
    this.refuseClosed();
    const entries = [...this.entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { entries, revision: this.revision };
  }

  async commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    this.refuseClosed();
    const holds = conditions.every(({ key, modRevision }) => (this.entries.get(key)?.modRevision ?? 0) === modRevision);
    if (!holds) return undefined;
    if (writes.length === 0) return this.revision;
    this.revision += 1;
    for (const write of writes) {
      if (write.kind === 'delete') this.entries.delete(write.key);
      else this.entries.set(write.key, { key: write.key, value: write.value, modRevision: this.revision });
    }
    return this.revision;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private refuseClosed(): void {
    if (this.closed) throw new OperationError('STORE_FAILED', 'The store is closed');
  }
}
