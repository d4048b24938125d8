/** Through which interface a node is reached by its peers. Pure. */
import { effectiveValue } from '../properties/inheritance.ts';
import { findNodeConnection, findResourceConnection, levelsOfResource } from '../properties/levels-of.ts';
import type { ClusterView } from '../domain/cluster-view.ts';
import type { ConnectionPath, NodeConnection } from '../domain/connections.ts';
import { activeInterface, type NetInterface, type Node, sameName } from '../domain/node.ts';
import type { Resource } from '../domain/resource.ts';

export const PREFERRED_INTERFACE_KEY = 'PrefNic';

/**
 * A path of the resource connection, else one of the node connection, else the preferred interface, else the active one.
 * An interface that does not exist (any more) is passed over.
 */
export function replicationAddress(view: ClusterView, fromNode: string, peer: Resource, node: Node): string {
  if (node.interfaces.length === 1) return activeInterface(node).address;
  const named = (name: string | undefined): NetInterface | undefined =>
    name === undefined ? undefined : node.interfaces.find((each) => sameName(each.name, name));
  const connections = [
    findResourceConnection(view, peer.resourceName, fromNode, node.name),
    findNodeConnection(view, fromNode, node.name),
  ];
  for (const connection of connections) {
    const found = named(pathEnd(connection, node.name));
    if (found !== undefined) return found.address;
  }
  const preferred = named(effectiveValue(levelsOfResource(view, peer), PREFERRED_INTERFACE_KEY));
  return (preferred ?? activeInterface(node)).address;
}

/** There is one link to each peer: of several paths the first counts. */
function pathEnd(connection: NodeConnection | undefined, nodeName: string): string | undefined {
  const path: ConnectionPath | undefined = connection?.paths[0];
  if (connection === undefined || path === undefined) return undefined;
  return sameName(connection.nodeA, nodeName) ? path.interfaceA : path.interfaceB;
}
