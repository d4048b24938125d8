/** Looks at every record of a store, names what is wrong, and moves aside what no controller can use. */
import { OperationError } from '../../common/errors.ts';
import { readRecords } from '../state/records.ts';
import { type BadRecord, dangling, misfits } from '../state/references.ts';
import type { KvCondition, KvEntry, KvStore, KvWrite } from '../store/kv-store.ts';

const QUARANTINE = 'quarantine/';
/** Two writes and one condition each. */
const MOVED_AT_ONCE = 50;

export interface Finding extends BadRecord {
  /** Whether a repair moves it aside: what can be read and has all that it needs stays, and is only named. */
  readonly movable: boolean;
}

/** In the order in which a repair goes: what rests on something that would go comes after it. */
export function inspect(entries: readonly KvEntry[]): Finding[] {
  const { tables, damaged } = readRecords(entries);
  const found: Finding[] = damaged.map((record) => ({ ...record, movable: true }));
  const named = new Set(found.map(({ key }) => key));
  // What rests on something unusable is unusable, too: until nothing more is found.
  for (let more: readonly BadRecord[] = dangling(tables); more.length > 0; ) {
    for (const record of more) {
      named.add(record.key);
      found.push({ ...record, movable: true });
    }
    more = dangling(readRecords(entries.filter(({ key }) => !named.has(key))).tables);
  }
  const rest = readRecords(entries.filter(({ key }) => !named.has(key))).tables;
  return [...found, ...misfits(rest).map((record) => ({ ...record, movable: false }))];
}

/**
 * Moves them into keys that nobody reads, with the reason; nothing is deleted. @returns where each went.
 * @throws OperationError STORE_FAILED; NOT_LEADER when somebody else writes meanwhile.
 */
export async function quarantine(
  store: KvStore,
  found: readonly Finding[],
  conditions: readonly KvCondition[],
  atMs: number,
): Promise<ReadonlyMap<string, string>> {
  const { entries } = await store.load();
  const present = new Map(entries.map((entry) => [entry.key, entry]));
  const moves = found
    .filter(({ movable }) => movable)
    .flatMap(({ key, reason }) => {
      const entry = present.get(key);
      return entry === undefined ? [] : [{ entry, reason, target: `${QUARANTINE}${key}@${entry.modRevision}` }];
    });
  for (let at = 0; at < moves.length; at += MOVED_AT_ONCE) {
    const some = moves.slice(at, at + MOVED_AT_ONCE);
    const writes = some.flatMap(({ entry, reason, target }): KvWrite[] => [
      { kind: 'put', key: target, value: JSON.stringify({ reason, movedAtMs: atMs, value: entry.value }) },
      { kind: 'delete', key: entry.key },
    ]);
    const unchanged = some.map(({ entry }) => ({ key: entry.key, modRevision: entry.modRevision }));
    if ((await store.commit([...conditions, ...unchanged], writes)) === undefined) {
      throw new OperationError('NOT_LEADER', 'Somebody else has changed the store during the repair', {
        correction: 'Stop all controllers, then repeat it: what has been moved stays moved.',
      });
    }
  }
  return new Map(moves.map(({ entry, target }) => [entry.key, target]));
}
