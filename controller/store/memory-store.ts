/** A KvStore that forgets everything at the end of the process: tests, the simulator, a controller to try out. */
import { OperationError } from '../../common/errors.ts';
import { KvImage } from './kv-image.ts';
import type { Committed, KvChange, KvEntry, KvStore, KvTransaction, KvWatch } from './kv-store.ts';
import { type KvCondition, type KvWrite, runOptimistic } from './optimistic-transaction.ts';

export class MemoryStore implements KvStore {
  private readonly image = new KvImage();
  private closed = false;

  async get(key: string): Promise<KvEntry | undefined> {
    return this.image.get(key);
  }

  async range(prefix: string): Promise<readonly KvEntry[]> {
    return this.image.range(prefix);
  }

  transaction<T>(body: (transaction: KvTransaction) => Promise<T>): Promise<Committed<T>> {
    return runOptimistic(this, body);
  }

  async commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined> {
    if (this.closed) throw new OperationError('STORE_FAILED', 'The store is closed');
    if (!this.image.holds(conditions)) return undefined;
    return writes.length === 0 ? this.image.revision : this.image.apply(writes);
  }

  watch(prefix: string, listener: (changes: readonly KvChange[], revision: number) => void): KvWatch {
    return this.image.watch(prefix, listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.image.closeWatches();
  }
}
