/** The optimistic part of a transaction, the same for every back-end: remember what was read, buffer what is written. */
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import {
  type Committed,
  KEY_LENGTH_MAX,
  type KvEntry,
  type KvReader,
  type KvTransaction,
  VALUE_LENGTH_MAX,
} from './kv-store.ts';

export type KvCondition =
  /** modRevision 0: the key is absent. */
  | { readonly kind: 'key'; readonly key: string; readonly modRevision: number }
  /** A put raises the highest modRevision, a delete alone lowers the count. */
  | { readonly kind: 'prefix'; readonly prefix: string; readonly count: number; readonly highest: number };

export type KvWrite =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string };

export interface OptimisticBackend extends KvReader {
  /** @returns the revision at which conditions hold and writes are durable, or undefined when a condition fails. */
  commit(conditions: readonly KvCondition[], writes: readonly KvWrite[]): Promise<number | undefined>;
}

const ATTEMPTS_MAX = 100;

export async function runOptimistic<T>(
  backend: OptimisticBackend,
  body: (transaction: KvTransaction) => Promise<T>,
): Promise<Committed<T>> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const attemptState = new BufferedTransaction(backend);
    const result = await body(attemptState);
    const revision = await backend.commit(attemptState.conditions(), attemptState.writes());
    if (revision !== undefined) return { result, revision };
  }
  throw new OperationError('STORE_FAILED', `A transaction was overtaken ${ATTEMPTS_MAX} times`, {
    cause: 'Too many changes at the same time.',
    correction: 'Try again.',
  });
}

class BufferedTransaction implements KvTransaction {
  private readonly backend: OptimisticBackend;
  private readonly keysRead = new Map<string, number>();
  private readonly prefixesRead = new Map<string, { count: number; highest: number }>();
  private readonly pending = new Map<string, KvWrite>();

  constructor(backend: OptimisticBackend) {
    this.backend = backend;
  }

  async get(key: string): Promise<KvEntry | undefined> {
    const own = this.pending.get(key);
    if (own !== undefined) return own.kind === 'put' ? { key, value: own.value, modRevision: 0 } : undefined;
    const entry = await this.backend.get(key);
    if (!this.keysRead.has(key)) this.keysRead.set(key, entry?.modRevision ?? 0);
    return entry;
  }

  async range(prefix: string): Promise<readonly KvEntry[]> {
    const stored = await this.backend.range(prefix);
    if (!this.prefixesRead.has(prefix)) {
      const highest = stored.reduce((most, entry) => Math.max(most, entry.modRevision), 0);
      this.prefixesRead.set(prefix, { count: stored.length, highest });
    }
    const own = [...this.pending.values()].filter((write) => write.key.startsWith(prefix));
    if (own.length === 0) return stored;
    const merged = new Map(stored.map((entry) => [entry.key, entry]));
    for (const write of own) {
      if (write.kind === 'put') merged.set(write.key, { key: write.key, value: write.value, modRevision: 0 });
      else merged.delete(write.key);
    }
    return [...merged.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  put(key: string, value: string): void {
    assert(key.length > 0 && key.length <= KEY_LENGTH_MAX, 'a key has 1 to KEY_LENGTH_MAX characters');
    assert(value.length <= VALUE_LENGTH_MAX, 'a value has at most VALUE_LENGTH_MAX characters');
    this.pending.set(key, { kind: 'put', key, value });
  }

  delete(key: string): void {
    this.pending.set(key, { kind: 'delete', key });
  }

  conditions(): KvCondition[] {
    return [
      ...[...this.keysRead].map(([key, modRevision]): KvCondition => ({ kind: 'key', key, modRevision })),
      ...[...this.prefixesRead].map(([prefix, seen]): KvCondition => ({ kind: 'prefix', prefix, ...seen })),
    ];
  }

  writes(): KvWrite[] {
    return [...this.pending.values()];
  }
}
