/** Use cases of storage pools. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { type Answer, problem, success } from '../domain/answer.ts';
import { type ClusterView, findPool, poolsOn, requireNode, requirePool, resourcesIn } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { isAway } from '../domain/observed.ts';
import { DEVICES_MAX, parsePath, parseProviderKind, type StoragePool } from '../domain/storage-pool.ts';
import { pause } from '../pause.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext, WAIT_DEFAULT_MS } from './use-case.ts';

export interface CreateStoragePool {
  readonly nodeName: string;
  readonly name: string;
  readonly providerKind: string;
  readonly directory: string;
  readonly devices: readonly string[];
}

export class StoragePoolService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  async create(input: CreateStoragePool, call: CallOptions): Promise<Reply> {
    const { clock } = this.context;
    const operation = `storage-pool create ${input.nodeName} ${input.name}`;
    const reply = await runUseCase(this.context, operation, call, (draft) => {
      const node = requireNode(draft, input.nodeName);
      const name = parseName('storage-pool', input.name);
      const existing = findPool(draft, node.name, name);
      if (existing !== undefined) throw poolExists(existing);
      const pool = {
        ...parseBacking(input),
        name,
        nodeName: node.name,
        props: NO_PROPERTIES,
        createdAtMs: clock.wallMs(),
      };
      for (const other of poolsOn(draft, node.name)) refuseOverlap(pool, other);
      draft.put('pools', pool);
      const refs = { node: node.name, storage_pool: name };
      return {
        answers: [success('CREATED', `New storage pool "${name}" on node "${node.name}"`, refs)],
        targets: [{ kind: 'storage-pool', node: node.name, name, goal: 'applied' }],
      };
    });
    if (!call.async && reply.answers.every((answer) => answer.severity !== 'ERROR')) await this.reported(input, call);
    return reply;
  }

  /**
   * A pool without volumes is only a name: on a node that is away it is dropped at once (its satellite will report it as
   * not ours), so that a node that never returns can be deleted.
   */
  delete(nodeNames: readonly string[], name: string, call: CallOptions): Promise<Reply> {
    const { clock, status } = this.context;
    return runUseCase(this.context, `storage-pool delete ${nodeNames.join(' ')} ${name}`, call, (draft) => {
      if (nodeNames.length === 0) throw new OperationError('INVALID_ARGUMENT', 'No node is named');
      const pools = nodeNames.map((nodeName) => findDeletable(draft, nodeName, name));
      for (const pool of pools) {
        const users = resourcesIn(draft, pool).map((resource) => resource.resourceName);
        if (users.length > 0) throw poolInUse(pool, users);
        if (isAway(status, pool.nodeName)) draft.delete('pools', pool);
        else draft.put('pools', { ...pool, deletionRequestedAtMs: clock.wallMs() });
      }
      const present = pools.filter((pool) => !isAway(status, pool.nodeName));
      return {
        answers: pools.flatMap((pool) => deletionAnswers(pool, !present.includes(pool))),
        targets: present.map(
          (pool) => ({ kind: 'storage-pool', node: pool.nodeName, name: pool.name, goal: 'gone' }) as const,
        ),
      };
    });
  }

  /** The satellite has it; its free space comes a moment later, and the next command wants to place something there. */
  private async reported(input: CreateStoragePool, call: CallOptions): Promise<void> {
    const { status, clock } = this.context;
    const missing = (): boolean =>
      !isAway(status, input.nodeName) && !status.node(input.nodeName).pools.has(nameKey(input.name));
    const deadline = clock.nowMs() + Math.min(call.waitMs ?? WAIT_DEFAULT_MS, 5_000);
    while (missing() && !call.signal.aborted && clock.nowMs() < deadline) {
      await pause(clock, Math.max(1, deadline - clock.nowMs()), call.signal, (wake) => status.onChange(wake));
    }
  }
}

/** One that is being deleted already may be deleted again: its node may have gone away meanwhile. */
function findDeletable(view: ClusterView, nodeName: string, name: string): StoragePool {
  const node = requireNode(view, nodeName);
  return findPool(view, node.name, name) ?? requirePool(view, node.name, name);
}

function deletionAnswers(pool: StoragePool, away: boolean): Answer[] {
  const refs = { node: pool.nodeName, storage_pool: pool.name };
  const what = `Storage pool "${pool.name}" on node "${pool.nodeName}"`;
  if (!away) return [success('DELETION_STARTED', `${what} is marked for deletion`, refs)];
  const warning = problem('WARN', 'SATELLITE_UNREACHABLE', `Node "${pool.nodeName}" is not connected`, {
    cause: 'Its satellite still knows the pool, without any volume in it.',
    correction: 'Nothing to do: when it returns it reports the pool as not managed, and the name can be used again.',
    refs,
  });
  return [success('DELETED', `${what} deleted`, refs), warning];
}

function parseBacking(input: CreateStoragePool): Pick<StoragePool, 'providerKind' | 'directory' | 'devices'> {
  const providerKind = parseProviderKind(input.providerKind);
  if (providerKind !== 'DEVICE') {
    return { providerKind, directory: parsePath(input.directory, 'directory of a pool'), devices: [] };
  }
  const devices = [...new Set(input.devices.map((device) => parsePath(device, 'device of a pool')))];
  if (devices.length < 1 || devices.length > DEVICES_MAX) {
    throw new OperationError(
      'INVALID_ARGUMENT',
      `A DEVICE pool has 1 to ${DEVICES_MAX} devices, not ${devices.length}`,
    );
  }
  return { providerKind, directory: undefined, devices };
}

function refuseOverlap(pool: StoragePool, other: StoragePool): void {
  const shared =
    pool.directory !== undefined && pool.directory === other.directory
      ? pool.directory
      : pool.devices.find((device) => other.devices.includes(device));
  if (shared === undefined) return;
  throw new OperationError('INVALID_ARGUMENT', `${shared} belongs to storage pool "${other.name}" already`, {
    correction: 'Give each pool of a node its own directory or devices.',
    refs: { node: other.nodeName, storage_pool: other.name },
  });
}

function poolExists(existing: StoragePool): OperationError {
  const deleting = existing.deletionRequestedAtMs !== undefined;
  const message = `There is a storage pool "${existing.name}" on node "${existing.nodeName}" already`;
  return new OperationError('STORAGE_POOL_EXISTS', message, {
    ...(deleting ? { cause: 'It is being deleted.' } : {}),
    correction: deleting ? 'Wait until it is gone.' : 'Choose another name.',
    refs: { node: existing.nodeName, storage_pool: existing.name },
  });
}

function poolInUse(pool: StoragePool, users: readonly string[]): OperationError {
  return new OperationError('STORAGE_POOL_IN_USE', `Storage pool "${pool.name}" on node "${pool.nodeName}" is in use`, {
    cause: `It holds ${users.join(', ')}.`,
    correction: `Delete them from the node first: lockstep resource delete ${pool.nodeName} ${users[0] ?? ''}`,
    refs: { node: pool.nodeName, storage_pool: pool.name },
  });
}
