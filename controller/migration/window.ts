/** The window of a migration as the satellites see it, and when it may close. Pure. */
import { type ClusterView, findResource, resourcesOf } from '../domain/cluster-view.ts';
import type { Migration } from '../domain/migration.ts';
import { sameName } from '../domain/node.ts';
import { type ClusterStatus, isOnline, observedResource } from '../domain/observed.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';

export type Primaries = 'none' | 'source' | 'target' | 'both';

export function primariesOf(
  view: ClusterView,
  status: ClusterStatus,
  { name }: ResourceDefinition,
  { from, to }: Pick<Migration, 'from' | 'to'>,
): Primaries {
  const [source, target] = [isPrimary(view, status, name, from), isPrimary(view, status, name, to)];
  if (source) return target ? 'both' : 'source';
  return target ? 'target' : 'none';
}

/**
 * By the node's own word, or, where it cannot be asked, by what its peers see. What neither says does not count: the
 * satellites themselves never take the option from under two Primaries.
 */
function isPrimary(view: ClusterView, status: ClusterStatus, resourceName: string, nodeName: string): boolean {
  if (isOnline(status, nodeName)) return observedResource(status, nodeName, resourceName)?.role === 'Primary';
  return resourcesOf(view, resourceName).some((peer) => {
    if (!isOnline(status, peer.nodeName)) return false;
    const links = observedResource(status, peer.nodeName, resourceName)?.connections ?? [];
    return links.some(
      (link) => sameName(link.peerName, nodeName) && link.state === 'Connected' && link.peerRole === 'Primary',
    );
  });
}

/** `stuck`: its time is over and two are Primary. */
export type WindowStep = 'close' | 'stuck' | 'wait';

export function planWindow(
  view: ClusterView,
  status: ClusterStatus,
  definition: ResourceDefinition,
  migration: Migration,
  isOver: boolean,
): WindowStep {
  const { from, to, ending } = migration;
  const gone = [from, to].some((node) => {
    const replica = findResource(view, definition.name, node);
    return replica === undefined || replica.deletionRequestedAtMs !== undefined;
  });
  if (!isOver && !gone && ending === undefined) return 'wait';
  if (primariesOf(view, status, definition, migration) !== 'both') return 'close';
  return isOver && ending !== 'overdue' ? 'stuck' : 'wait';
}
