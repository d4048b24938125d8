/**
 * Writes on their way to a peer: who gets the data itself, which answer it owes, and what is sent once more after a loss that
 * I/O was suspended for.
 */
import { assert } from '../../../common/assert.ts';
import { maskHas, maskWith, maskWithout } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import { markWrite } from '../disk/marks.ts';
import type { LinkId } from '../payload.ts';
import { digestFor } from '../payload-digest.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type Volume, type WriteRequest } from '../state.ts';
import type { ReplicationProtocol } from '../wire/frames.ts';

/** Does the peer get the data itself? (DRBD §2.1) */
export function isMirrored(device: PeerDevice): boolean {
  if (device.replication === 'WFBitMapS' || device.replication === 'Ahead') return false;
  // It has been told that it has everything: what comes now, it has to get, whatever its disk is called until it answers.
  if (device.source?.finishing === true && hasDisk(device.peerDisk)) return true;
  if (device.peerDisk === 'UpToDate') return device.replication !== 'Off';
  // It has been told of a generation that makes it UpToDate, and has not said yet what came of that: as above.
  if (device.peerDisk === 'Consistent' && device.unconfirmed !== undefined) return device.replication !== 'Off';
  if (device.peerDisk !== 'Inconsistent' || device.source?.unreplicated === true) return false;
  switch (device.replication) {
    case 'Established':
    case 'WFBitMapT':
    case 'SyncSource':
    case 'SyncTarget':
    case 'PausedSyncS':
    case 'PausedSyncT':
    case 'VerifyS':
    case 'VerifyT':
      return true;
    default:
      return false;
  }
}

/** Puts the write into the stream of this link, in its current epoch there. */
export function transmit(
  r: Resource,
  connection: Connection,
  link: LinkId,
  request: WriteRequest,
  protocol: ReplicationProtocol,
): void {
  const { peer } = connection;
  const common = {
    volume: request.volume.number,
    request: request.request,
    dagtag: request.dagtag,
    offset: request.offset as Bytes,
    length: request.length as Bytes,
    wantsRecvAck: protocol === 'B',
    wantsWriteAck: protocol === 'C',
  };
  if (request.payload !== undefined) {
    r.ports.send(peer, link, 'data', {
      type: 'DATA',
      ...common,
      payloadChecksum: request.checksum,
      integrity: digestFor(r, connection, request.payload),
      payload: request.payload,
    });
  } else {
    r.ports.send(peer, link, 'data', {
      type: request.operation === 'discard' ? 'TRIM' : 'ZEROES',
      ...common,
      mayUnmap: request.mayUnmap,
    });
  }
  if (connection.unackedWrites === 0) connection.lastProgress = r.ports.now();
  connection.epochWrites += 1;
  connection.stable = false;
  connection.unackedWrites += 1;
  connection.inFlightBytes += request.length;
  deviceOf(connection, request.volume).sentBytes += request.length;
  request.targets = maskWith(request.targets, peer);
}

/**
 * A peer is back that was lost while completions waited: it gets everything again that it has not confirmed as stable, in
 * the epochs of then. What it is not to get now is marked.
 */
export function resend(r: Resource, connection: Connection): void {
  const { link } = connection;
  assert(link !== undefined, 'writes go to a link');
  let epoch = r.epoch;
  for (const request of r.log) {
    if (!maskHas(request.unstable, connection.peer)) continue;
    const device = deviceOf(connection, request.volume);
    if (!isMirrored(device)) {
      markWrite(r, request, r.node, connection.peer);
      connection.unackedWrites += 1;
      connection.inFlightBytes += request.length;
      losePeerShare(connection, request);
      continue;
    }
    if (request.epoch !== epoch) closeResent(r, connection, link, epoch);
    epoch = request.epoch;
    transmit(r, connection, link, request, answerNeeded(request.volume, device));
  }
  if (epoch !== r.epoch) closeResent(r, connection, link, epoch);
}

function closeResent(r: Resource, connection: Connection, link: LinkId, epoch: number): void {
  if (connection.epochWrites === 0) return;
  connection.barriers.push({ epoch, writes: connection.epochWrites });
  connection.epochWrites = 0;
  r.ports.send(connection.peer, link, 'data', { type: 'BARRIER', epoch });
}

/**
 * The answer that completion waits for. Without an UpToDate copy of our own, a peer's is the only one that counts: "sent"
 * or "in memory" would let us acknowledge what nobody has, because that peer died a moment ago.
 */
export function answerNeeded(volume: Volume, device: PeerDevice): ReplicationProtocol {
  return volume.disk !== 'UpToDate' && device.peerDisk === 'UpToDate' ? 'C' : device.connection.protocol;
}

export function losePeerShare(connection: Connection, request: WriteRequest): void {
  request.targets = maskWithout(request.targets, connection.peer);
  request.awaiting = maskWithout(request.awaiting, connection.peer);
  request.held = maskWithout(request.held, connection.peer);
  request.unstable = maskWithout(request.unstable, connection.peer);
  connection.unackedWrites -= 1;
  connection.inFlightBytes -= request.length;
}

/**
 * The peer has another disk than the one that it confirmed these writes for: PEER_ACK must not name it among the holders, or whoever
 * brings it over with a bitmap that was made before these writes arrived would not mark them.
 */
export function forgetHolder(r: Resource, { peer }: Connection, volume: Volume): void {
  for (const request of r.log)
    if (request.volume === volume && !request.peerAcked) request.held = maskWithout(request.held, peer);
  if (r.pendingPeerAck !== undefined) r.pendingPeerAck.mask = maskWithout(r.pendingPeerAck.mask, peer);
}
