/** All rows of all kinds: committed ones, and the draft of a transaction over them. */
import type { ClusterView, Objects } from '../domain/cluster-view.ts';
import type { KvWrite } from '../store/kv-store.ts';
import { DraftRows } from './draft-rows.ts';
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts';
import { SortedRows } from './sorted-rows.ts';

/** One object before and after a commit; undefined: it did not exist, or does not any more. */
export type Change = {
  [K in Kind]: {
    readonly kind: K;
    readonly key: string;
    readonly before: Objects[K] | undefined;
    readonly after: Objects[K] | undefined;
  };
}[Kind];

export type Tables = { readonly [K in Kind]: SortedRows<Objects[K], string> };

export function emptyTables(): Tables {
  const rows = KIND_NAMES.map((kind) => [kind, new SortedRows<never, string>(KINDS[kind].groupings)]);
  return Object.fromEntries(rows);
}

/** Rows of these objects: what planners are tried out on. */
export function tablesOf(objects: { readonly [K in Kind]?: readonly Objects[K][] }): Tables {
  const tables = emptyTables();
  for (const kind of KIND_NAMES) fill(kind, tables, objects[kind] ?? []);
  return tables;
}

function fill<K extends Kind>(kind: K, tables: Tables, values: readonly Objects[K][]): void {
  for (const value of values) tables[kind].put(KINDS[kind].keyOf(value), value);
}

/** What the body of a transaction reads and writes: it sees its own changes. Objects are never changed in place. */
export interface Draft extends ClusterView {
  /** What differs from the committed state, earlier transactions of the same commit included. */
  changedKeys(kind: Kind): readonly string[];
  put<K extends Kind>(kind: K, value: Objects[K]): void;
  delete<K extends Kind>(kind: K, value: Objects[K]): void;
}

type Drafts = { readonly [K in Kind]: DraftRows<Objects[K], string> };

/** The changes of one or more transactions in a row. A later one sees those of the earlier ones. */
export class TablesDraft {
  readonly draft: Draft;
  private readonly tables: Tables;
  private readonly rows: Drafts;
  /** What the values are stored as: made once, when they are put. */
  private readonly texts = new WeakMap<object, string>();
  /** Bytes that a commit would write, or somewhat more where an object was put twice. */
  private written = 0;
  /** How to take back what was done since the last savepoint, newest last. */
  private undo: (() => void)[] = [];

  constructor(tables: Tables) {
    this.tables = tables;
    this.rows = Object.fromEntries(
      KIND_NAMES.map((kind) => [kind, new DraftRows<never, string>(tables[kind] as never, KINDS[kind].keyOf)]),
    ) as unknown as Drafts;
    this.draft = {
      ...this.rows,
      changedKeys: (kind) => [...this.rows[kind].changes.keys()],
      put: (kind, value) => this.set(kind, KINDS[kind].keyOf(value), value),
      delete: (kind, value) => this.set(kind, KINDS[kind].keyOf(value), undefined),
    };
  }

  get byteCount(): number {
    return this.written;
  }

  get changeCount(): number {
    return KIND_NAMES.reduce((sum, kind) => sum + this.rows[kind].changes.size, 0);
  }

  /** Whether it writes or deletes the record of this key of the store. */
  changes(stored: string): boolean {
    return KIND_NAMES.some((kind) => {
      const { prefix } = KINDS[kind];
      return stored.startsWith(prefix) && this.rows[kind].changes.has(stored.slice(prefix.length));
    });
  }

  savepoint(): void {
    this.undo = [];
  }

  rollback(): void {
    for (const step of this.undo.reverse()) step();
    this.undo = [];
  }

  writes(): KvWrite[] {
    return KIND_NAMES.flatMap((kind) =>
      [...this.rows[kind].changes].map(([key, value]): KvWrite => {
        const stored = KINDS[kind].prefix + key;
        if (value === undefined) return { kind: 'delete', key: stored };
        return { kind: 'put', key: stored, value: this.texts.get(value) ?? JSON.stringify(value) };
      }),
    );
  }

  /** Makes the changes true in the tables. @returns them. */
  apply(): Change[] {
    return KIND_NAMES.flatMap((kind) => applyRows(kind, this.tables[kind] as never, this.rows[kind] as never));
  }

  private set<K extends Kind>(kind: K, key: string, value: Objects[K] | undefined): void {
    const changes: Map<string, Objects[K] | undefined> = this.rows[kind].changes;
    const had = changes.has(key);
    const old = changes.get(key);
    const text = value === undefined ? '' : JSON.stringify(value);
    if (value !== undefined) this.texts.set(value, text);
    const bytes = KINDS[kind].prefix.length + Buffer.byteLength(key) + Buffer.byteLength(text);
    this.written += bytes;
    this.undo.push(() => {
      this.written -= bytes;
      if (had) changes.set(key, old);
      else changes.delete(key);
    });
    changes.set(key, value);
  }
}

function applyRows<K extends Kind>(
  kind: K,
  table: SortedRows<Objects[K], string>,
  draft: DraftRows<Objects[K], string>,
): Change[] {
  return [...draft.changes].map(([key, after]) => {
    const before = table.get(key);
    if (after === undefined) table.delete(key);
    else table.put(key, after);
    return { kind, key, before, after } as Change;
  });
}
