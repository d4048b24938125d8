/**
 * Writes that a Primary sends to this node: received in stream order, applied epoch by epoch, acknowledged as their
 * protocol asks, and remembered until the Primary's PEER_ACK tells who else holds them.
 *
 *   DATA → checksum and bounds → RECV_ACK (B) → lock → activity log durable → backing store → WRITE_ACK (C)
 *   BARRIER(n) → every write of the epoch applied → one flush per volume → BARRIER_ACK(n, writes) → next epoch
 *
 * While a barrier or a new generation is being made durable, later data-stream frames of that link wait in `rxQueue`;
 * replies that end a wait of ours (RS_DATA_REPLY, DATA_REPLY) and PEER_ACKs overtake it, or both ends could deadlock.
 */
import { maskOf, maskWith } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import { touchRanges } from '../verify/driver.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';
import { mayUnmap } from './zeroing.ts';
import { newLock } from './intervals.ts';
import { markMissing, markWrite } from '../disk/marks.ts';
import { acquireActivity, flushVolume, releaseActivity } from '../disk/persistence.ts';
import { type Connection, defer, deviceOf, type PeerWrite, type Resource, startIo, type Volume } from '../state.ts';
import { damageOf } from '../payload-digest.ts';
import { CONCURRENT, isConcurrent, isHeldBack, releaseOrphans, retryHeldBack } from '../two-primaries/concurrent.ts';
import type { DataFrame } from '../wire/frames.ts';

export type WriteFrame = Extract<DataFrame, { type: 'DATA' | 'TRIM' | 'ZEROES' }>;

/** Largest write payload and largest discard on the wire (DRBD: 1 MiB, 128 MiB). */
const DATA_BYTES_MAX = 1_048_576;
const ZERO_BYTES_MAX = 134_217_728;

export function isRxStalled(connection: Connection): boolean {
  return (
    connection.rxBarrier !== undefined || connection.rxGeneration || connection.rxNegotiation || connection.rxRelayout
  );
}

/** @returns a protocol error, or undefined. */
export function onWriteFrame(r: Resource, connection: Connection, frame: WriteFrame): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'write for an unknown volume';
  const limit = frame.type === 'DATA' ? DATA_BYTES_MAX : ZERO_BYTES_MAX;
  if (frame.length === 0 || frame.length > limit) return 'write of a forbidden length';
  if (frame.offset + frame.length > volume.sizeBytes) return 'write beyond the end of the volume';
  // A sender cuts what is longer (zeroing.ts); to wait for room that never comes would block everybody.
  const span =
    Math.floor((frame.offset + frame.length - 1) / AL_EXTENT_BYTES) - Math.floor(frame.offset / AL_EXTENT_BYTES);
  if (volume.md !== undefined && span >= volume.md.identity.alExtents)
    return 'write of more extents than the activity log holds';
  if (frame.type === 'DATA') {
    if (frame.payload.byteLength !== frame.length) return 'payload and length differ';
    // Verified before anything is applied: a corrupt frame ends the link, never reaches the disk.
    const damage = damageOf(r, connection, frame);
    if (damage !== undefined) return damage;
  }
  if (isConcurrent(r, volume, frame.offset, frame.length)) return CONCURRENT;
  const device = deviceOf(connection, volume);
  device.receivedBytes += frame.length;
  connection.receivedDagtag = frame.dagtag;
  connection.rxWrites += 1;
  if (r.dagtagWaiters > 0) defer(r, { kind: 'dagtag-advanced' });
  if (!hasDisk(volume.disk) || device.replication === 'Off') {
    if (!volume.config.diskful) noteStream(r, connection, frame.dagtag);
    r.ports.send(connection.peer, connection.link, 'control', { type: 'NEG_ACK', request: frame.request });
    return undefined;
  }
  noteStream(r, connection, frame.dagtag);
  startPeerWrite(r, connection, volume, frame);
  return undefined;
}

/** How far this node has got in the stream of the Primary. A disk that is gone got nothing. */
function noteStream(r: Resource, connection: Connection, dagtag: number): void {
  r.lastPrimary = connection.peer;
  r.lastDagtag = dagtag;
}

function startPeerWrite(r: Resource, connection: Connection, volume: Volume, frame: WriteFrame): void {
  const link = connection.link;
  if (link === undefined) return;
  const lock: PeerWrite['lock'] = newLock('peer-write', frame.offset, frame.length);
  const write: PeerWrite = {
    kind: 'peer-write',
    connection,
    link,
    volume,
    request: frame.request,
    dagtag: frame.dagtag,
    offset: frame.offset,
    length: frame.length,
    operation: frame.type === 'DATA' ? 'data' : frame.type === 'TRIM' ? 'discard' : 'zeroes',
    payload: frame.type === 'DATA' ? frame.payload : undefined,
    mayUnmap: frame.type === 'DATA' ? false : frame.mayUnmap,
    wantsWriteAck: frame.wantsWriteAck,
    lock,
    activity: undefined,
    alTransaction: 0,
    applied: false,
    settled: false,
    heldSince: undefined,
  };
  lock.owner = write;
  connection.unpeerAcked.push(write);
  touchRanges(r, volume, write.offset, write.length);
  markWriterWithoutDisk(r, write);
  connection.rxActive += 1;
  // From here on the write will be applied whatever happens to the link: protocol B may say so.
  if (frame.wantsRecvAck) r.ports.send(connection.peer, link, 'control', { type: 'RECV_ACK', request: frame.request });
  if (volume.locks.request(lock)) onPeerWriteLocked(r, write);
}

/**
 * A Primary whose own disk is gone lacks what it writes, and has nothing left to mark it in. That is known already: it does
 * not wait for the PEER_ACK, which may never come.
 */
function markWriterWithoutDisk(r: Resource, write: PeerWrite): void {
  const { peer } = write.connection;
  const { peerDisk, peerWeak } = deviceOf(write.connection, write.volume);
  if (peerWeak || !hasDisk(peerDisk)) markWrite(r, write, peer, peer);
}

export function onPeerWriteLocked(r: Resource, write: PeerWrite): void {
  if (isHeldBack(r, write)) write.heldSince = r.ports.now();
  else if (acquireActivity(r, write) === 'ready') onPeerWriteReady(r, write);
}

export function onPeerWriteReady(r: Resource, write: PeerWrite): void {
  const { volume } = write;
  if (!hasDisk(volume.disk)) {
    endPeerWrite(r, write, false);
    return;
  }
  volume.writtenBytes += write.length;
  const io = startIo(r, { kind: 'peer-write', volume, attachment: volume.attachment, owner: write });
  const offset = write.offset as Bytes;
  if (write.payload !== undefined) r.ports.writeData(io, volume.number, offset, write.payload, false);
  else r.ports.zeroData(io, volume.number, offset, write.length as Bytes, mayUnmap(volume, write.mayUnmap));
}

export function endPeerWrite(r: Resource, write: PeerWrite, ok: boolean): void {
  const { connection, volume } = write;
  write.applied = true;
  for (const lock of volume.locks.release(write.lock)) {
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
  }
  if (write.settled) releaseActivity(r, write);
  if (connection.link !== write.link) return; // the link it came over is gone: nobody to answer
  connection.rxActive -= 1;
  if (!ok) r.ports.send(connection.peer, write.link, 'control', { type: 'NEG_ACK', request: write.request });
  else if (write.wantsWriteAck)
    r.ports.send(connection.peer, write.link, 'control', { type: 'WRITE_ACK', request: write.request });
  maybeFlushEpoch(r, connection);
}

export function onBarrier(r: Resource, connection: Connection, epoch: number): void {
  connection.rxBarrier = { epoch, flushesPending: 0, phase: 'drain' };
  maybeFlushEpoch(r, connection);
}

/** Every write of the epoch is on its backing store: one flush per volume makes them stable. */
function maybeFlushEpoch(r: Resource, connection: Connection): void {
  const barrier = connection.rxBarrier;
  if (barrier === undefined || barrier.phase !== 'drain' || connection.rxActive > 0 || connection.link === undefined)
    return;
  barrier.phase = 'flush';
  for (const volume of r.volumes.values()) {
    if (!hasDisk(volume.disk) || volume.options.writeOrdering === 'drain') continue;
    barrier.flushesPending += 1;
    flushVolume(r, volume, { kind: 'epoch-flushed', connection, link: connection.link });
  }
  if (barrier.flushesPending === 0) finishBarrier(r, connection);
}

export function onEpochFlushed(r: Resource, connection: Connection): void {
  const barrier = connection.rxBarrier;
  if (barrier === undefined || barrier.phase !== 'flush') return;
  barrier.flushesPending -= 1;
  if (barrier.flushesPending === 0) finishBarrier(r, connection);
}

function finishBarrier(r: Resource, connection: Connection): void {
  const barrier = connection.rxBarrier;
  if (barrier === undefined || connection.link === undefined) return;
  const writes = connection.rxWrites;
  connection.rxBarrier = undefined;
  connection.rxWrites = 0;
  if (connection.rxQueue.length > 0) defer(r, { kind: 'rx-resume', connection, link: connection.link });
  r.ports.send(connection.peer, connection.link, 'control', { type: 'BARRIER_ACK', epoch: barrier.epoch, writes });
}

/** The Primary says who holds everything up to `dagtag`: the others are marked, the activity extents let go. */
export function onPeerAck(r: Resource, connection: Connection, frame: Extract<DataFrame, { type: 'PEER_ACK' }>): void {
  connection.peerAckedDagtag = Math.max(connection.peerAckedDagtag, frame.dagtag);
  const holders = maskWith(frame.mask, r.node);
  let count = 0;
  for (const write of connection.unpeerAcked) {
    if (write.dagtag > frame.dagtag) break;
    count += 1;
    markMissing(r, write, holders);
    settle(r, write);
  }
  connection.unpeerAcked.splice(0, count);
}

function settle(r: Resource, write: PeerWrite): void {
  write.settled = true;
  if (write.applied) releaseActivity(r, write);
}

/**
 * The writer is gone: nobody can tell who else got its last writes. They are marked towards everybody but the writer
 * itself, which has them in its own activity log or transfer log (one without a disk was marked on receipt).
 * @returns true if anything was marked.
 */
export function onWriterLost(r: Resource, connection: Connection): boolean {
  const holders = maskWith(maskOf(r.node), connection.peer);
  let marked = 0;
  releaseOrphans(r, connection);
  for (const write of connection.unpeerAcked) {
    marked += markMissing(r, write, holders);
    settle(r, write);
  }
  connection.unpeerAcked.length = 0;
  connection.rxWrites = 0;
  connection.rxActive = 0;
  connection.rxBarrier = undefined;
  connection.rxGeneration = false;
  connection.rxNegotiation = false;
  connection.rxRelayout = false;
  connection.rxQueue.length = 0;
  connection.receivedDagtag = 0;
  connection.peerAckedDagtag = 0;
  retryHeldBack(r);
  return marked > 0;
}

/** Nothing received from any Primary is still on its way to the backing store or waiting for its peer-ack. */
export function isReceiveIdle(r: Resource): boolean {
  for (const connection of r.connections.values()) if (connection.unpeerAcked.length > 0) return false;
  return true;
}
