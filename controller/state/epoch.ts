/** Identity and fencing number of the controller. */
import { OperationError } from '../../common/errors.ts';
import type { KvCondition, KvStore } from '../store/kv-store.ts';

const CONTROLLER_ID_KEY = 'controller/id';
export const EPOCH_KEY = 'controller/epoch';
/** Stands while a backup is being restored: the records are then a mixture. */
export const RESTORING_KEY = 'controller/restoring';

export interface Epoch {
  readonly controllerId: string;
  readonly epoch: number;
}

/**
 * At each start of a leader: the same identity, the next epoch. Satellites refuse whoever comes with a lower one.
 * @throws OperationError STORE_FAILED, NOT_LEADER.
 */
export async function beginEpoch(
  store: KvStore,
  conditions: readonly KvCondition[],
  newIdentity: string,
): Promise<Epoch> {
  const { entries } = await store.load();
  if (entries.some(({ key }) => key === RESTORING_KEY)) {
    throw new OperationError('STORE_FAILED', 'A backup has been restored into this store, but not to the end', {
      correction: 'Restore it again: lockstep-controller restore FILE --force',
    });
  }
  const identity = entries.find(({ key }) => key === CONTROLLER_ID_KEY);
  const last = entries.find(({ key }) => key === EPOCH_KEY);
  const epoch = Number(last?.value ?? '0') + 1;
  const controllerId = identity?.value ?? newIdentity;
  const revision = await store.commit(
    [...conditions, { key: EPOCH_KEY, modRevision: last?.modRevision ?? 0 }],
    [
      { kind: 'put', key: EPOCH_KEY, value: String(epoch) },
      ...(identity === undefined ? [{ kind: 'put', key: CONTROLLER_ID_KEY, value: newIdentity } as const] : []),
    ],
  );
  if (revision !== undefined) return { controllerId, epoch };
  throw new OperationError('NOT_LEADER', 'Another controller has taken over during the start');
}
