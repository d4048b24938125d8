/** Pure: how much room a pool has for new volumes, over-subscription and promises counted, and the words for why not. */
import type { ClusterView } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { ClusterStatus, ObservedPool } from '../domain/observed.ts';
import { grossKib, isThin, type StoragePool } from '../domain/storage-pool.ts';
import { controllerProps, numberProp } from './placement-props.ts';
import type { PoolUsage, UsageOf } from './pool-ledger.ts';

/** What decisions about places look at. */
export interface PlacementWorld {
  readonly view: ClusterView;
  readonly status: ClusterStatus;
  /** What the pools have promised, decisions of the same transaction included. */
  readonly usage: UsageOf;
}

/** Sizes of the volumes to be made, metadata included. */
export type NeededKib = readonly number[];

export interface Refusal {
  readonly code: 'NOT_ENOUGH_SPACE' | 'SATELLITE_UNREACHABLE' | 'SATELLITE_FAILED';
  /** Name of the filter. */
  readonly filter: 'online' | 'pool-state' | 'volume-size' | 'free-space';
  readonly reason: string;
}

export interface Ratios {
  readonly free: number;
  readonly total: number;
}

export interface Capacity {
  readonly observed: ObservedPool;
  readonly usage: PoolUsage;
  readonly ratios: Ratios;
  /** What may still be promised in all, in KiB with metadata. */
  readonly usableKib: number;
  /** Real free space after what has been decided but is not reported yet. */
  readonly freeKib: number;
}

const THIN_OVERSUBSCRIPTION = 20;
const THICK_OVERSUBSCRIPTION = 1;

/** A pool that allocates in advance cannot promise more than it has, whatever the properties say. */
export function ratiosOf(view: ClusterView, pool: StoragePool): Ratios {
  const levels = [pool.props, controllerProps(view)];
  const builtIn = isThin(pool.providerKind) ? THIN_OVERSUBSCRIPTION : THICK_OVERSUBSCRIPTION;
  const most = isThin(pool.providerKind) ? Number.POSITIVE_INFINITY : THICK_OVERSUBSCRIPTION;
  const both = numberProp('MaxOversubscriptionRatio', levels) ?? builtIn;
  const free = numberProp('MaxFreeCapacityOversubscriptionRatio', levels) ?? both;
  const total = numberProp('MaxTotalCapacityOversubscriptionRatio', levels) ?? both;
  return { free: Math.min(most, free), total: Math.min(most, total) };
}

/** @returns the pool's capacity, or why it is not known or not to be relied on. */
export function capacityOf(world: PlacementWorld, pool: StoragePool): Capacity | Refusal {
  const { view, status } = world;
  const { connection, pools } = status.node(pool.nodeName);
  if (connection !== 'ONLINE') return offline(connection);
  const observed = pools.get(nameKey(pool.name));
  if (observed === undefined) {
    const reason = `pool "${pool.name}" has not been reported yet`;
    return { code: 'SATELLITE_UNREACHABLE', filter: 'pool-state', reason };
  }
  const broken = observed.reports.find((report) => report.severity === 'ERROR');
  if (broken !== undefined) {
    const reason = `pool "${pool.name}" has a problem: ${broken.message}`;
    return { code: 'SATELLITE_FAILED', filter: 'pool-state', reason };
  }
  const usage = world.usage(pool);
  const ratios = ratiosOf(view, pool);
  const byFree = observed.freeKib * ratios.free - usage.unseenKib;
  const byTotal = observed.totalKib * ratios.total - usage.reservedKib;
  const usableKib = Math.max(0, Math.floor(Math.min(byFree, byTotal)));
  return { observed, usage, ratios, usableKib, freeKib: Math.max(0, observed.freeKib - usage.unseenKib) };
}

export const offline = (connection: string): Refusal => ({
  code: 'SATELLITE_UNREACHABLE',
  filter: 'online',
  reason: `the node is ${connection}, its free space is not known`,
});

export function shortage(pool: StoragePool, capacity: Capacity, needed: NeededKib): Refusal | undefined {
  const { observed, ratios, usableKib } = capacity;
  const wanted = needed.reduce((sum, size) => sum + size, 0);
  const largest = needed.reduce((most, size) => Math.max(most, size), 0);
  const name = `pool "${pool.name}"`;
  const refusal = (filter: Refusal['filter'], reason: string): Refusal => ({
    code: 'NOT_ENOUGH_SPACE',
    filter,
    reason,
  });
  if (largest > observed.totalKib) {
    const reason = `${name} has ${observed.totalKib} KiB in all, the volume takes ${largest} KiB with its metadata`;
    return refusal('volume-size', reason);
  }
  if (observed.maxVolumeKib > 0 && largest > observed.maxVolumeKib) {
    const reason = `${name} has no free device of ${largest} KiB, the largest has ${observed.maxVolumeKib} KiB`;
    return refusal('volume-size', reason);
  }
  if (wanted <= usableKib) return undefined;
  if (!isThin(pool.providerKind)) {
    return refusal('free-space', `${name} has ${usableKib} KiB free, ${wanted} KiB are needed`);
  }
  const promise = `${ratios.free} times its free space, ${ratios.total} times its size`;
  return refusal('free-space', `${name} may still promise ${usableKib} KiB (${promise}), ${wanted} KiB are needed`);
}

/** @returns why there is no room for the volumes; undefined: there is. */
export function refusalOf(world: PlacementWorld, pool: StoragePool, needed: NeededKib): Refusal | undefined {
  const capacity = capacityOf(world, pool);
  return 'code' in capacity ? capacity : shortage(pool, capacity, needed);
}

/** The largest single volume, metadata included. */
export function largestGrossKib({ observed, usableKib }: Capacity): number {
  const device = observed.maxVolumeKib > 0 ? observed.maxVolumeKib : Number.POSITIVE_INFINITY;
  return Math.min(usableKib, observed.totalKib, device);
}

const GRANULE_KIB = 4;

/** The largest volume whose data and metadata fit into `gross` KiB; 0: none does. */
export function netKib(gross: number, blockBytes: number, peerSlots: number): number {
  const fits = (units: number): boolean => grossKib({ sizeKib: units * GRANULE_KIB, blockBytes }, peerSlots) <= gross;
  let low = 0;
  let high = Math.max(0, Math.floor(gross / GRANULE_KIB));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low * GRANULE_KIB;
}
