/** Pure: whether a replica may go now, by the present reports; never on a stale one. */
import { type ClusterView, resourcesOf } from '../domain/cluster-view.ts';
import { type ClusterStatus, copyQuality, inUseOn, isAway } from '../domain/observed.ts';
import type { Resource } from '../domain/resource.ts';
import { presentVolumes } from './membership.ts';

/** Whole and current, by the node's own report of now. */
export function isGood(view: ClusterView, status: ClusterStatus, resource: Resource): boolean {
  const volumes = presentVolumes(view, resource.resourceName).map((entry) => entry.volume);
  return resource.diskful && copyQuality(status, resource, volumes) === 'up-to-date';
}

/**
 * @param keep how many good copies must be left among `others`.
 * @returns why the replica has to stay; undefined: it may go.
 */
export function removalObjection(
  view: ClusterView,
  status: ClusterStatus,
  resource: Resource,
  others: readonly Resource[],
  keep: number,
): string | undefined {
  const { resourceName, nodeName } = resource;
  const peers = resourcesOf(view, resourceName).map((entry) => entry.nodeName);
  const seenBy = peers.filter((peer) => peer !== nodeName);
  if (inUseOn(status, resourceName, nodeName, seenBy)) return `it is in use on ${nodeName}`;
  if (!resource.diskful) return undefined;
  const good = others.filter((other) => other !== resource && isGood(view, status, other)).length;
  if (good >= keep) return undefined;
  const away = others.filter((other) => isAway(status, other.nodeName)).map((other) => other.nodeName);
  const hint = away.length === 0 ? '' : ` (${away.join(', ')} away)`;
  return `${good} of ${keep} other replicas are UpToDate${hint}`;
}
