/**
 * Pure: chooses nodes for new diskful replicas. N replicas, one per node, the pools with most free space; ties go to the
 * pool with fewer resources, then by name. When there are too few, every node that was passed over is explained.
 */
import { type ClusterView, findResource, poolsOn } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import type { ClusterStatus } from '../domain/observed.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import { type NeededKib, roomFor } from './capacity.ts';

export interface PlacementRequest {
  readonly resourceName: string;
  /** How many new replicas. */
  readonly count: number;
  /** Allowed pools; empty: all. */
  readonly poolNames: readonly string[];
  readonly needed: NeededKib;
}

export interface Rejection {
  readonly node: string;
  readonly reason: string;
}

export interface Placement {
  /** Best first; fewer than asked for when the cluster does not have more. */
  readonly chosen: readonly StoragePool[];
  readonly rejections: readonly Rejection[];
}

interface Candidate {
  readonly pool: StoragePool;
  readonly freeKib: number;
  readonly resources: number;
}

export function autoPlace(view: ClusterView, status: ClusterStatus, request: PlacementRequest): Placement {
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (const node of view.nodes.all()) {
    const verdict = bestOn(view, status, node.name, request);
    if ('pool' in verdict) candidates.push(verdict);
    else rejections.push({ node: node.name, reason: verdict.reason });
  }
  candidates.sort(byPreference);
  return { chosen: candidates.slice(0, request.count).map((candidate) => candidate.pool), rejections };
}

function bestOn(
  view: ClusterView,
  status: ClusterStatus,
  nodeName: string,
  request: PlacementRequest,
): Candidate | { readonly reason: string } {
  const present = findResource(view, request.resourceName, nodeName);
  if (present?.deletionRequestedAtMs !== undefined) return { reason: 'the resource is being deleted there' };
  if (present !== undefined && present.tieBreaker !== true)
    return { reason: `it has the resource already${present.diskful ? '' : ' (diskless)'}` };
  const pools = poolsOn(view, nodeName).filter((pool) => pool.deletionRequestedAtMs === undefined);
  if (pools.length === 0) return { reason: 'it has no storage pool' };
  const allowed = pools.filter(
    (pool) => request.poolNames.length === 0 || request.poolNames.some((name) => sameName(name, pool.name)),
  );
  if (allowed.length === 0) return { reason: `it has no storage pool named ${request.poolNames.join(' or ')}` };
  const candidates: Candidate[] = [];
  const reasons: string[] = [];
  for (const pool of allowed) {
    const room = roomFor(view, status, pool, request.needed);
    if (room.ok) candidates.push({ pool, freeKib: room.freeKib, resources: room.resources });
    else reasons.push(room.reason);
  }
  candidates.sort(byPreference);
  return candidates[0] ?? { reason: [...new Set(reasons)].join('; ') };
}

function byPreference(a: Candidate, b: Candidate): number {
  return (
    b.freeKib - a.freeKib ||
    a.resources - b.resources ||
    (`${a.pool.nodeName}/${a.pool.name}` < `${b.pool.nodeName}/${b.pool.name}` ? -1 : 1)
  );
}
