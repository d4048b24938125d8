/** One kind of object in the store: keys, JSON, and a schema that every read passes. */
import type { z } from 'zod';
import { OperationError } from '../../../common/errors.ts';
import type { KvEntry, KvReader, KvTransaction } from '../kv-store.ts';

export class Table<T> {
  readonly prefix: string;
  private readonly schema: z.ZodType<T>;
  private readonly keyOf: (value: T) => string;
  /** Parsed values by key: an entry is parsed again only when it has changed. */
  private readonly parsed = new Map<string, { readonly modRevision: number; readonly value: T }>();

  constructor(prefix: string, schema: z.ZodType<T>, keyOf: (value: T) => string) {
    this.prefix = prefix;
    this.schema = schema;
    this.keyOf = keyOf;
  }

  /** @throws OperationError STORE_FAILED when the record does not fit the schema. */
  async get(reader: KvReader, key: string): Promise<T | undefined> {
    const entry = await reader.get(this.prefix + key);
    return entry === undefined ? undefined : this.parse(entry);
  }

  /** Ordered by key. @throws OperationError STORE_FAILED. */
  async list(reader: KvReader): Promise<T[]> {
    const entries = await reader.range(this.prefix);
    if (this.parsed.size > 2 * entries.length + 100) this.parsed.clear();
    return entries.map((entry) => this.parse(entry));
  }

  put(transaction: KvTransaction, value: T): void {
    transaction.put(this.prefix + this.keyOf(value), JSON.stringify(value));
  }

  delete(transaction: KvTransaction, value: T): void {
    transaction.delete(this.prefix + this.keyOf(value));
  }

  private parse(entry: KvEntry): T {
    const known = this.parsed.get(entry.key);
    if (known !== undefined && known.modRevision === entry.modRevision) return known.value;
    const value = this.decode(entry);
    // A transaction's own write has no revision yet: it may never become true.
    if (entry.modRevision !== 0) this.parsed.set(entry.key, { modRevision: entry.modRevision, value });
    return value;
  }

  private decode(entry: KvEntry): T {
    try {
      return this.schema.parse(JSON.parse(entry.value));
    } catch (error) {
      throw new OperationError('STORE_FAILED', `The record "${entry.key}" of the store cannot be read`, {
        cause: error instanceof Error ? error.message : String(error),
        correction: 'Use the version of Lockstep that wrote it, or restore the data directory from a backup.',
      });
    }
  }
}
