/** Which peers hold the same as this node, as far as this node's own marks tell. Questions only. */
import { EMPTY_MASK, maskHas, maskWith, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import { dirtyBits } from '../disk/marks.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';

/**
 * Who is in sync with us, as far as `told` may forget its own marks towards them. A write that is not stable on such a node
 * must be one that `told` itself remembers until our PEER_ACK: one that it got by resync, or before its link broke,
 * nobody else has marked.
 */
export function inSyncMask(r: Resource, volume: Volume, told: NodeId): PeerMask {
  let mask = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (connection.config.diskful && isInSync(deviceOf(connection, volume))) mask = maskWith(mask, connection.peer);
  }
  for (const write of r.log) {
    if (write.volume === volume && !maskHas(write.targets, told)) mask = ((mask & ~write.unstable) >>> 0) as PeerMask;
  }
  return mask;
}

/**
 * Established, UpToDate, our generation, nothing marked: identical but for writes on their way. Not while the two wait to be judged:
 * what is marked stands at the other end, and no statement of ours about that peer would be true.
 */
export function isInSync(device: PeerDevice): boolean {
  const { volume, connection } = device;
  return (
    connection.state === 'Connected' &&
    !device.waiting &&
    volume.disk === 'UpToDate' &&
    device.source === undefined &&
    device.target === undefined &&
    hasAllOfOurs(device)
  );
}

/** The peer's disk holds what this node serves, whether or not it has a disk itself. */
export function hasAllOfOurs({ replication, peerDisk, peerCurrent, volume, connection }: PeerDevice): boolean {
  return (
    isEstablished(replication) &&
    peerDisk === 'UpToDate' &&
    sameGeneration(peerCurrent, volume.current) &&
    dirtyBits(volume, connection.peer) === 0
  );
}
