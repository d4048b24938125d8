/** What could be placed now: questions that change nothing. */
import { asOperationError, OperationError } from '../../common/errors.ts';
import { type Answer, fromError } from '../domain/answer.ts';
import { requireGroup } from '../domain/cluster-view.ts';
import { BLOCK_BYTES_DEFAULT, PEER_SLOTS_DEFAULT } from '../domain/resource-definition.ts';
import { DEFAULT_GROUP, NO_FILTER, type SelectFilter } from '../domain/resource-group.ts';
import { ratiosOf } from '../placement/capacity.ts';
import type { PlacementTask } from '../placement/filters.ts';
import { changedFilter, type FilterChange } from '../placement/filter-input.ts';
import { maxVolume, maxVolumePerPool, type PoolCandidate, poolsInAll } from '../placement/max-volume.ts';
import type { ServiceContext } from './use-case.ts';

export interface MaxVolumeReply {
  readonly answers: readonly Answer[];
  readonly candidates: readonly PoolCandidate[];
}

export interface SpawnPlace {
  readonly nodeName: string;
  readonly storagePool: string;
  readonly freeRatio: number;
  readonly totalRatio: number;
}

export interface SizeInfo {
  readonly maxVolumeKib: number;
  readonly availableKib: number;
  readonly capacityKib: number;
  readonly nextSpawn: readonly SpawnPlace[];
}

export interface SizeInfoReply {
  readonly answers: readonly Answer[];
  readonly sizeInfo: SizeInfo | undefined;
}

export class CapacityQueries {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Per name of storage pools: the largest volume of which all replicas fit into pools of this name. */
  maxVolumes(groupName: string, change: FilterChange): MaxVolumeReply {
    try {
      const { task, metadata } = this.taskFor(groupName, change);
      return { answers: [], candidates: maxVolumePerPool(this.context.worlds.now(), task, metadata) };
    } catch (error) {
      return { answers: [fromError(asOperationError(error))], candidates: [] };
    }
  }

  /** What the next spawn could get, and where it would go. */
  sizeInfo(groupName: string, change: FilterChange): SizeInfoReply {
    try {
      const { task, metadata } = this.taskFor(groupName, change);
      const world = this.context.worlds.now();
      const { sizeKib, places } = maxVolume(world, task, metadata);
      const { availableKib, capacityKib } = poolsInAll(world, task);
      const nextSpawn = places.flatMap(({ pool }): SpawnPlace[] => {
        if (pool === undefined) return [];
        const { free, total } = ratiosOf(world.view, pool);
        return [{ nodeName: pool.nodeName, storagePool: pool.name, freeRatio: free, totalRatio: total }];
      });
      return { answers: [], sizeInfo: { maxVolumeKib: sizeKib, availableKib, capacityKib, nextSpawn } };
    } catch (error) {
      return { answers: [fromError(asOperationError(error))], sizeInfo: undefined };
    }
  }

  private taskFor(groupName: string, change: FilterChange) {
    const { view } = this.context.state;
    const group = groupName === '' ? undefined : requireGroup(view, groupName);
    const filter: SelectFilter = changedFilter(group?.filter ?? NO_FILTER, change);
    const count = filter.additionalPlaceCount ?? filter.placeCount ?? 0;
    if (count === 0) {
      throw new OperationError('INVALID_ARGUMENT', 'Nobody says how many replicas are wanted', {
        correction: 'Give --place-count N, or give one to the resource group: lockstep resource-group modify.',
      });
    }
    const task: PlacementTask = {
      resourceName: undefined,
      groupName: group?.name ?? DEFAULT_GROUP,
      filter,
      count,
      needed: [],
      existing: [],
    };
    return { task, metadata: { blockBytes: BLOCK_BYTES_DEFAULT, peerSlots: group?.peerSlots ?? PEER_SLOTS_DEFAULT } };
  }
}
