/**
 * Where the state of the control plane becomes durable: text keys, read once as a whole, then changed by conditional
 * commits. One contract suite (test/contract/kv-store.contract.ts) holds for all implementations.
 */

export const VALUE_LENGTH_MAX = 1_048_576;
/** What one commit may write: etcd's default is 128 operations in a transaction, conditions and the revision included. */
export const WRITES_MAX = 120;

/** Bytes of keys and values in one commit: etcd's default is 1.5 MiB for a request. */
export const COMMIT_BYTES_MAX = 1_400_000;

export interface KvEntry {
  readonly key: string;
  readonly value: string;
  /** Revision of the commit that wrote it last. */
  readonly modRevision: number;
}

/** `modRevision` 0: the key is absent. */
export interface KvCondition {
  readonly key: string;
  readonly modRevision: number;
}

export type KvWrite =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string };

export interface KvSnapshot {
  /** Ordered by key. */
  readonly entries: readonly KvEntry[];
  readonly revision: number;
}

export interface KvStore {
  /** Everything there is, of one revision. @throws OperationError STORE_FAILED. */
  load(): Promise<KvSnapshot>;
  /**
   * All writes or none, in order of arrival. Resolves once they are durable, with their revision (it grows by one or
   * more per commit that writes); undefined: a condition does not hold and nothing was written.
   * @throws OperationError STORE_FAILED. Whether the writes have happened is then unknown, and the store is unusable.
   */
  commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined>;
  close(): Promise<void>;
}
