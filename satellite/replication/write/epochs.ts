/**
 * Epochs of the transfer log as the peers see them: a barrier ends each one (DRBD §2.2), and peer-acks tell who holds
 * the writes that left the log.
 */
import { assert } from '../../../common/assert.ts';
import { maskHas, type PeerMask } from '../../../common/ids.ts';
import { getsWrites } from '../disk/persistence.ts';
import type { TimerId } from '../payload.ts';
import type { Connection, Resource, Volume, WriteRequest } from '../state.ts';
import { hasRival } from '../two-primaries/allowed.ts';

/** Ends the current epoch: each peer that has writes of it gets a barrier now, so that its flush runs while clients think. */
export function closeEpoch(r: Resource): void {
  for (const connection of r.connections.values()) {
    if (connection.epochWrites === 0) continue;
    assert(connection.link !== undefined, 'writes of an epoch belong to a link');
    connection.barriers.push({ epoch: r.epoch, writes: connection.epochWrites });
    connection.epochWrites = 0;
    r.ports.send(connection.peer, connection.link, 'data', { type: 'BARRIER', epoch: r.epoch });
  }
  r.epoch += 1;
  r.epochWrites = 0;
}

export function addPeerAck(r: Resource, request: WriteRequest, mask: PeerMask): void {
  if (r.pendingPeerAck !== undefined && r.pendingPeerAck.mask !== mask) flushPeerAck(r);
  if (r.pendingPeerAck === undefined) {
    r.pendingPeerAck = { dagtag: request.dagtag, mask, bytes: 0 };
    r.ports.setTimer('peer-ack' as TimerId, r.options.peerAckDelayMs);
  }
  r.pendingPeerAck.dagtag = request.dagtag;
  r.pendingPeerAck.bytes += request.length;
  // The disk is back and lacks it: its source marks that before it ends the resync, not again after it.
  const isBroughtOver = !maskHas(mask, r.node) && getsWrites(request.volume);
  if (r.pendingPeerAck.bytes >= r.options.peerAckWindowBytes || hasRival(r) || isBroughtOver) flushPeerAck(r);
}

/** "Up to dagtag, the nodes of the mask hold everything": peers mark the others and let go of their activity extents. */
export function flushPeerAck(r: Resource): void {
  const pending = r.pendingPeerAck;
  if (pending === undefined) return;
  r.pendingPeerAck = undefined;
  r.ports.cancelTimer('peer-ack' as TimerId);
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || connection.link === undefined || !connection.config.diskful) continue;
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'PEER_ACK',
      dagtag: pending.dagtag,
      mask: pending.mask,
    });
  }
}

/**
 * A Primary has its disk back: the resync has brought what was written without it. Whoever got one of these writes has marked
 * it on receipt, so the source had it marked when the disk was attached. The PEER_ACK to come does not name the disk as
 * lacking it: both of two peers would keep that mark, each waiting for the other to say that it is settled.
 */
export function ownDiskBroughtOver(r: Resource, volume: Volume): void {
  for (const request of r.log) if (request.volume === volume && request.local === 'none') request.local = 'ok';
}

/** Nothing of ours is unconfirmed there, but an earlier Primary may have left unflushed writes in the peer's cache. */
export function sendEmptyBarrier(r: Resource, connection: Connection): void {
  if (connection.link === undefined) return;
  connection.barriers.push({ epoch: r.epoch, writes: 0 });
  r.ports.send(connection.peer, connection.link, 'data', { type: 'BARRIER', epoch: r.epoch });
  r.epoch += 1;
}
