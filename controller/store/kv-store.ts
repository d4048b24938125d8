/**
 * The store of the control plane: ordered text keys, optimistic transactions, watches. One contract suite
 * (test/contract/kv-store.contract.ts) holds for all implementations. No other part knows how data becomes durable.
 */

export const KEY_LENGTH_MAX = 1024;
export const VALUE_LENGTH_MAX = 1_048_576;

export interface KvEntry {
  readonly key: string;
  readonly value: string;
  /** Revision of the transaction that wrote it last. */
  readonly modRevision: number;
}

export interface KvReader {
  get(key: string): Promise<KvEntry | undefined>;
  /** All entries whose key starts with `prefix`, ordered by key. */
  range(prefix: string): Promise<readonly KvEntry[]>;
}

/** Reads see the transaction's own writes; those have modRevision 0 until they are committed. */
export interface KvTransaction extends KvReader {
  put(key: string, value: string): void;
  delete(key: string): void;
}

export interface Committed<T> {
  readonly result: T;
  /** All that the body read was so, and all that it wrote is so, at this revision. Grows by one per writing transaction. */
  readonly revision: number;
}

export type KvChange =
  | { readonly kind: 'put'; readonly entry: KvEntry }
  | { readonly kind: 'delete'; readonly key: string; readonly modRevision: number };

export interface KvWatch {
  close(): void;
}

export interface KvStore extends KvReader {
  /**
   * Runs `body`, then commits its writes if nothing that it read has changed meanwhile; otherwise runs it again. So the
   * body has no effect but through the transaction. Resolves once the writes are durable; an error of the body aborts.
   * @throws OperationError STORE_FAILED. Whether the writes have happened is then unknown, and the store is unusable.
   */
  transaction<T>(body: (transaction: KvTransaction) => Promise<T>): Promise<Committed<T>>;
  /** Every change committed after this call, one listener call per transaction, in order. The listener must not throw. */
  watch(prefix: string, listener: (changes: readonly KvChange[], revision: number) => void): KvWatch;
  close(): Promise<void>;
}
