/** Pure: what users and automatisms have asked for a resource, and which of its replicas count towards it. */
import { OperationError } from '../../common/errors.ts';
import {
  type ClusterView,
  controllerProps,
  findGroup,
  findNode,
  leftoversOn,
  resourcesOf,
} from '../domain/cluster-view.ts';
import { isGone, sameName } from '../domain/node.ts';
import { firstValue, isYes, type Properties } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';

/** Nearest first: resource definition, group, controller. */
export const levelsOf = (view: ClusterView, definition: ResourceDefinition): (Properties | undefined)[] => [
  definition.props,
  findGroup(view, definition.groupName)?.props,
  controllerProps(view),
];

/** How many diskful replicas its group wants; undefined: as many as there are. */
export const wantedReplicas = (view: ClusterView, definition: ResourceDefinition): number | undefined =>
  findGroup(view, definition.groupName)?.filter.placeCount;

/** Replicas that are not on their way out by themselves. */
export const present = (view: ClusterView, resourceName: string): Resource[] =>
  resourcesOf(view, resourceName).filter((entry) => entry.deletionRequestedAtMs === undefined);

/** Replicas that are to stay: not those that have a successor, nor those of nodes that are being left. */
export function lasting(view: ClusterView, resourceName: string): Resource[] {
  const all = present(view, resourceName);
  const replaced = all.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]));
  return all.filter(({ nodeName }) => {
    const node = findNode(view, nodeName);
    return node !== undefined && !isGone(node) && !replaced.some((name) => sameName(name, nodeName));
  });
}

const MINUTE_MS = 60_000;

/** How long a client may use it without a disk; undefined: for ever. */
export function autoDiskfulAfterMs(
  view: ClusterView,
  definition: ResourceDefinition,
  resource: Resource,
): number | undefined {
  const levels = [resource.props, findNode(view, resource.nodeName)?.props, ...levelsOf(view, definition)];
  const minutes = Number(firstValue('DrbdOptions/auto-diskful', levels));
  return Number.isFinite(minutes) && minutes > 0 ? minutes * MINUTE_MS : undefined;
}

export const mayCleanUp = (view: ClusterView, definition: ResourceDefinition): boolean =>
  isYes(firstValue('DrbdOptions/auto-diskful-allow-cleanup', levelsOf(view, definition)) ?? 'True');

const GRACE_SECONDS = 3_600;

/** Its place count is enforced: nobody has switched that off, and no replica is so young that somebody may be at work. */
export function isBalanced(view: ClusterView, definition: ResourceDefinition, wallMs: number): boolean {
  const levels = levelsOf(view, definition);
  if (!isYes(firstValue('BalanceResourcesEnabled', levels) ?? 'True')) return false;
  const graceMs = secondsOr(firstValue('BalanceResourcesGracePeriod', levels), GRACE_SECONDS) * 1_000;
  const replicas = present(view, definition.name);
  return replicas.length > 0 && replicas.every(({ createdAtMs }) => wallMs - createdAtMs >= graceMs);
}

/** Between two looks at the place counts. */
export const balanceIntervalMs = (view: ClusterView): number =>
  Math.max(1, secondsOr(firstValue('BalanceResourcesInterval', [controllerProps(view)]), 3_600)) * 1_000;

function secondsOr(text: string | undefined, usual: number): number {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : usual;
}

/** Something of an earlier replica lies there still. */
export const hasLeftover = (view: ClusterView, nodeName: string, resourceName: string): boolean =>
  leftoversOn(view, nodeName).some((entry) => sameName(entry.resourceName, resourceName));

export function leftoverThere(resourceName: string, nodeName: string): OperationError {
  return new OperationError('RESOURCE_EXISTS', `Something of "${resourceName}" lies on node "${nodeName}" still`, {
    cause: 'An earlier replica was given up while the node was away.',
    correction: 'It is deleted as soon as the satellite is connected: try again then.',
    refs: { resource: resourceName, node: nodeName },
  });
}
