/** Which resources have to be looked at again, and on which nodes, after an object has changed. Pure. */
import { unreachable } from '../../common/assert.ts';
import { type ClusterView, findResource, resourcesOf, resourcesOn } from '../domain/cluster-view.ts';
import type { NodeConnection } from '../domain/connections.ts';
import { nameKey, type Node } from '../domain/node.ts';
import type { Properties } from '../domain/properties.ts';
import type { Change } from '../state/tables.ts';

type Mark = (resourceName: string, nodeName: string) => void;

/** What a satellite is told changes with these properties only. */
const TOLD = /^(DrbdOptions\/(Resource|Net|Disk|PeerDevice)\/|DrbdOptions\/auto-quorum$|PrefNic$)/;

/** Says more rather than less: what turns out unchanged is not sent. */
export function resourcesConcerned(view: ClusterView, change: Change, mark: Mark): void {
  const everywhere = (name: string | undefined): void => {
    if (name === undefined) return;
    for (const { nodeName } of resourcesOf(view, name)) mark(name, nodeName);
  };
  const { kind } = change;
  switch (kind) {
    case 'definitions':
      return everywhere((change.after ?? change.before)?.name);
    case 'volumeDefinitions':
      return everywhere((change.after ?? change.before)?.resourceName);
    case 'resources': {
      const resource = change.after ?? change.before;
      if (resource === undefined) return;
      mark(resource.resourceName, resource.nodeName);
      // Its peers are told its address, slot and protocol.
      return everywhere(resource.resourceName);
    }
    case 'settings':
      if (!toldDiffers(change.before?.props, change.after?.props)) return;
      for (const { resourceName, nodeName } of view.resources.all()) mark(resourceName, nodeName);
      return;
    case 'groups':
      if (!toldDiffers(change.before?.props, change.after?.props)) return;
      return ofGroup(view, (change.after ?? change.before)?.name, everywhere);
    case 'volumeGroups':
      if (!toldDiffers(change.before?.props, change.after?.props)) return;
      return ofGroup(view, (change.after ?? change.before)?.groupName, everywhere);
    case 'nodes': {
      const { before, after } = change;
      if (before === undefined || after === undefined || !reachedOtherwise(before, after)) return;
      for (const { resourceName } of resourcesOn(view, after.name)) everywhere(resourceName);
      return;
    }
    case 'pools': {
      const { before, after } = change;
      if (before === undefined || after === undefined || !toldDiffers(before.props, after.props)) return;
      for (const { resourceName } of resourcesOn(view, after.nodeName)) everywhere(resourceName);
      return;
    }
    case 'nodeConnections': {
      const connection = change.after ?? change.before;
      if (connection === undefined) return;
      for (const { resourceName } of resourcesOn(view, connection.nodeA)) {
        if (findResource(view, resourceName, connection.nodeB) !== undefined) ofPair(connection, resourceName, mark);
      }
      return;
    }
    case 'resourceConnections': {
      const connection = change.after ?? change.before;
      if (connection !== undefined) ofPair(connection, connection.resourceName, mark);
      return;
    }
    case 'leftovers': {
      const leftover = change.after ?? change.before;
      if (leftover !== undefined) mark(leftover.resourceName, leftover.nodeName);
      return;
    }
    case 'errorReports':
    case 'keyValues':
    case 'requests':
      return;
    default:
      return unreachable(kind);
  }
}

function ofPair({ nodeA, nodeB }: NodeConnection, resourceName: string, mark: Mark): void {
  mark(resourceName, nodeA);
  mark(resourceName, nodeB);
}

function ofGroup(view: ClusterView, groupName: string | undefined, everywhere: (name: string) => void): void {
  if (groupName === undefined) return;
  const key = nameKey(groupName);
  for (const definition of view.definitions.all()) {
    if (nameKey(definition.groupName) === key) everywhere(definition.name);
  }
}

function reachedOtherwise(before: Node, after: Node): boolean {
  return (
    before.replicationPort !== after.replicationPort ||
    before.activeInterface !== after.activeInterface ||
    JSON.stringify(before.interfaces) !== JSON.stringify(after.interfaces) ||
    toldDiffers(before.props, after.props)
  );
}

export function toldDiffers(before: Properties = {}, after: Properties = {}): boolean {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].some(
    (key) => TOLD.test(key) && before[key] !== after[key],
  );
}
