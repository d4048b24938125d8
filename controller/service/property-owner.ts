/** From an address in a request to the object that it names: its properties, and how they are put back. */
import { unreachable } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import {
  type ClusterView,
  findGroup,
  findResource,
  requireDefinition,
  requireNode,
  requirePool,
  SETTINGS_KEY,
  volumesOf,
} from '../domain/cluster-view.ts';
import type { NodeConnection, ResourceConnection } from '../domain/connections.ts';
import { nameKey } from '../domain/node.ts';
import { NO_PROPERTIES, type Properties } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceGroup } from '../domain/resource-group.ts';
import type { PropertyLevels } from '../properties/inheritance.ts';
import { LEVEL_KINDS, type Level, levelOfKind, LEVELS } from '../properties/levels.ts';
import {
  findNodeConnection,
  findResourceConnection,
  levelsOfConnection,
  levelsOfDefinition,
  levelsOfNode,
  levelsOfResource,
  levelsOfVolume,
  orderedPair,
  settingsProps,
} from '../properties/levels-of.ts';
import type { Change, Draft } from '../state/tables.ts';

/** Which object: its kind, and the names that this kind needs. */
export interface PropertyAddress {
  readonly kind: string;
  readonly nodeName: string;
  readonly otherNodeName: string;
  readonly storagePoolName: string;
  readonly resourceGroupName: string;
  readonly resourceName: string;
  readonly volumeNumber: number;
}

export interface PropertyOwner {
  readonly level: Level;
  /** `Node "alpha"` */
  readonly what: string;
  readonly refs: Readonly<Record<string, string>>;
  readonly props: Properties;
  /** What it inherits from, itself included. */
  readonly levels: PropertyLevels;
  /** @returns the change that its satellites may have to hear of. */
  put(draft: Draft, props: Properties): Change;
}

/** @throws OperationError INVALID_ARGUMENT, or the NOT_FOUND of its kind. */
export function propertyOwner(view: ClusterView, address: PropertyAddress): PropertyOwner {
  const level = levelOfKind(address.kind);
  switch (level) {
    case 'C':
      return controller(view);
    case 'N':
    case 'SP':
      return onNode(view, address, level);
    case 'RG':
    case 'VG':
      return ofGroup(view, address, level);
    case 'RD':
    case 'VD':
      return ofDefinition(view, address, level);
    case 'R':
    case 'V':
      return ofReplica(view, address, level);
    case 'NC':
    case 'RC':
      return ofConnection(view, address, level);
    case undefined:
      throw new OperationError('INVALID_ARGUMENT', `"${address.kind.slice(0, 64)}" is not a kind of object`, {
        correction: `Use one of ${LEVELS.map((each) => LEVEL_KINDS[each]).join(', ')}.`,
      });
    default:
      return unreachable(level);
  }
}

function controller(view: ClusterView): PropertyOwner {
  const before = view.settings.get(SETTINGS_KEY);
  const props = settingsProps(view);
  return {
    level: 'C',
    what: 'the controller',
    refs: {},
    props,
    levels: { C: props },
    put: (draft, after) => {
      draft.put('settings', { props: after });
      return { kind: 'settings', key: SETTINGS_KEY, before, after: { props: after } };
    },
  };
}

function onNode(view: ClusterView, address: PropertyAddress, level: 'N' | 'SP'): PropertyOwner {
  const node = requireNode(view, address.nodeName);
  const refs = { node: node.name };
  if (level === 'N') {
    return {
      level,
      what: `node "${node.name}"`,
      refs,
      props: node.props,
      levels: levelsOfNode(view, node),
      put: (draft, props) => {
        const after = { ...node, props };
        draft.put('nodes', after);
        return { kind: 'nodes', key: nameKey(node.name), before: node, after };
      },
    };
  }
  const pool = requirePool(view, node.name, address.storagePoolName);
  return {
    level,
    what: `storage pool "${pool.name}" on node "${node.name}"`,
    refs: { ...refs, storage_pool: pool.name },
    props: pool.props,
    levels: { ...levelsOfNode(view, node), SP: pool.props },
    put: (draft, props) => {
      const after = { ...pool, props };
      draft.put('pools', after);
      return { kind: 'pools', key: '', before: pool, after };
    },
  };
}

function ofGroup(view: ClusterView, address: PropertyAddress, level: 'RG' | 'VG'): PropertyOwner {
  const group = requireGroup(view, address.resourceGroupName);
  const refs = { resource_group: group.name };
  const levels = { C: settingsProps(view), RG: group.props };
  if (level === 'RG') {
    return {
      level,
      what: `resource group "${group.name}"`,
      refs,
      props: group.props,
      levels,
      put: (draft, props) => {
        const after = { ...group, props };
        draft.put('groups', after);
        return { kind: 'groups', key: nameKey(group.name), before: group, after };
      },
    };
  }
  const volume = view.volumeGroups
    .in('group', nameKey(group.name))
    .find((each) => each.volume === address.volumeNumber);
  if (volume === undefined) {
    throw new OperationError(
      'VOLUME_GROUP_NOT_FOUND',
      `Resource group "${group.name}" has no volume group ${address.volumeNumber}`,
      { correction: 'Look at: lockstep volume-group list', refs },
    );
  }
  return {
    level,
    what: `volume group ${volume.volume} of "${group.name}"`,
    refs: { ...refs, volume: String(volume.volume) },
    props: volume.props,
    levels: { ...levels, VG: volume.props },
    put: (draft, props) => {
      const after = { ...volume, props };
      draft.put('volumeGroups', after);
      return { kind: 'volumeGroups', key: '', before: volume, after };
    },
  };
}

function requireGroup(view: ClusterView, name: string): ResourceGroup {
  const group = findGroup(view, name);
  if (group !== undefined) return group;
  throw new OperationError('RESOURCE_GROUP_NOT_FOUND', `There is no resource group "${name.slice(0, 64)}"`, {
    correction: 'Look at: lockstep resource-group list',
    refs: { resource_group: name },
  });
}

function ofDefinition(view: ClusterView, address: PropertyAddress, level: 'RD' | 'VD'): PropertyOwner {
  const definition = requireDefinition(view, address.resourceName);
  const refs = { resource: definition.name };
  const levels = levelsOfDefinition(view, definition);
  if (level === 'RD') {
    return {
      level,
      what: `resource definition "${definition.name}"`,
      refs,
      props: definition.props,
      levels,
      put: (draft, props) => {
        const after = { ...definition, props };
        draft.put('definitions', after);
        return { kind: 'definitions', key: nameKey(definition.name), before: definition, after };
      },
    };
  }
  const volume = volumesOf(view, definition.name).find((each) => each.volume === address.volumeNumber);
  if (volume === undefined) throw noVolume(definition.name, address.volumeNumber);
  const groupVolume = view.volumeGroups
    .in('group', nameKey(definition.groupName))
    .find((each) => each.volume === volume.volume);
  return {
    level,
    what: `volume definition ${volume.volume} of "${definition.name}"`,
    refs: { ...refs, volume: String(volume.volume) },
    props: volume.props,
    levels: { ...levels, VG: groupVolume?.props, VD: volume.props },
    put: (draft, props) => {
      const after = { ...volume, props };
      draft.put('volumeDefinitions', after);
      return { kind: 'volumeDefinitions', key: '', before: volume, after };
    },
  };
}

const noVolume = (resource: string, volume: number): OperationError =>
  new OperationError('VOLUME_DEFINITION_NOT_FOUND', `Resource "${resource}" has no volume ${volume}`, {
    correction: 'Look at: lockstep volume-definition list',
    refs: { resource, volume: String(volume) },
  });

function ofReplica(view: ClusterView, address: PropertyAddress, level: 'R' | 'V'): PropertyOwner {
  const resource = requireReplica(view, address.resourceName, address.nodeName);
  const { resourceName, nodeName } = resource;
  const put = (draft: Draft, after: Resource): Change => {
    draft.put('resources', after);
    return { kind: 'resources', key: '', before: resource, after };
  };
  const what = `resource "${resourceName}" on node "${nodeName}"`;
  const refs = { resource: resourceName, node: nodeName };
  if (level === 'R') {
    const levels = levelsOfResource(view, resource);
    return {
      level,
      what,
      refs,
      props: resource.props,
      levels,
      put: (draft, props) => put(draft, { ...resource, props }),
    };
  }
  const volume = resource.volumes.find((each) => each.volume === address.volumeNumber);
  if (volume === undefined) throw noVolume(resourceName, address.volumeNumber);
  return {
    level,
    what: `volume ${volume.volume} of ${what}`,
    refs: { ...refs, volume: String(volume.volume) },
    props: volume.props,
    levels: levelsOfVolume(view, resource, volume.volume),
    put: (draft, props) => {
      const volumes = resource.volumes.map((each) => (each === volume ? { ...each, props } : each));
      return put(draft, { ...resource, volumes });
    },
  };
}

function requireReplica(view: ClusterView, resourceName: string, nodeName: string): Resource {
  const definition = requireDefinition(view, resourceName);
  const node = requireNode(view, nodeName);
  const resource = findResource(view, definition.name, node.name);
  if (resource !== undefined) return resource;
  throw new OperationError('RESOURCE_NOT_FOUND', `Node "${node.name}" does not have resource "${definition.name}"`, {
    correction: 'Look at: lockstep resource list',
    refs: { resource: definition.name, node: node.name },
  });
}

function ofConnection(view: ClusterView, address: PropertyAddress, level: 'NC' | 'RC'): PropertyOwner {
  if (level === 'NC') {
    const connection = nodeConnection(view, address.nodeName, address.otherNodeName);
    return {
      level,
      what: `connection of nodes "${connection.nodeA}" and "${connection.nodeB}"`,
      refs: { node: connection.nodeA, other_node: connection.nodeB },
      props: connection.props,
      levels: { C: settingsProps(view), NC: connection.props },
      put: (draft, props) => putNodeConnection(draft, { ...connection, props }),
    };
  }
  const connection = resourceConnection(view, address.resourceName, address.nodeName, address.otherNodeName);
  const { resourceName, nodeA, nodeB } = connection;
  return {
    level,
    what: `connection of nodes "${nodeA}" and "${nodeB}" for resource "${resourceName}"`,
    refs: { resource: resourceName, node: nodeA, other_node: nodeB },
    props: connection.props,
    levels: levelsOfConnection(view, requireDefinition(view, resourceName), nodeA, nodeB),
    put: (draft, props) => putResourceConnection(draft, { ...connection, props }),
  };
}

/** As it is kept, or an empty one. @throws OperationError NODE_NOT_FOUND, INVALID_ARGUMENT. */
export function nodeConnection(view: ClusterView, a: string, b: string): NodeConnection {
  const [nodeA, nodeB] = orderedPair(requireNode(view, a).name, requireNode(view, b).name);
  if (nodeA === nodeB) {
    throw new OperationError('INVALID_ARGUMENT', `Node "${nodeA}" has no connection with itself`, {
      correction: 'Name two nodes.',
    });
  }
  return findNodeConnection(view, nodeA, nodeB) ?? { nodeA, nodeB, props: NO_PROPERTIES, paths: [] };
}

/** @throws OperationError RESOURCE_NOT_FOUND and others unless both nodes have the resource. */
export function resourceConnection(view: ClusterView, resourceName: string, a: string, b: string): ResourceConnection {
  const { nodeA, nodeB } = nodeConnection(view, a, b);
  const { name } = requireDefinition(view, resourceName);
  for (const node of [nodeA, nodeB]) requireReplica(view, name, node);
  const empty = { resourceName: name, nodeA, nodeB, props: NO_PROPERTIES, paths: [] };
  return findResourceConnection(view, name, nodeA, nodeB) ?? empty;
}

const isEmpty = ({ props, paths }: NodeConnection): boolean => Object.keys(props).length + paths.length === 0;

/** A connection without anything is not kept. */
export function putNodeConnection(draft: Draft, after: NodeConnection): Change {
  const before = findNodeConnection(draft, after.nodeA, after.nodeB);
  if (!isEmpty(after)) draft.put('nodeConnections', after);
  else if (before !== undefined) draft.delete('nodeConnections', before);
  return { kind: 'nodeConnections', key: '', before, after };
}

export function putResourceConnection(draft: Draft, after: ResourceConnection): Change {
  const before = findResourceConnection(draft, after.resourceName, after.nodeA, after.nodeB);
  if (!isEmpty(after)) draft.put('resourceConnections', after);
  else if (before !== undefined) draft.delete('resourceConnections', before);
  return { kind: 'resourceConnections', key: '', before, after };
}
