/**
 * Use cases of disks of replicas: diskless to diskful and back, and moving a replica to another node. Each leaves a wish
 * on the replica that the keeper works off; the same call again is a retry, the opposite one takes it back.
 */
import { OperationError } from '../../common/errors.ts';
import { success } from '../domain/answer.ts';
import {
  findPool,
  findResource,
  requireDefinition,
  requireNode,
  requirePool,
  resourcesOf,
} from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import { firstValue } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import { DEFAULT_POOL, type StoragePool } from '../domain/storage-pool.ts';
import { refusalOf } from '../placement/capacity.ts';
import { addReplicas, makeDiskful, makeDiskless, neededKib } from '../replica-set/membership.ts';
import { hasLeftover, leftoverThere, levelsOf } from '../replica-set/wishes.ts';
import type { Draft } from '../state/tables.ts';
import { refuseLastCopy } from './deletion-guard.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface ToggleDisk {
  readonly resourceName: string;
  readonly nodeName: string;
  /** Empty: the usual pool. Without meaning when the disk goes. */
  readonly storagePoolName: string;
  readonly diskless: boolean;
  /** The replica of this node goes once the new disk is UpToDate; empty: none. */
  readonly migrateFrom: string;
}

export interface MigrateResource {
  readonly resourceName: string;
  readonly from: string;
  readonly to: string;
  readonly storagePoolName: string;
}

export class DiskService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  toggle(input: ToggleDisk, call: CallOptions): Promise<Reply> {
    const operation = `resource toggle-disk ${input.nodeName} ${input.resourceName} ${input.diskless ? 'diskless' : input.storagePoolName}`;
    return runUseCase(this.context, operation, call, (draft) => {
      const resource = requireReplica(draft, input.resourceName, input.nodeName);
      return input.diskless ? this.removeDisk(draft, resource) : this.addDisk(draft, resource, input);
    });
  }

  /** Moves a replica: to a node that has none, or a diskless one. */
  migrate(input: MigrateResource, call: CallOptions): Promise<Reply> {
    const { resourceName, from, to, storagePoolName } = input;
    return runUseCase(this.context, `resource migrate ${resourceName} ${from} ${to}`, call, (draft) => {
      const definition = requireDefinition(draft, resourceName);
      const target = requireNode(draft, to);
      const present = findResource(draft, definition.name, target.name);
      if (present !== undefined) {
        return this.addDisk(draft, requireReplica(draft, resourceName, to), { storagePoolName, migrateFrom: from });
      }
      const source = requireSource(draft, definition.name, from, target.name);
      const pool = this.requireRoomyPool(draft, definition.name, target.name, storagePoolName, source);
      if (hasLeftover(draft, target.name, definition.name)) throw leftoverThere(definition.name, target.name);
      const { clock, random } = this.context;
      addReplicas(draft, definition, {
        places: [{ nodeName: target.name, pool }],
        replaces: source.nodeName,
        nowMs: clock.wallMs(),
        newGeneration: () => random.generation(),
      });
      return begun(definition.name, target.name, `moves from node "${source.nodeName}"`);
    });
  }

  private addDisk(
    draft: Draft,
    resource: Resource,
    { storagePoolName, migrateFrom }: { readonly storagePoolName: string; readonly migrateFrom: string },
  ): Outcome {
    const { resourceName, nodeName } = resource;
    const source = migrateFrom === '' ? undefined : requireSource(draft, resourceName, migrateFrom, nodeName);
    if (resource.diskful) {
      const repeated = resource.diskChange?.kind === 'adding' || resource.replaces !== undefined;
      if (repeated && sameOrNone(resource.replaces, source?.nodeName)) {
        return begun(resourceName, nodeName, 'is getting its disk already');
      }
      throw alreadyDiskful(resource);
    }
    const pool = this.requireRoomyPool(draft, resourceName, nodeName, storagePoolName, source);
    makeDiskful(draft, resource, pool, {
      diskChange: { kind: 'adding', by: 'user', requestedAtMs: this.context.clock.wallMs() },
      replaces: source?.nodeName,
    });
    return begun(resourceName, nodeName, `gets a disk in storage pool "${pool.name}"`);
  }

  private removeDisk(draft: Draft, resource: Resource): Outcome {
    const { resourceName, nodeName, diskChange } = resource;
    if (!resource.diskful) {
      if (diskChange?.kind === 'removing') return begun(resourceName, nodeName, 'is losing its disk already');
      const refs = { resource: resourceName, node: nodeName };
      const message = `Resource "${resourceName}" on node "${nodeName}" has no disk already`;
      return { answers: [success('UNCHANGED', message, refs)], targets: [] };
    }
    if (!resourcesOf(draft, resourceName).some((other) => other !== resource && other.diskful))
      throw onlyDisk(resource);
    refuseLastCopy(draft, this.context.status, [resource]);
    makeDiskless(draft, resource, {
      diskChange: { kind: 'removing', by: 'user', requestedAtMs: this.context.clock.wallMs() },
      replaces: undefined,
    });
    return begun(resourceName, nodeName, 'loses its disk');
  }

  private requireRoomyPool(
    draft: Draft,
    resourceName: string,
    nodeName: string,
    asked: string,
    source: Resource | undefined,
  ): StoragePool {
    const definition = requireDefinition(draft, resourceName);
    const usual =
      firstValue('StorPoolName', levelsOf(draft, definition)) ??
      (findPool(draft, nodeName, source?.storagePool ?? '') === undefined ? undefined : source?.storagePool);
    const pool = requirePool(draft, nodeName, asked === '' ? (usual ?? DEFAULT_POOL) : asked);
    const room = refusalOf(this.context.worlds.within(draft), pool, neededKib(draft, definition));
    if (room === undefined) return pool;
    throw new OperationError(room.code, `Resource "${resourceName}" cannot get a disk on node "${nodeName}"`, {
      cause: room.reason,
      correction: 'Choose another pool or node, or make room. Nothing has changed.',
      refs: { resource: resourceName, node: nodeName, storage_pool: pool.name },
    });
  }
}

const sameOrNone = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameName(a, b);

function begun(resourceName: string, nodeName: string, what: string): Outcome {
  const refs = { resource: resourceName, node: nodeName };
  return {
    answers: [success('MODIFIED', `Resource "${resourceName}" on node "${nodeName}" ${what}`, refs)],
    targets: [{ kind: 'resource', node: nodeName, name: resourceName, goal: 'applied' }],
  };
}

function requireReplica(draft: Draft, resourceName: string, nodeName: string): Resource {
  const definition = requireDefinition(draft, resourceName);
  const node = requireNode(draft, nodeName);
  const resource = findResource(draft, definition.name, node.name);
  if (resource !== undefined && resource.deletionRequestedAtMs === undefined) return resource;
  throw new OperationError('RESOURCE_NOT_FOUND', `There is no resource "${definition.name}" on node "${node.name}"`, {
    ...(resource === undefined ? {} : { cause: 'It is being deleted there.' }),
    correction: `Create it: lockstep resource create ${node.name} ${definition.name}`,
    refs: { resource: definition.name, node: node.name },
  });
}

function requireSource(draft: Draft, resourceName: string, from: string, to: string): Resource {
  const source = requireReplica(draft, resourceName, from);
  if (sameName(source.nodeName, to)) {
    throw new OperationError('INVALID_ARGUMENT', `Resource "${resourceName}" cannot move from node "${to}" to itself`);
  }
  if (source.diskful) return source;
  throw new OperationError('INVALID_ARGUMENT', `Resource "${resourceName}" has no disk on node "${source.nodeName}"`, {
    correction: 'Name a node with a diskful replica.',
    refs: { resource: resourceName, node: source.nodeName },
  });
}

function alreadyDiskful({ resourceName, nodeName }: Resource): OperationError {
  return new OperationError('RESOURCE_EXISTS', `Resource "${resourceName}" has a disk on node "${nodeName}" already`, {
    correction: 'Choose another node, or remove its disk with: lockstep resource toggle-disk --diskless',
    refs: { resource: resourceName, node: nodeName },
  });
}

function onlyDisk({ resourceName, nodeName }: Resource): OperationError {
  return new OperationError('LAST_UP_TO_DATE_COPY', `Node "${nodeName}" has the only disk of "${resourceName}"`, {
    correction: 'Give another node a replica first, or delete the resource definition.',
    refs: { resource: resourceName, node: nodeName },
  });
}
