/** Pure: how much room a pool has for new volumes, and the words for why it has not enough. */
import { type ClusterView, resourcesIn, volumesOf } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import { type ClusterStatus, isOnline, type ObservedPool, observedResource } from '../domain/observed.ts';
import { grossKib, type StoragePool } from '../domain/storage-pool.ts';

/** Sizes of the volumes to be made, metadata included. */
export type NeededKib = readonly number[];

export type Room =
  | { readonly ok: true; readonly freeKib: number; readonly resources: number }
  | {
      readonly ok: false;
      readonly code: 'NOT_ENOUGH_SPACE' | 'SATELLITE_UNREACHABLE' | 'SATELLITE_FAILED';
      readonly reason: string;
    };

/** LINSTOR's built-in over-subscription of thin pools. */
const THIN_OVERSUBSCRIPTION = 20;

export function roomFor(view: ClusterView, status: ClusterStatus, pool: StoragePool, needed: NeededKib): Room {
  if (!isOnline(status, pool.nodeName)) {
    const { connection } = status.node(pool.nodeName);
    return {
      ok: false,
      code: 'SATELLITE_UNREACHABLE',
      reason: `the node is ${connection}, its free space is not known`,
    };
  }
  const observed = status.node(pool.nodeName).pools.get(nameKey(pool.name));
  if (observed === undefined) {
    return { ok: false, code: 'SATELLITE_UNREACHABLE', reason: `pool "${pool.name}" has not been reported yet` };
  }
  const broken = observed.reports.find((report) => report.severity === 'ERROR');
  if (broken !== undefined) {
    return { ok: false, code: 'SATELLITE_FAILED', reason: `pool "${pool.name}" has a problem: ${broken.message}` };
  }
  const reason = shortage(view, status, pool, observed, needed);
  if (reason !== undefined) return { ok: false, code: 'NOT_ENOUGH_SPACE', reason };
  const resources = resourcesIn(view, pool).length;
  return { ok: true, freeKib: Math.max(0, observed.freeKib - promised(view, status, pool).unseenKib), resources };
}

function shortage(
  view: ClusterView,
  status: ClusterStatus,
  pool: StoragePool,
  observed: ObservedPool,
  needed: NeededKib,
): string | undefined {
  const wanted = needed.reduce((sum, size) => sum + size, 0);
  const largest = needed.reduce((most, size) => Math.max(most, size), 0);
  const name = `pool "${pool.name}"`;
  if (largest > observed.totalKib) {
    return `${name} has ${observed.totalKib} KiB in all, the volume takes ${largest} KiB with its metadata`;
  }
  const { allKib, unseenKib } = promised(view, status, pool);
  if (pool.providerKind === 'FILE_THIN') {
    const byTotal = observed.totalKib * THIN_OVERSUBSCRIPTION - allKib;
    const byFree = observed.freeKib * THIN_OVERSUBSCRIPTION - unseenKib;
    const usable = Math.max(0, Math.min(byTotal, byFree));
    if (wanted <= usable) return undefined;
    return `${name} may still promise ${usable} KiB (${THIN_OVERSUBSCRIPTION} times its space), ${wanted} KiB are needed`;
  }
  if (observed.maxVolumeKib > 0 && largest > observed.maxVolumeKib) {
    return `${name} has no free device of ${largest} KiB, the largest has ${observed.maxVolumeKib} KiB`;
  }
  const usable = Math.max(0, observed.freeKib - unseenKib);
  return wanted <= usable ? undefined : `${name} has ${usable} KiB free, ${wanted} KiB are needed`;
}

/** Space of the volumes that belong into the pool, and of those among them that its free space does not show yet. */
function promised(view: ClusterView, status: ClusterStatus, pool: StoragePool): { allKib: number; unseenKib: number } {
  let allKib = 0;
  let unseenKib = 0;
  for (const resource of resourcesIn(view, pool)) {
    const seen = observedResource(status, resource.nodeName, resource.resourceName);
    for (const definition of volumesOf(view, resource.resourceName)) {
      if (!resource.volumes.some((entry) => entry.volume === definition.volume)) continue;
      const size = grossKib(definition, resource.peerSlots);
      allKib += size;
      if (seen?.volumes.some((volume) => volume.volume === definition.volume) !== true) unseenKib += size;
    }
  }
  return { allKib, unseenKib };
}
