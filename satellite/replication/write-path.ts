/**
 * Writes of the applications on this node, from the client's request to "every peer is done with it".
 *
 *   lock → activity log durable → generation durable → admission → local disk ∥ peers → completion → barriers → peer-ack
 *
 * Completion rule per connection (DRBD §2.1): A – handed to the link; B – RECV_ACK; C – WRITE_ACK. A request stays in
 * the transfer log until each peer that got it has confirmed its epoch as stable (BARRIER_ACK): until then the loss of
 * that peer marks its blocks. Marks are made before the completion that relies on them.
 */
import { assert } from '../../common/assert.ts';
import { EMPTY_MASK, maskHas, type NodeId, maskWith, maskWithout, type PeerMask } from '../../common/ids.ts';
import { OperationError } from '../../common/errors.ts';
import { hasDisk } from '../../common/states.ts';
import type { Bytes } from '../../common/units.ts';
import { newLock } from './intervals.ts';
import { markOutOfSync } from './marks.ts';
import { generationNeeded, startGeneration } from './generations.ts';
import { acquireActivity, flushVolume, releaseActivity } from './persistence.ts';
import type { ClientRequestId, Payload, TimerId } from './ports.ts';
import {
  type Connection,
  defer,
  deviceOf,
  type FlushRequest,
  type PeerDevice,
  type Resource,
  startIo,
  type Volume,
  type WriteRequest,
} from './state.ts';

/** Requests in the transfer log; more wait at the client (DRBD: nr-requests). */
export const REQUESTS_MAX = 8_000;
/** A diskless Primary has no activity log to bound it, but its peers have: at most this share of their extents at once. */
const DISKLESS_LOG_SHARE = 4;

const NO_DATA = new OperationError('NO_UP_TO_DATE_DATA', 'no up-to-date copy of the data can be reached', {
  correction: 'Bring back a node that holds an UpToDate replica, or check its connection.',
});

export interface ClientWrite {
  readonly client: ClientRequestId;
  readonly volume: Volume;
  readonly offset: number;
  readonly length: number;
  readonly operation: WriteRequest['operation'];
  readonly payload: Payload | undefined;
  readonly mayUnmap: boolean;
  readonly fua: boolean;
}

export function submitWrite(r: Resource, write: ClientWrite): void {
  const lock: WriteRequest['lock'] = newLock('write', write.offset, write.length);
  const request: WriteRequest = {
    kind: 'write',
    ...write,
    lock,
    checksum: 0,
    request: 0,
    dagtag: 0,
    epoch: 0,
    activity: undefined,
    alTransaction: 0,
    local: 'none',
    targets: EMPTY_MASK,
    awaiting: EMPTY_MASK,
    held: EMPTY_MASK,
    unstable: EMPTY_MASK,
    completed: false,
    flushed: false,
  };
  lock.owner = request;
  write.volume.upperPending += 1;
  if (write.volume.locks.request(lock)) onWriteLocked(r, request);
}

/** The range is ours: make its extents hot. */
export function onWriteLocked(r: Resource, request: WriteRequest): void {
  if (acquireActivity(r, request) === 'ready') onActivityReady(r, request);
  // Peers hold activity extents until our peer-ack: they must never run out of them before we do.
  else flushPeerAck(r);
}

/** The extents are durable in the activity log (or there is no local disk). */
export function onActivityReady(r: Resource, request: WriteRequest): void {
  if (r.stalledAdmission.length > 0 || !hasRoom(r, request)) {
    r.stalledAdmission.push(request);
    if (r.epochWrites > 0) closeEpoch(r);
    flushPeerAck(r);
    return;
  }
  admitOrHold(r, request);
}

function hasRoom(r: Resource, request: WriteRequest): boolean {
  if (r.log.length >= REQUESTS_MAX) return false;
  if (request.volume.md !== undefined) return true;
  return r.log.length < Math.max(8, Math.floor(r.options.alExtents / DISKLESS_LOG_SHARE));
}

export function resumeAdmission(r: Resource): void {
  while (r.stalledAdmission.length > 0) {
    const request = r.stalledAdmission[0];
    assert(request !== undefined, 'the queue is not empty');
    if (!hasRoom(r, request)) return;
    r.stalledAdmission.shift();
    admitOrHold(r, request);
  }
}

/** A write must not happen in a generation that somebody absent also has: a due change comes first. */
function admitOrHold(r: Resource, request: WriteRequest): void {
  const { volume } = request;
  if (volume.generationBusy) {
    volume.heldForGeneration.push(request);
  } else if (generationNeeded(r, volume) && dataReachable(r, volume)) {
    volume.heldForGeneration.push(request);
    startGeneration(r, volume);
  } else {
    admit(r, request);
  }
}

export function admitHeld(r: Resource, volume: Volume): void {
  const held = volume.heldForGeneration;
  volume.heldForGeneration = [];
  for (const request of held) admitOrHold(r, request);
}

/** Does the peer get the data itself? (DRBD §2.1) */
export function isMirrored(device: PeerDevice): boolean {
  if (device.replication === 'WFBitMapS') return false;
  if (device.peerDisk === 'UpToDate') return device.replication !== 'Off';
  if (device.peerDisk !== 'Inconsistent') return false;
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

/** An UpToDate copy is here or one connection away. */
export function dataReachable(r: Resource, volume: Volume): boolean {
  if (volume.disk === 'UpToDate') return true;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    if (deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  }
  return false;
}

/** The decision who gets the write, its place in the stream, and the marks for who does not: one atomic step. */
function admit(r: Resource, request: WriteRequest): void {
  const { volume } = request;
  if (r.role !== 'Primary' || !dataReachable(r, volume)) {
    endWrite(r, request);
    failClient(r, request, NO_DATA);
    return;
  }
  request.request = r.nextRequest;
  r.nextRequest += 1;
  r.dagtag += request.length;
  request.dagtag = r.dagtag;
  if (r.epochWrites >= r.options.maxEpochSize) closeEpoch(r);
  request.epoch = r.epoch;
  r.epochWrites += 1;
  if (request.payload !== undefined) request.checksum = r.ports.checksum(request.payload);
  for (const connection of r.connections.values()) sendOrMark(r, connection, request);
  markAbsent(r, request);
  r.log.push(request);
  r.byRequest.set(request.request, request);
  volume.writtenBytes += request.length;
  if (hasDisk(volume.disk)) writeLocally(r, request);
  if (request.fua) closeEpoch(r);
  maybeComplete(r, request);
  retireDone(r);
}

/** Nodes with a slot but no connection object (not configured here any more, or not yet) still have to learn. */
function markAbsent(r: Resource, request: WriteRequest): void {
  const md = request.volume.md;
  if (md === undefined) return;
  for (const node of md.slots.keys()) {
    if (!r.connections.has(node)) markOutOfSync(r, request.volume, node, request.offset, request.length);
  }
}

function sendOrMark(r: Resource, connection: Connection, request: WriteRequest): void {
  const device = deviceOf(connection, request.volume);
  const link = connection.link;
  if (connection.state !== 'Connected' || link === undefined || !isMirrored(device)) {
    markOutOfSync(r, request.volume, connection.peer, request.offset, request.length);
    return;
  }
  const peer = connection.peer;
  const protocol = connection.config.protocol;
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
  device.sentBytes += request.length;
  request.targets = maskWith(request.targets, peer);
  request.unstable = maskWith(request.unstable, peer);
  if (protocol === 'A') request.held = maskWith(request.held, peer);
  else request.awaiting = maskWith(request.awaiting, peer);
}

function writeLocally(r: Resource, request: WriteRequest): void {
  const { volume } = request;
  request.local = 'pending';
  const io = startIo(r, { kind: 'own-write', volume, attachment: volume.attachment, owner: request });
  const offset = request.offset as Bytes;
  if (request.payload !== undefined) r.ports.writeData(io, volume.number, offset, request.payload, request.fua);
  else r.ports.zeroData(io, volume.number, offset, request.length as Bytes, request.mayUnmap);
}

export function onLocalWriteDone(r: Resource, request: WriteRequest, ok: boolean): void {
  if (request.local !== 'pending') return;
  if (ok && request.fua && request.payload === undefined && !request.flushed) {
    // Zeroing has no FUA of its own on most backing stores.
    request.flushed = true;
    flushVolume(r, request.volume, { kind: 'zero-flushed', owner: request });
    return;
  }
  request.local = ok ? 'ok' : 'failed';
  for (const lock of request.volume.locks.backendDone(request.lock)) grant(r, lock.owner);
  maybeComplete(r, request);
  retireDone(r);
}

function grant(r: Resource, owner: WriteRequest['lock']['owner']): void {
  assert(owner !== undefined, 'a waiting lock has an owner');
  defer(r, { kind: 'granted', owner });
}

export function onWriteAck(r: Resource, connection: Connection, requestNumber: number): void {
  const request = r.byRequest.get(requestNumber);
  connection.lastProgress = r.ports.now();
  if (request === undefined || !maskHas(request.awaiting, connection.peer)) return; // late or doubled: harmless
  request.awaiting = maskWithout(request.awaiting, connection.peer);
  request.held = maskWith(request.held, connection.peer);
  maybeComplete(r, request);
  retireDone(r);
}

/** The peer could not write: its disk is as good as gone, and what it lacks is marked before the request completes. */
export function onNegAck(r: Resource, connection: Connection, requestNumber: number): void {
  const request = r.byRequest.get(requestNumber);
  connection.lastProgress = r.ports.now();
  if (request === undefined || !maskHas(request.unstable, connection.peer)) return;
  markOutOfSync(r, request.volume, connection.peer, request.offset, request.length);
  losePeerShare(connection, request);
  const device = deviceOf(connection, request.volume);
  if (device.peerDisk !== 'Failed' && hasDisk(device.peerDisk)) {
    const from = device.peerDisk;
    device.peerDisk = 'Failed';
    r.ports.notify({ kind: 'peer-disk', peer: connection.peer, volume: request.volume.number, from, to: 'Failed' });
    defer(r, { kind: 'peer-data-lost', connection, volume: request.volume });
  }
  maybeComplete(r, request);
  retireDone(r);
}

function losePeerShare(connection: Connection, request: WriteRequest): void {
  request.awaiting = maskWithout(request.awaiting, connection.peer);
  request.held = maskWithout(request.held, connection.peer);
  request.unstable = maskWithout(request.unstable, connection.peer);
  connection.unackedWrites -= 1;
  connection.inFlightBytes -= request.length;
}

/**
 * A peer (or its disk, when `only` names a volume) is gone: every write that it had not confirmed as stable may be
 * missing there. Marks first, completions after.
 */
export function onPeerLost(r: Resource, connection: Connection, only: Volume | undefined): void {
  const touched: WriteRequest[] = [];
  for (const request of r.log) {
    if (!maskHas(request.unstable, connection.peer)) continue;
    if (only !== undefined && request.volume !== only) continue;
    markOutOfSync(r, request.volume, connection.peer, request.offset, request.length);
    losePeerShare(connection, request);
    touched.push(request);
  }
  if (only === undefined) {
    connection.epochWrites = 0;
    connection.barriers.length = 0;
    connection.unackedWrites = 0;
    connection.inFlightBytes = 0;
    for (const flush of r.flushes) {
      if (flush.waiting.delete(connection.peer)) maybeCompleteFlush(r, flush);
    }
  }
  for (const request of touched) maybeComplete(r, request);
  retireDone(r);
}

/** Writes that completed on others without a lost peer: a diskless Primary has no bitmap to remember that by. */
export function hasUnstable(r: Resource, connection: Connection): boolean {
  return r.log.some((request) => maskHas(request.unstable, connection.peer));
}

function maybeComplete(r: Resource, request: WriteRequest): void {
  if (request.completed || request.local === 'pending' || request.awaiting !== EMPTY_MASK) return;
  if (request.volume.slotBusy > 0) return;
  if (request.fua && !fuaCovered(r, request)) return;
  request.completed = true;
  const stored = isStored(r, request);
  // A dependent write must land in a later epoch on every peer: completing closes the current one.
  if (request.epoch === r.epoch && r.epochWrites > 0) closeEpoch(r);
  releaseLock(r, request);
  request.volume.upperPending -= 1;
  if (stored) {
    request.volume.unusedPrevious = undefined;
    r.ports.completeClient(request.client, OK);
  } else {
    failClient(r, request, NO_DATA);
  }
}

export function onSlotPersisted(r: Resource, volume: Volume): void {
  volume.slotBusy -= 1;
  if (volume.slotBusy > 0) return;
  for (const request of r.log) if (request.volume === volume) maybeComplete(r, request);
  retireDone(r);
}

/** A copy that a resync will overwrite is none: somebody UpToDate must hold the write. */
function isStored(r: Resource, request: WriteRequest): boolean {
  const { volume } = request;
  if (request.local === 'ok' && volume.disk === 'UpToDate') return true;
  if (request.held === EMPTY_MASK) return false;
  for (const connection of r.connections.values()) {
    if (maskHas(request.held, connection.peer) && deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  }
  return false;
}

const OK = { ok: true } as const;

/** FUA: stable on the local disk (the write carries the flag) and on every protocol-C peer that holds it. */
function fuaCovered(r: Resource, request: WriteRequest): boolean {
  for (const connection of r.connections.values()) {
    if (!coveredByFlush(request.volume, connection)) continue;
    if (maskHas(request.unstable, connection.peer)) return false;
  }
  return true;
}

/** A flush must reach protocol-C peers; without a local disk it must reach every peer that holds the data. */
function coveredByFlush(volume: Volume, connection: Connection): boolean {
  return connection.config.protocol === 'C' || !hasDisk(volume.disk);
}

function releaseLock(r: Resource, request: WriteRequest): void {
  for (const lock of request.volume.locks.release(request.lock)) grant(r, lock.owner);
}

/** A write that never got to admission, or failed there. */
function endWrite(r: Resource, request: WriteRequest): void {
  request.completed = true;
  request.volume.upperPending -= 1;
  releaseActivity(r, request);
  releaseLock(r, request);
}

function failClient(r: Resource, request: WriteRequest, error: OperationError): void {
  r.ports.completeClient(request.client, { ok: false, error });
}

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

/** The peer has the whole epoch on stable storage. @returns false if it answers something else than the oldest barrier. */
export function onBarrierAck(r: Resource, connection: Connection, epoch: number, writes: number): boolean {
  const barrier = connection.barriers.shift();
  if (barrier === undefined || barrier.epoch !== epoch || barrier.writes !== writes) return false;
  connection.stable = connection.barriers.length === 0 && connection.epochWrites === 0;
  connection.lastProgress = r.ports.now();
  for (const request of r.log) {
    if (request.epoch > epoch) break;
    if (!maskHas(request.unstable, connection.peer)) continue;
    request.unstable = maskWithout(request.unstable, connection.peer);
    connection.unackedWrites -= 1;
    connection.inFlightBytes -= request.length;
    maybeComplete(r, request);
  }
  for (const flush of r.flushes) {
    const needed = flush.waiting.get(connection.peer);
    if (needed !== undefined && needed <= epoch) {
      flush.waiting.delete(connection.peer);
      flush.copies += 1;
      maybeCompleteFlush(r, flush);
    }
  }
  retireDone(r);
  return true;
}

/** Takes finished requests off the head of the transfer log, in order, and tells the peers who holds them (PEER_ACK). */
export function retireDone(r: Resource): void {
  let retired = 0;
  for (const request of r.log) {
    if (!request.completed || request.unstable !== EMPTY_MASK) break;
    retired += 1;
    r.byRequest.delete(request.request);
    releaseActivity(r, request);
    const holders = request.local === 'ok' ? maskWith(request.held, r.node) : request.held;
    addPeerAck(r, request, holders);
  }
  if (retired === 0) return;
  r.log.splice(0, retired);
  if (r.stalledAdmission.length > 0) {
    flushPeerAck(r);
    resumeAdmission(r);
  }
  if (r.log.length === 0) defer(r, { kind: 'reconsider-roles' });
}

function addPeerAck(r: Resource, request: WriteRequest, mask: PeerMask): void {
  if (r.pendingPeerAck !== undefined && r.pendingPeerAck.mask !== mask) flushPeerAck(r);
  if (r.pendingPeerAck === undefined) {
    r.pendingPeerAck = { dagtag: request.dagtag, mask, bytes: 0 };
    r.ports.setTimer('peer-ack' as TimerId, r.options.peerAckDelayMs);
  }
  r.pendingPeerAck.dagtag = request.dagtag;
  r.pendingPeerAck.bytes += request.length;
  if (r.pendingPeerAck.bytes >= r.options.peerAckWindowBytes) flushPeerAck(r);
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

/** Nothing of ours is unconfirmed there, but an earlier Primary may have left unflushed writes in the peer's cache. */
function sendEmptyBarrier(r: Resource, connection: Connection): void {
  if (connection.link === undefined) return;
  connection.barriers.push({ epoch: r.epoch, writes: 0 });
  r.ports.send(connection.peer, connection.link, 'data', { type: 'BARRIER', epoch: r.epoch });
  r.epoch += 1;
}

/** Flush: local disk, and the barriers of every write so far on the peers that it must cover. */
export function submitFlush(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (r.epochWrites > 0) closeEpoch(r);
  const flush: FlushRequest = {
    client,
    volume,
    waiting: new Map<NodeId, number>(),
    localPending: false,
    copies: 0,
    failed: false,
  };
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    if (!coveredByFlush(volume, connection)) continue;
    if (
      !connection.stable &&
      connection.barriers.length === 0 &&
      deviceOf(connection, volume).peerDisk === 'UpToDate'
    ) {
      sendEmptyBarrier(r, connection);
    }
    const last = connection.barriers.at(-1);
    if (last !== undefined) flush.waiting.set(connection.peer, last.epoch);
    else if (deviceOf(connection, volume).peerDisk === 'UpToDate') flush.copies += 1;
  }
  r.flushes.add(flush);
  if (hasDisk(volume.disk)) {
    flush.localPending = true;
    flushVolume(r, volume, { kind: 'client-flushed', flush });
  }
  maybeCompleteFlush(r, flush);
}

export function onClientFlushed(r: Resource, flush: FlushRequest, ok: boolean): void {
  if (!flush.localPending) return;
  flush.localPending = false;
  if (ok) flush.copies += 1;
  maybeCompleteFlush(r, flush);
}

function maybeCompleteFlush(r: Resource, flush: FlushRequest): void {
  if (flush.localPending || flush.waiting.size > 0 || !r.flushes.has(flush)) return;
  r.flushes.delete(flush);
  if (flush.copies > 0) r.ports.completeClient(flush.client, OK);
  else r.ports.completeClient(flush.client, { ok: false, error: NO_DATA });
}

/** The local disk is gone: what was on its way there now depends on the peers. */
export function onLocalDiskLost(r: Resource, volume: Volume): void {
  for (const request of r.log) {
    if (request.volume !== volume) continue;
    if (request.local === 'ok') request.local = 'failed';
  }
  for (const flush of r.flushes) if (flush.volume === volume) onClientFlushed(r, flush, false);
  for (const request of [...r.log]) {
    if (request.volume === volume && request.local === 'pending') onLocalWriteDone(r, request, false);
  }
}

/** Bits for `node` that no write covers any more; used by roles to know that nothing of ours is in flight. */
export function isWriteIdle(r: Resource): boolean {
  return (
    r.log.length === 0 &&
    r.stalledAdmission.length === 0 &&
    [...r.volumes.values()].every((volume) => volume.upperPending === 0)
  );
}
