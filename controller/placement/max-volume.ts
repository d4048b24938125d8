/** Pure: the largest volume that could be placed now, and what the pools that a filter admits have in all. */
import { nameKey } from '../domain/node.ts';
import { isThin, type StoragePool } from '../domain/storage-pool.ts';
import type { Choice } from './best-set.ts';
import { largestGrossKib, netKib, type PlacementWorld } from './capacity.ts';
import { type Candidate, choicesOf, pick, prepare } from './choose-places.ts';
import type { PlacementTask } from './filters.ts';

export interface MaxVolume {
  /** Size of the data; 0: there are not enough places. */
  readonly sizeKib: number;
  /** Where a volume of this size would go. */
  readonly places: readonly Choice[];
}

interface Metadata {
  readonly blockBytes: number;
  readonly peerSlots: number;
}

/** @throws OperationError UNDECIDABLE_PLACEMENT. */
export function maxVolume(world: PlacementWorld, task: PlacementTask, metadata: Metadata): MaxVolume {
  const prepared = prepare(world, { ...task, needed: [] });
  const largest = (candidate: Candidate): number =>
    netKib(largestGrossKib(candidate.capacity), metadata.blockBytes, metadata.peerSlots);
  const sized = prepared.candidates.map((candidate) => ({ candidate, sizeKib: largest(candidate) }));
  const sizes = [...new Set(sized.map(({ sizeKib }) => sizeKib))].filter((size) => size > 0).sort((a, b) => b - a);
  const placesFor = (sizeKib: number): readonly Choice[] | undefined => {
    const candidates = sized.filter((entry) => entry.sizeKib >= sizeKib).map(({ candidate }) => candidate);
    return pick(prepared, choicesOf(prepared, candidates));
  };
  // The smaller the volume the more pools fit: the first size from above that can be placed is found by halving.
  let low = 0;
  let high = sizes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (placesFor(sizes[middle] ?? 0) === undefined) low = middle + 1;
    else high = middle;
  }
  const sizeKib = sizes[low];
  return sizeKib === undefined ? { sizeKib: 0, places: [] } : { sizeKib, places: placesFor(sizeKib) ?? [] };
}

export interface PoolsInAll {
  /** Really free and there, over all pools that the filter admits, each once. */
  readonly availableKib: number;
  readonly capacityKib: number;
  readonly pools: readonly StoragePool[];
}

/** @throws OperationError UNDECIDABLE_PLACEMENT. */
export function poolsInAll(world: PlacementWorld, task: PlacementTask): PoolsInAll {
  const { candidates } = prepare(world, { ...task, needed: [] });
  return {
    availableKib: candidates.reduce((sum, { capacity }) => sum + capacity.freeKib, 0),
    capacityKib: candidates.reduce((sum, { capacity }) => sum + capacity.observed.totalKib, 0),
    pools: candidates.map(({ pool }) => pool),
  };
}

export interface PoolCandidate {
  readonly storagePool: string;
  readonly sizeKib: number;
  readonly nodeNames: readonly string[];
  readonly allThin: boolean;
}

/** For each name of pools in which there are enough places: the largest volume, and the nodes that could take it. */
export function maxVolumePerPool(world: PlacementWorld, task: PlacementTask, metadata: Metadata): PoolCandidate[] {
  const { pools } = poolsInAll(world, task);
  const names = [...new Map(pools.map(({ name }) => [nameKey(name), name])).values()];
  return names.flatMap((name): PoolCandidate[] => {
    const own = { ...task, filter: { ...task.filter, storagePools: [name] } };
    const { sizeKib, places } = maxVolume(world, own, metadata);
    if (sizeKib === 0) return [];
    const chosen = places.flatMap(({ pool }) => pool ?? []);
    const nodeNames = chosen.map(({ nodeName }) => nodeName);
    return [
      { storagePool: name, sizeKib, nodeNames, allThin: chosen.every(({ providerKind }) => isThin(providerKind)) },
    ];
  });
}
