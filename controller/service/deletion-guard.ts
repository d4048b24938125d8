/** When data may be deleted: never while somebody uses it, never the last good copy while others depend on it. */
import { OperationError } from '../../common/errors.ts';
import { type ClusterView, resourcesOf, volumesOf } from '../domain/cluster-view.ts';
import { type ClusterStatus, inUseOn, copyQuality } from '../domain/observed.ts';
import type { Resource } from '../domain/resource.ts';

/** @throws OperationError RESOURCE_IN_USE. */
export function refuseInUse(view: ClusterView, status: ClusterStatus, resources: readonly Resource[]): void {
  for (const { resourceName, nodeName } of resources) {
    const peers = resourcesOf(view, resourceName).map((entry) => entry.nodeName);
    if (
      !inUseOn(
        status,
        resourceName,
        nodeName,
        peers.filter((peer) => peer !== nodeName),
      )
    )
      continue;
    throw new OperationError('RESOURCE_IN_USE', `Resource "${resourceName}" is in use on node "${nodeName}"`, {
      cause: 'A client has it open, or it is Primary there.',
      correction: 'Close it (unmount, stop the virtual machine, disconnect the NBD client), then try again.',
      refs: { resource: resourceName, node: nodeName },
    });
  }
}

/**
 * `leaving` are replicas of one resource. A replica whose state is not known counts as good when it is to be deleted and
 * as not good when the others are to rely on it. @throws OperationError LAST_UP_TO_DATE_COPY.
 */
export function refuseLastCopy(view: ClusterView, status: ClusterStatus, leaving: readonly Resource[]): void {
  const [first] = leaving;
  if (first === undefined) return;
  const { resourceName } = first;
  const volumes = volumesOf(view, resourceName).map((entry) => entry.volume);
  const staying = resourcesOf(view, resourceName).filter(
    (entry) => !leaving.includes(entry) && entry.deletionRequestedAtMs === undefined,
  );
  if (staying.length === 0 || volumes.length === 0) return;
  const state = (entry: Resource) => copyQuality(status, entry, volumes);
  const good = leaving.find((entry) => entry.diskful && state(entry) !== 'incomplete');
  if (good === undefined || staying.some((entry) => entry.diskful && state(entry) === 'up-to-date')) return;
  throw new OperationError(
    'LAST_UP_TO_DATE_COPY',
    `Node "${good.nodeName}" may have the last good copy of resource "${resourceName}"`,
    {
      cause: `None of the nodes that stay (${staying.map((entry) => entry.nodeName).join(', ')}) is connected and UpToDate.`,
      correction: `Wait until one of them is UpToDate, or delete all of it: lockstep resource-definition delete ${resourceName}`,
      refs: { resource: resourceName, node: good.nodeName },
    },
  );
}
