/** Which peers hold the same as this node, as far as this node's own marks tell. Questions only. */
import { EMPTY_MASK, maskHas, maskWith, type PeerMask } from '../../common/ids.ts';
import { dirtyBits } from './marks.ts';
import { sameGeneration } from './metadata/generation-id.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type Volume } from './state.ts';

/** Who is in sync with us, as far as `told` may forget its own marks towards them. */
export function inSyncMask(r: Resource, volume: Volume, told: Connection): PeerMask {
  let mask = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (!connection.config.diskful || !isInSync(deviceOf(connection, volume))) continue;
    if (connection === told || !mayLoseUnheard(r, volume, connection, told)) mask = maskWith(mask, connection.peer);
  }
  return mask;
}

/**
 * Is a write on its way to that node that `told` has not got as a write of this link? It may hold the block by resync, or
 * from an earlier link, and no PEER_ACK would make it mark the loss. Writes that it does follow are settled by theirs.
 */
function mayLoseUnheard(r: Resource, volume: Volume, { peer }: Connection, told: Connection): boolean {
  for (const request of r.log) {
    if (request.volume !== volume || !maskHas(request.unstable, peer)) continue;
    const isFollowed = maskHas(request.held, told.peer) || maskHas(request.awaiting, told.peer);
    if (!isFollowed || request.dagtag <= told.linkDagtag) return true;
  }
  return false;
}

/** Established, UpToDate, our generation, nothing marked: identical but for writes on their way. */
export function isInSync(device: PeerDevice): boolean {
  const { volume, connection } = device;
  return (
    connection.state === 'Connected' &&
    device.replication === 'Established' &&
    device.peerDisk === 'UpToDate' &&
    volume.disk === 'UpToDate' &&
    device.source === undefined &&
    device.target === undefined &&
    sameGeneration(device.peerCurrent, volume.current) &&
    dirtyBits(volume, connection.peer) === 0
  );
}
