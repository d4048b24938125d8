/**
 * From the records of the store to objects. What cannot be read, or rests on something that is missing, counts as absent,
 * and with it every record of the same resource: a resource that is known in part would be planned wrongly, one that is
 * not known at all is left as it is by its satellites (docs/decisions/0133-…).
 */
import { nameKey } from '../domain/node.ts';
import type { KvEntry } from '../store/kv-store.ts';
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts';
import { type BadRecord, dangling } from './references.ts';
import { emptyTables, type Tables } from './tables.ts';

export type { BadRecord };

export function readRecords(entries: readonly KvEntry[]): { readonly tables: Tables; readonly damaged: BadRecord[] } {
  const tables = emptyTables();
  const damaged = entries.flatMap((entry) => {
    const reason = readRecord(tables, entry);
    return reason === undefined ? [] : [{ key: entry.key, reason }];
  });
  return { tables, damaged };
}

/** Takes out of the tables what rests on `damaged` records. @returns what that was. */
export function setAside(tables: Tables, damaged: readonly BadRecord[]): BadRecord[] {
  const aside = new Map<string, BadRecord>();
  const frozen = new Set<string>();
  let found: readonly BadRecord[] = damaged;
  do {
    for (const { key } of found) {
      take(tables, key);
      const name = resourceOf(key);
      if (name !== undefined) frozen.add(name);
    }
    const parts = [...frozen].flatMap((name) => recordsOf(tables, name).map((key) => ({ key, reason: partOf(name) })));
    found = [...dangling(tables), ...parts];
    for (const record of found) if (!aside.has(record.key)) aside.set(record.key, record);
  } while (found.length > 0);
  return [...aside.values()];
}

const partOf = (name: string): string => `another record of the resource ${name} is damaged or rests on one that is`;

const RESOURCE_KINDS = ['definitions', 'volumeDefinitions', 'resources', 'resourceConnections'] as const;

/** Name of the resource that a record is a part of. */
function resourceOf(key: string): string | undefined {
  const kind = RESOURCE_KINDS.find((each) => key.startsWith(KINDS[each].prefix));
  return kind === undefined ? undefined : key.slice(KINDS[kind].prefix.length).split('/')[0];
}

function recordsOf(tables: Tables, name: string): string[] {
  const definition = tables.definitions.get(name);
  return [
    ...(definition === undefined ? [] : [KINDS.definitions.prefix + nameKey(definition.name)]),
    ...tables.volumeDefinitions.in('resource', name).map((each) => stored('volumeDefinitions', each)),
    ...tables.resources.in('resource', name).map((each) => stored('resources', each)),
    ...tables.resourceConnections.in('resource', name).map((each) => stored('resourceConnections', each)),
  ];
}

const stored = <K extends Kind>(kind: K, value: Parameters<(typeof KINDS)[K]['keyOf']>[0]): string =>
  KINDS[kind].prefix + (KINDS[kind].keyOf as (object: typeof value) => string)(value);

function take(tables: Tables, key: string): void {
  const kind = kindOf(key);
  if (kind !== undefined) tables[kind].delete(key.slice(KINDS[kind].prefix.length));
}

const kindOf = (key: string): Kind | undefined => KIND_NAMES.find((name) => key.startsWith(KINDS[name].prefix));

/** @returns why the record cannot be read. Keys of no kind belong to somebody else. */
function readRecord(tables: Tables, entry: KvEntry): string | undefined {
  const kind = kindOf(entry.key);
  return kind === undefined ? undefined : readRow(kind, tables, entry);
}

function readRow<K extends Kind>(kind: K, tables: Tables, entry: KvEntry): string | undefined {
  const { prefix, schema, keyOf } = KINDS[kind];
  const key = entry.key.slice(prefix.length);
  try {
    const value = schema.parse(JSON.parse(entry.value));
    if (keyOf(value) !== key) return `it stands under another name than its own, "${keyOf(value).slice(0, 100)}"`;
    tables[kind].put(key, value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
