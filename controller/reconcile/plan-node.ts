/** Pure: from the objects of the cluster to what one satellite is told. The same view always gives the same plan. */
import { assert } from '../../common/assert.ts';
import { nodeId } from '../../common/ids.ts';
import type { Leftover } from '../domain/leftover.ts';
import {
  type ClusterView,
  findDefinition,
  findNode,
  leftoversOn,
  poolsOn,
  resourcesOf,
  resourcesOn,
  volumesOf,
} from '../domain/cluster-view.ts';
import type { DesiredNode, DesiredPeer, DesiredPool, DesiredResource, DesiredVolume } from '../domain/desired.ts';
import { letsTwoPrimariesIn } from '../domain/migration.ts';
import { connectionProtocol, type Resource } from '../domain/resource.ts';
import { parseProtocol, type ResourceDefinition } from '../domain/resource-definition.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import type { Replicas } from '../properties/auto-quorum.ts';
import {
  connectionOptions,
  connectionProtocolProperty,
  resourceOptions,
  volumeOptions,
  withTwoPrimaries,
} from '../properties/drbd-options.ts';
import type { PropertyLevels } from '../properties/inheritance.ts';
import { levelsOfConnection, levelsOfResource, levelsOfVolume } from '../properties/levels-of.ts';
import { replicationAddress } from './replication-address.ts';

/** Says which objects of the node are wanted. */
export type Selection = (kind: 'storage-pool' | 'resource', name: string) => boolean;

export function planNode(view: ClusterView, nodeName: string, selected: Selection = () => true): DesiredNode {
  return {
    pools: poolsOn(view, nodeName)
      .filter(({ name }) => selected('storage-pool', name))
      .map(planPool),
    resources: [
      ...resourcesOn(view, nodeName)
        .filter(({ resourceName }) => selected('resource', resourceName))
        .map((resource) => planResource(view, resource)),
      ...leftoversOn(view, nodeName)
        .filter(({ resourceName }) => selected('resource', resourceName))
        .map(planLeftover),
    ],
  };
}

function planPool(pool: StoragePool): DesiredPool {
  return {
    name: pool.name,
    providerKind: pool.providerKind,
    directory: pool.directory ?? '',
    devices: pool.devices,
    delete: pool.deletionRequestedAtMs !== undefined,
  };
}

/** Its node id is forgotten; a deletion asks for none. */
const planLeftover = ({ resourceName }: Leftover): DesiredResource => ({
  name: resourceName,
  nodeId: nodeId(0),
  volumes: [],
  peers: [],
  options: {},
  delete: true,
});

/**
 * A replica that is being deleted stays a peer of the others until its satellite has deleted it, so that nobody loses
 * a peer whose data might still be wanted by the refusal of that satellite.
 */
function planResource(view: ClusterView, resource: Resource): DesiredResource {
  const definition = findDefinition(view, resource.resourceName);
  assert(definition !== undefined, 'a resource has a definition: both go in one transaction');
  const removed = resource.deletionRequestedAtMs !== undefined;
  const levels = levelsOfResource(view, resource);
  return {
    name: definition.name,
    nodeId: resource.nodeId,
    volumes: removed ? [] : planVolumes(view, resource, levels),
    peers: removed ? [] : planPeers(view, definition, resource),
    options: removed ? {} : resourceOptions(levels, replicasOf(view, resource.resourceName)),
    delete: removed,
  };
}

/** Those that stay: all nodes of a resource count the same ones. */
export function replicasOf(view: ClusterView, resourceName: string): Replicas {
  const staying = resourcesOf(view, resourceName).filter((each) => each.deletionRequestedAtMs === undefined);
  const diskful = staying.filter((each) => each.diskful).length;
  return { diskful, diskless: staying.length - diskful };
}

function planVolumes(view: ClusterView, resource: Resource, levels: PropertyLevels): DesiredVolume[] {
  const definitions = volumesOf(view, resource.resourceName);
  return resource.volumes.map((entry) => {
    const definition = definitions.find((candidate) => candidate.volume === entry.volume);
    assert(definition !== undefined, 'a volume has a definition as long as a replica has it');
    return {
      volume: entry.volume,
      sizeKib: definition.sizeKib,
      diskful: resource.diskful,
      storagePool: resource.storagePool ?? '',
      blockBytes: definition.blockBytes,
      peerSlots: resource.peerSlots,
      initialGeneration: entry.initialGeneration,
      options: volumeOptions(levelsOfVolume(view, resource, entry.volume, levels)),
      delete: definition.deletionRequestedAtMs !== undefined,
    };
  });
}

function planPeers(view: ClusterView, definition: ResourceDefinition, resource: Resource): DesiredPeer[] {
  const { migration } = definition;
  const replicas = resourcesOf(view, resource.resourceName);
  return replicas
    .filter((peer) => peer !== resource)
    .map((peer) => {
      const node = findNode(view, peer.nodeName);
      assert(node !== undefined, 'a node with resources is not removed');
      const levels = levelsOfConnection(view, definition, resource.nodeName, peer.nodeName);
      const protocol = connectionProtocolProperty(levels);
      const asked = protocol === undefined ? definition : { ...definition, protocol: parseProtocol(protocol) };
      return {
        nodeId: peer.nodeId,
        name: node.name,
        address: replicationAddress(view, resource.nodeName, peer, node),
        replicationPort: node.replicationPort,
        protocol: connectionProtocol(asked, resource, peer),
        diskful: peer.diskful,
        bitmapSlot: resource.bitmapSlots.find((entry) => entry.peer === peer.nodeId)?.slot,
        options:
          migration !== undefined && letsTwoPrimariesIn(migration, replicas, resource, peer)
            ? withTwoPrimaries(connectionOptions(levels))
            : connectionOptions(levels),
      };
    })
    .sort((a, b) => a.nodeId - b.nodeId);
}
