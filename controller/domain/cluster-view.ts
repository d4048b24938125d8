/** All objects of the cluster as of one revision of the store, and the questions that several parts ask about them. */
import { OperationError } from '../../common/errors.ts';
import type { NodeConnection, ResourceConnection } from './connections.ts';
import type { ErrorReport } from './error-report.ts';
import type { KeyValues } from './key-values.ts';
import type { Leftover } from './leftover.ts';
import { type Node, nameKey } from './node.ts';
import { type ControllerSettings, NO_PROPERTIES, type Properties } from './properties.ts';
import type { RequestRecord } from './request.ts';
import type { Resource } from './resource.ts';
import type { ResourceDefinition, VolumeDefinition } from './resource-definition.ts';
import type { ResourceGroup, VolumeGroup } from './resource-group.ts';
import type { Rows } from './rows.ts';
import type { StoragePool } from './storage-pool.ts';

/** The kinds of objects that are kept. */
export interface Objects {
  /** One row. */
  readonly settings: ControllerSettings;
  readonly nodes: Node;
  readonly pools: StoragePool;
  readonly definitions: ResourceDefinition;
  readonly volumeDefinitions: VolumeDefinition;
  readonly resources: Resource;
  readonly leftovers: Leftover;
  readonly groups: ResourceGroup;
  readonly volumeGroups: VolumeGroup;
  readonly nodeConnections: NodeConnection;
  readonly resourceConnections: ResourceConnection;
  readonly errorReports: ErrorReport;
  readonly keyValues: KeyValues;
  readonly requests: RequestRecord;
}

export interface ClusterView {
  readonly settings: Rows<ControllerSettings>;
  readonly nodes: Rows<Node>;
  readonly pools: Rows<StoragePool, 'node'>;
  readonly definitions: Rows<ResourceDefinition, 'external' | 'group'>;
  readonly volumeDefinitions: Rows<VolumeDefinition, 'resource'>;
  readonly resources: Rows<Resource, 'resource' | 'node'>;
  readonly leftovers: Rows<Leftover, 'node'>;
  readonly groups: Rows<ResourceGroup>;
  readonly volumeGroups: Rows<VolumeGroup, 'group'>;
  readonly nodeConnections: Rows<NodeConnection>;
  readonly resourceConnections: Rows<ResourceConnection, 'resource'>;
  readonly errorReports: Rows<ErrorReport>;
  readonly keyValues: Rows<KeyValues>;
  readonly requests: Rows<RequestRecord>;
}

export const findNode = (view: ClusterView, name: string): Node | undefined => view.nodes.get(nameKey(name));

/** Key of the one row of `settings`. */
export const SETTINGS_KEY = 'CONTROLLER';

export const controllerProps = (view: ClusterView): Properties =>
  view.settings.get(SETTINGS_KEY)?.props ?? NO_PROPERTIES;

export const findGroup = (view: ClusterView, name: string): ResourceGroup | undefined => view.groups.get(nameKey(name));

export const findPool = (view: ClusterView, nodeName: string, name: string): StoragePool | undefined =>
  view.pools.get(`${nameKey(nodeName)}/${nameKey(name)}`);

/** By its name or its external name. */
export const findDefinition = (view: ClusterView, name: string): ResourceDefinition | undefined =>
  view.definitions.get(nameKey(name)) ?? (name === '' ? undefined : view.definitions.in('external', name)[0]);

export const definitionsIn = (view: ClusterView, groupName: string): readonly ResourceDefinition[] =>
  view.definitions.in('group', nameKey(groupName));

export const volumeGroupsOf = (view: ClusterView, groupName: string): readonly VolumeGroup[] =>
  view.volumeGroups.in('group', nameKey(groupName));

export const findResource = (view: ClusterView, resourceName: string, nodeName: string): Resource | undefined =>
  view.resources.get(`${nameKey(resourceName)}/${nameKey(nodeName)}`);

export const volumesOf = (view: ClusterView, resourceName: string): readonly VolumeDefinition[] =>
  view.volumeDefinitions.in('resource', nameKey(resourceName));

export const resourcesOf = (view: ClusterView, resourceName: string): readonly Resource[] =>
  view.resources.in('resource', nameKey(resourceName));

export const resourcesOn = (view: ClusterView, nodeName: string): readonly Resource[] =>
  view.resources.in('node', nameKey(nodeName));

export const leftoversOn = (view: ClusterView, nodeName: string): readonly Leftover[] =>
  view.leftovers.in('node', nameKey(nodeName));

export const poolsOn = (view: ClusterView, nodeName: string): readonly StoragePool[] =>
  view.pools.in('node', nameKey(nodeName));

export function resourcesIn(view: ClusterView, pool: StoragePool): Resource[] {
  const key = nameKey(pool.name);
  return resourcesOn(view, pool.nodeName).filter(
    (entry) => entry.storagePool !== undefined && nameKey(entry.storagePool) === key,
  );
}

/** @throws OperationError NODE_NOT_FOUND. */
export function requireNode(view: ClusterView, name: string): Node {
  const node = findNode(view, name);
  if (node !== undefined) return node;
  throw new OperationError('NODE_NOT_FOUND', `There is no node "${name.slice(0, 64)}"`, {
    correction: `Known nodes: ${shortList(view.nodes.all().map((entry) => entry.name))}. Add one with: lockstep node create`,
    refs: { node: name },
  });
}

/** @throws OperationError STORAGE_POOL_NOT_FOUND, also while the pool is being deleted. */
export function requirePool(view: ClusterView, nodeName: string, name: string): StoragePool {
  const pool = findPool(view, nodeName, name);
  if (pool !== undefined && pool.deletionRequestedAtMs === undefined) return pool;
  const others = poolsOn(view, nodeName).map((entry) => entry.name);
  throw new OperationError('STORAGE_POOL_NOT_FOUND', `Node "${nodeName}" has no storage pool "${name.slice(0, 64)}"`, {
    ...(pool === undefined ? {} : { cause: 'It is being deleted.' }),
    correction: `Pools of this node: ${shortList(others)}. Add one with: lockstep storage-pool create`,
    refs: { node: nodeName, storage_pool: name },
  });
}

/** @throws OperationError RESOURCE_DEFINITION_NOT_FOUND, also while it is being deleted. */
export function requireDefinition(view: ClusterView, name: string): ResourceDefinition {
  const definition = findDefinition(view, name);
  if (definition !== undefined && definition.deletionRequestedAtMs === undefined) return definition;
  throw new OperationError('RESOURCE_DEFINITION_NOT_FOUND', `There is no resource definition "${name.slice(0, 64)}"`, {
    ...(definition === undefined ? {} : { cause: 'It is being deleted.' }),
    correction: `Known ones: ${shortList(view.definitions.all().map((entry) => entry.name))}. Add one with: lockstep resource-definition create`,
    refs: { resource: name },
  });
}

/** @throws OperationError RESOURCE_GROUP_NOT_FOUND. */
export function requireGroup(view: ClusterView, name: string): ResourceGroup {
  const group = findGroup(view, name);
  if (group !== undefined) return group;
  throw new OperationError('RESOURCE_GROUP_NOT_FOUND', `There is no resource group "${name.slice(0, 64)}"`, {
    correction: `Known ones: ${shortList(view.groups.all().map((entry) => entry.name))}. Add one with: lockstep resource-group create`,
    refs: { resource_group: name.slice(0, 64) },
  });
}

function shortList(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
}
