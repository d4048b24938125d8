/** A resource: one replica, or one diskless attachment, of a resource definition on a node. */
import { OperationError } from '../../common/errors.ts';
import { maskHas, NODES_MAX, type NodeId, nodeId, type PeerMask, type VolumeNumber } from '../../common/ids.ts';
import type { Properties } from './properties.ts';
import { type Protocol, type ResourceDefinition, weaker } from './resource-definition.ts';

export interface ResourceVolume {
  readonly volume: VolumeNumber;
  /**
   * Generation that fresh metadata starts with, 16 hex digits. Present only until the satellite has made the volume:
   * a replica that lost its disk later must not start UpToDate again.
   */
  readonly initialGeneration?: string | undefined;
  readonly props: Properties;
}

export interface BitmapSlot {
  readonly peer: NodeId;
  readonly slot: number;
}

export interface DiskChange {
  /** `adding`: diskless before, diskful when it is UpToDate; `removing`: the other way round. */
  readonly kind: 'adding' | 'removing';
  readonly by: 'user' | 'auto-diskful';
  readonly requestedAtMs: number;
}

export interface Resource {
  readonly resourceName: string;
  readonly nodeName: string;
  /** Unique within the resource, never changes. */
  readonly nodeId: NodeId;
  readonly diskful: boolean;
  /** Where the volumes of a diskful one live. */
  readonly storagePool?: string | undefined;
  /** The strongest protocol that its connections may use; absent: that of the definition. */
  readonly protocol?: Protocol | undefined;
  /** Number of slots on its disks, fixed when it was made. */
  readonly peerSlots: number;
  /** Which slot belongs to which diskful peer. */
  readonly bitmapSlots: readonly BitmapSlot[];
  readonly volumes: readonly ResourceVolume[];
  readonly props: Properties;
  /** Diskless, only to vote: made and removed by the controller. */
  readonly tieBreaker?: boolean | undefined;
  /** A change of its disk that is under way: in the records it is done, on the node not yet. */
  readonly diskChange?: DiskChange | undefined;
  /** It got its disk because a client used it there without one (auto-diskful); a replica elsewhere may be too many now. */
  readonly autoDiskful?: boolean | undefined;
  /** Name of the node whose replica goes away once this one is UpToDate. */
  readonly replaces?: string | undefined;
  readonly createdAtMs: number;
  /** A tombstone: the satellite deletes it, and then the record goes away. */
  readonly deletionRequestedAtMs?: number | undefined;
}

/** Protocol of the connection of two replicas: the weaker of what both ends ask for, so that both compute the same. */
export function connectionProtocol(definition: ResourceDefinition, a: Resource, b: Resource): Protocol {
  return weaker(a.protocol ?? definition.protocol, b.protocol ?? definition.protocol);
}

/**
 * An id that no present replica has (tombstones count), one never used before if there is one: a peer that was away
 * would take a reused id for the node that had it. @throws OperationError PEER_SLOTS_EXHAUSTED.
 */
export function allocateNodeId(definition: ResourceDefinition, present: readonly Resource[]): NodeId {
  const taken = new Set(present.map((resource) => resource.nodeId));
  const free = Array.from({ length: NODES_MAX }, (_, id) => nodeId(id)).filter((id) => !taken.has(id));
  const fresh = free.find((id) => !maskHas(definition.usedNodeIds as PeerMask, id));
  const id = fresh ?? free[0];
  if (id !== undefined) return id;
  throw new OperationError('PEER_SLOTS_EXHAUSTED', `Resource "${definition.name}" has ${NODES_MAX} nodes already`, {
    cause: `A resource has at most ${NODES_MAX} nodes, counting those that are being deleted.`,
    correction: 'Delete it from a node first.',
    refs: { resource: definition.name },
  });
}

/** @returns `resource` with a bitmap slot for the peer. @throws OperationError PEER_SLOTS_EXHAUSTED. */
export function withBitmapSlot(resource: Resource, peer: NodeId): Resource {
  const taken = new Set(resource.bitmapSlots.map((entry) => entry.slot));
  for (let slot = 0; slot < resource.peerSlots; slot += 1) {
    if (!taken.has(slot)) return { ...resource, bitmapSlots: [...resource.bitmapSlots, { peer, slot }] };
  }
  throw new OperationError(
    'PEER_SLOTS_EXHAUSTED',
    `Resource "${resource.resourceName}" on node "${resource.nodeName}" has no free peer slot`,
    {
      cause: `Its disk was made with ${resource.peerSlots} slots, and ${taken.size} diskful peers use them.`,
      correction:
        'Add the new replica diskless, or make the resource anew with: resource-definition create --peer-slots N',
      refs: { resource: resource.resourceName, node: resource.nodeName },
    },
  );
}

export function withoutBitmapSlot(resource: Resource, peer: NodeId): Resource {
  return { ...resource, bitmapSlots: resource.bitmapSlots.filter((entry) => entry.peer !== peer) };
}
