/** Which objects have a say about a resource, a volume, a connection: the levels that inheritance searches. */
import {
  type ClusterView,
  findDefinition,
  findGroup,
  findNode,
  findPool,
  SETTINGS_KEY,
} from '../domain/cluster-view.ts';
import type { NodeConnection, ResourceConnection } from '../domain/connections.ts';
import { nameKey, type Node } from '../domain/node.ts';
import { NO_PROPERTIES, type Properties } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import type { PropertyLevels } from './inheritance.ts';

export const settingsProps = (view: ClusterView): Properties => view.settings.get(SETTINGS_KEY)?.props ?? NO_PROPERTIES;

const volumeKey = (name: string, volume: number): string => `${nameKey(name)}/${String(volume).padStart(5, '0')}`;

export const levelsOfNode = (view: ClusterView, node: Node): PropertyLevels => ({
  C: settingsProps(view),
  N: node.props,
});

export const levelsOfDefinition = (view: ClusterView, definition: ResourceDefinition): PropertyLevels => ({
  C: settingsProps(view),
  RG: findGroup(view, definition.groupName)?.props,
  RD: definition.props,
});

export function levelsOfResource(view: ClusterView, resource: Resource): PropertyLevels {
  const definition = findDefinition(view, resource.resourceName);
  const { nodeName, storagePool } = resource;
  return {
    ...(definition === undefined ? { C: settingsProps(view) } : levelsOfDefinition(view, definition)),
    N: findNode(view, nodeName)?.props,
    SP: storagePool === undefined ? undefined : findPool(view, nodeName, storagePool)?.props,
    R: resource.props,
  };
}

/** @param resource the levels of the resource that the volume belongs to */
export function levelsOfVolume(
  view: ClusterView,
  resource: Resource,
  volume: number,
  ofResource: PropertyLevels = levelsOfResource(view, resource),
): PropertyLevels {
  const groupName = view.volumeGroups.size === 0 ? undefined : findDefinition(view, resource.resourceName)?.groupName;
  return {
    ...ofResource,
    VG: groupName === undefined ? undefined : view.volumeGroups.get(volumeKey(groupName, volume))?.props,
    VD: view.volumeDefinitions.get(volumeKey(resource.resourceName, volume))?.props,
    V: resource.volumes.find((each) => each.volume === volume)?.props,
  };
}

/** The two names in the order in which records have them. */
export function orderedPair(a: string, b: string): readonly [string, string] {
  return nameKey(a) <= nameKey(b) ? [a, b] : [b, a];
}

export function findNodeConnection(view: ClusterView, a: string, b: string): NodeConnection | undefined {
  if (view.nodeConnections.size === 0) return undefined;
  const [first, second] = orderedPair(a, b);
  return view.nodeConnections.get(`${nameKey(first)}/${nameKey(second)}`);
}

export function findResourceConnection(
  view: ClusterView,
  resourceName: string,
  a: string,
  b: string,
): ResourceConnection | undefined {
  if (view.resourceConnections.size === 0) return undefined;
  const [first, second] = orderedPair(a, b);
  return view.resourceConnections.get(`${nameKey(resourceName)}/${nameKey(first)}/${nameKey(second)}`);
}

export const levelsOfConnection = (
  view: ClusterView,
  definition: ResourceDefinition,
  a: string,
  b: string,
): PropertyLevels => ({
  ...levelsOfDefinition(view, definition),
  NC: findNodeConnection(view, a, b)?.props,
  RC: findResourceConnection(view, definition.name, a, b)?.props,
});
