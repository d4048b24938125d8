/** Puts the records of a backup in place of everything that a store has. */
import { OperationError } from '../../common/errors.ts';
import { EPOCH_KEY, RESTORING_KEY } from '../state/epoch.ts';
import type { KvCondition, KvEntry, KvStore, KvWrite } from '../store/kv-store.ts';
import type { Backup } from './backup-file.ts';

const WRITES_AT_ONCE = 100;
/** Below what etcd takes in one request. */
const LENGTH_AT_ONCE = 500_000;
/** More than the leaders that there can have been since the backup: satellites refuse an epoch below one that they know. */
const EPOCHS_SKIPPED = 1_000_000;

export interface RestoreOptions {
  readonly conditions: readonly KvCondition[];
  /** Replace what is there. */
  readonly force: boolean;
}

/**
 * In steps; a marker stands until the last one, and no controller starts with it. @returns how many records there are now.
 * @throws OperationError STORE_NOT_EMPTY, STORE_FAILED, NOT_LEADER.
 */
export async function restore(store: KvStore, backup: Backup, { conditions, force }: RestoreOptions): Promise<number> {
  const { entries: present } = await store.load();
  if (present.length > 0 && !force) {
    throw new OperationError('STORE_NOT_EMPTY', `The store has ${present.length} records already`, {
      correction: 'Take a backup of it, then use --force: everything in it is replaced.',
    });
  }
  const commit = async (writes: readonly KvWrite[]): Promise<void> => {
    if ((await store.commit(conditions, writes)) !== undefined) return;
    throw new OperationError('NOT_LEADER', 'A controller has taken over during the restore', {
      correction: 'Stop all controllers, then restore again with --force.',
    });
  };
  const kept = new Set(backup.records.map(({ key }) => key));
  const gone = present.filter(({ key }) => !kept.has(key) && key !== RESTORING_KEY && key !== EPOCH_KEY);
  await commit([{ kind: 'put', key: RESTORING_KEY, value: new Date(backup.createdAtMs).toISOString() }]);
  const writes: KvWrite[] = [
    ...gone.map(({ key }): KvWrite => ({ kind: 'delete', key })),
    ...backup.records
      .filter(({ key }) => key !== EPOCH_KEY && key !== RESTORING_KEY)
      .map(({ key, value }): KvWrite => ({ kind: 'put', key, value })),
  ];
  for (const step of steps(writes)) await commit(step);
  const epoch = Math.max(epochIn(present), epochIn(backup.records)) + EPOCHS_SKIPPED;
  await commit([
    { kind: 'put', key: EPOCH_KEY, value: String(epoch) },
    { kind: 'delete', key: RESTORING_KEY },
  ]);
  return backup.records.length;
}

function epochIn(records: readonly Pick<KvEntry, 'key' | 'value'>[]): number {
  const epoch = Number(records.find(({ key }) => key === EPOCH_KEY)?.value ?? '0');
  return Number.isSafeInteger(epoch) ? epoch : 0;
}

function* steps(writes: readonly KvWrite[]): Generator<readonly KvWrite[]> {
  let step: KvWrite[] = [];
  let length = 0;
  for (const write of writes) {
    const more = write.key.length + (write.kind === 'put' ? write.value.length : 0);
    if (step.length > 0 && (step.length === WRITES_AT_ONCE || length + more > LENGTH_AT_ONCE)) {
      yield step;
      step = [];
      length = 0;
    }
    step.push(write);
    length += more;
  }
  if (step.length > 0) yield step;
}
