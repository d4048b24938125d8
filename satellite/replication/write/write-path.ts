/**
 * Writes of the applications on this node, from the client's request to "every peer is done with it".
 *
 *   lock → activity log durable → generation durable → admission → local disk ∥ peers → completion → barriers → peer-ack
 *
 * Completion rule per connection (DRBD §2.1): A – handed to the link; B – RECV_ACK; C – WRITE_ACK. A request stays in
 * the transfer log until each peer that got it has confirmed its epoch as stable (BARRIER_ACK): until then the loss of
 * that peer marks its blocks. Marks are made before the completion that relies on them.
 */
import { assert } from '../../../common/assert.ts';
import { EMPTY_MASK, maskHas, maskWith, maskWithout } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import { touchRanges } from '../verify/driver.ts';
import { newLock } from './intervals.ts';
import { markForNobody, markWrite } from '../disk/marks.ts';
import { generationNeeded, startGeneration } from '../generation/generations.ts';
import { acquireActivity, flushVolume, getsWrites, releaseActivity } from '../disk/persistence.ts';
import { assessQuorum } from '../quorum/assess.ts';
import { failureOf, isFrozen, isSuspended } from '../quorum/suspension.ts';
import type { ClientRequestId, Payload } from '../payload.ts';
import { type Connection, defer, deviceOf, type Resource, startIo, type Volume, type WriteRequest } from '../state.ts';
import { yieldToCongestion } from '../resync/congestion.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';
import { dataReachable } from './data-access.ts';
import { setPeerDisk } from '../transitions.ts';
import { NO_DATA, endWrite, failClient, grant, maybeComplete } from './completion.ts';
import { addPeerAck, closeEpoch, flushPeerAck } from './epochs.ts';
import type { CutRequest } from './cut.ts';
import { mayUnmap } from './zeroing.ts';
import { maybeCompleteFlush, onClientFlushed } from './flush.ts';
import { mayHaveTwo } from '../two-primaries/allowed.ts';
import { answerNeeded, isMirrored, losePeerShare, transmit } from './sending.ts';

/**
 * A diskless Primary has no activity log to bound it, but its peers have: the writes under way touch at most this share of
 * their extents. A peer whose log is full waits for our PEER_ACK, which waits for the epoch of the write that waits. Two
 * Primaries share the logs of all nodes, their own ones too.
 */
const LOG_SHARE = 4;

export interface ClientWrite {
  readonly client: ClientRequestId;
  readonly volume: Volume;
  readonly offset: number;
  readonly length: number;
  readonly operation: WriteRequest['operation'];
  readonly payload: Payload | undefined;
  readonly mayUnmap: boolean;
  readonly fua: boolean;
  readonly cut: CutRequest | undefined;
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
    peerAcked: false,
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
  if (isSuspended(r) || awaitsWord(r, request.volume)) return false;
  if (r.log.length >= r.options.nrRequests) return false;
  if ((request.volume.md !== undefined && !mayHaveTwo(r)) || r.log.length === 0) return true;
  return r.logExtents + extentsOf(request) <= Math.floor(r.options.alExtents / LOG_SHARE);
}

const extentsOf = ({ offset, length }: WriteRequest): number =>
  Math.floor((offset + length - 1) / AL_EXTENT_BYTES) - Math.floor(offset / AL_EXTENT_BYTES) + 1;

/** A generation is due, and the peers have not yet said that they still hold with this Primary. */
const awaitsWord = (r: Resource, volume: Volume): boolean => r.unconfirmed > 0 && volume.generationDue;

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
  yieldToCongestion(r);
  const failure = failureOf(r);
  if (failure !== undefined) {
    endWrite(r, request);
    failClient(r, request, failure);
  } else if (isSuspended(r) || awaitsWord(r, volume)) {
    r.stalledAdmission.push(request);
  } else if (getsWrites(volume) && request.activity !== volume.md) {
    onWriteLocked(r, request); // a disk has come since, or is about to: its log knows nothing of this write
  } else if (volume.generationBusy) {
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
  touchRanges(r, volume, request.offset, request.length);
  for (const connection of r.connections.values()) sendOrMark(r, connection, request);
  markAbsent(r, request);
  r.log.push(request);
  r.logExtents += extentsOf(request);
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
    if (!r.connections.has(node)) markWrite(r, request, r.node, node);
  }
  markForNobody(request);
}

function sendOrMark(r: Resource, connection: Connection, request: WriteRequest): void {
  const device = deviceOf(connection, request.volume);
  const link = connection.link;
  if (connection.state !== 'Connected' || link === undefined || !isMirrored(device)) {
    markWrite(r, request, r.node, connection.peer);
    return;
  }
  const protocol = answerNeeded(request.volume, device);
  transmit(r, connection, link, request, protocol);
  connection.lostWith = EMPTY_MASK; // should it be lost from here on, that is another loss
  request.unstable = maskWith(request.unstable, connection.peer);
  if (protocol === 'A') request.held = maskWith(request.held, connection.peer);
  else request.awaiting = maskWith(request.awaiting, connection.peer);
}

function writeLocally(r: Resource, request: WriteRequest): void {
  const { volume } = request;
  request.local = 'pending';
  const io = startIo(r, { kind: 'own-write', volume, attachment: volume.attachment, owner: request });
  const offset = request.offset as Bytes;
  if (request.payload !== undefined) r.ports.writeData(io, volume.number, offset, request.payload, request.fua);
  else r.ports.zeroData(io, volume.number, offset, request.length as Bytes, mayUnmap(volume, request.mayUnmap));
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

export function onWriteAck(r: Resource, connection: Connection, requestNumber: number): void {
  const request = r.byRequest.get(requestNumber);
  connection.lastProgress = r.ports.now();
  if (request === undefined || !maskHas(request.awaiting, connection.peer)) return; // late or doubled: harmless
  holdBy(request, connection);
  maybeComplete(r, request);
  retireDone(r);
}

function holdBy(request: WriteRequest, { peer }: Connection): void {
  request.awaiting = maskWithout(request.awaiting, peer);
  request.held = maskWith(request.held, peer);
}

/** The peer has it in memory (protocol B). Without our own copy that is not enough: its barrier is waited for, see `awaitStable`. */
export function onReceiveAck(r: Resource, connection: Connection, requestNumber: number): void {
  const request = r.byRequest.get(requestNumber);
  if (request !== undefined && request.local !== 'none' && !hasDisk(request.volume.disk))
    connection.lastProgress = r.ports.now();
  else onWriteAck(r, connection, requestNumber);
}

/** The peer could not write: its disk is as good as gone, and what it lacks is marked before the request completes. */
export function onNegAck(r: Resource, connection: Connection, requestNumber: number): void {
  const request = r.byRequest.get(requestNumber);
  connection.lastProgress = r.ports.now();
  if (request === undefined || !maskHas(request.unstable, connection.peer)) return;
  const device = deviceOf(connection, request.volume);
  if (hasDisk(device.peerDisk)) {
    // Marks it with everything else that the peer may lack, and moves on, before the request completes.
    setPeerDisk(r, device, 'Failed');
    assessQuorum(r);
    defer(r, { kind: 'peer-data-lost', connection, volume: request.volume });
    return;
  }
  markWrite(r, request, r.node, connection.peer);
  losePeerShare(connection, request);
  maybeComplete(r, request);
  retireDone(r);
}

/**
 * A peer (or its disk, when `only` names a volume) is gone: every write that it had not confirmed as stable may be
 * missing there. Marks first, completions after.
 */
export function onPeerLost(r: Resource, connection: Connection, only: Volume | undefined): void {
  const touched: WriteRequest[] = [];
  for (const request of r.log) {
    if (only !== undefined && request.volume !== only) continue;
    request.targets = maskWithout(request.targets, connection.peer);
    if (!maskHas(request.unstable, connection.peer)) continue;
    markWrite(r, request, r.node, connection.peer);
    losePeerShare(connection, request);
    // The client has this one already: the peer may lack more than the news of the next generation (`isOneBehind`).
    if (request.completed) request.volume.unusedPrevious = undefined;
    if (!mayBeStored(r, request)) {
      // What the others answer makes no difference any more: nobody is to wait for them, nor to be taken for behind.
      request.awaiting = EMPTY_MASK;
      request.held = EMPTY_MASK;
    }
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

/** A copy that a resync will overwrite is none (see `maybeComplete`): is anybody left who is UpToDate and got the write? */
function mayBeStored(r: Resource, request: WriteRequest): boolean {
  if (request.volume.disk === 'UpToDate') return true;
  for (const connection of r.connections.values()) {
    const gotIt = maskHas(request.held, connection.peer) || maskHas(request.awaiting, connection.peer);
    if (gotIt && deviceOf(connection, request.volume).peerDisk === 'UpToDate') return true;
  }
  return false;
}

/** Writes that a lost peer may lack, and that complete on the others all the same. */
export function hasUnstable(r: Resource, connection: Connection, volume: Volume): boolean {
  return r.log.some((request) => request.volume === volume && maskHas(request.unstable, connection.peer));
}

export function onSlotPersisted(r: Resource, volume: Volume): void {
  volume.slotBusy -= 1;
  completePending(r, volume);
}

/** The metadata says what these writes rely on: which generation they are in, and who lacks them. */
export function completePending(r: Resource, volume: Volume): void {
  if (volume.slotBusy > 0 || volume.generationBusy) return;
  for (const request of r.log) if (request.volume === volume) maybeComplete(r, request);
  retireDone(r);
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
    if (maskHas(request.awaiting, connection.peer)) holdBy(request, connection);
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
function retireDone(r: Resource): void {
  let retired = 0;
  let isHead = true;
  for (const request of r.log) {
    if (!isSettled(r, request)) break;
    if (!request.peerAcked) {
      request.peerAcked = true;
      addPeerAck(r, request, request.local === 'ok' ? maskWith(request.held, r.node) : request.held);
    }
    isHead &&= request.completed;
    if (!isHead) continue;
    retired += 1;
    r.logExtents -= extentsOf(request);
    r.byRequest.delete(request.request);
    releaseActivity(r, request);
  }
  if (retired === 0) return;
  r.log.splice(0, retired);
  if (r.stalledAdmission.length > 0) {
    flushPeerAck(r);
    resumeAdmission(r);
  }
  if (r.log.length === 0) defer(r, { kind: 'reconsider-roles' });
}

/**
 * No node owes anything for it any more. While I/O is frozen its client is not answered for that, but the peers are told: a
 * resync that waits for this word may be what brings quorum back.
 */
function isSettled(r: Resource, request: WriteRequest): boolean {
  if (request.unstable !== EMPTY_MASK) return false;
  return request.completed || (isFrozen(r) && request.local !== 'pending' && request.awaiting === EMPTY_MASK);
}

/** The local disk is gone: what was on its way there now depends on the peers. */
export function onLocalDiskLost(r: Resource, volume: Volume): void {
  for (const request of r.log) if (request.volume === volume && request.local === 'ok') request.local = 'failed';
  dependOnPeers(r, volume);
  for (const flush of r.flushes) if (flush.volume === volume) onClientFlushed(r, flush, false);
  for (const request of [...r.log]) {
    if (request.volume === volume && request.local === 'pending') onLocalWriteDone(r, request, false);
  }
}

/** What is not answered yet will be on the word of the peers alone. */
export function dependOnPeers(r: Resource, volume: Volume): void {
  let waits = false;
  for (const request of r.log)
    if (request.volume === volume && !request.completed) waits = awaitStable(r, request) || waits;
  if (waits && r.epochWrites > 0) closeEpoch(r);
}

/**
 * Without the local copy, "sent" (protocol A) or "in memory" (B) is no copy to answer with, see `answerNeeded`: such a peer
 * owes the barrier of the write's epoch.
 */
function awaitStable(r: Resource, request: WriteRequest): boolean {
  let waits = false;
  for (const { peer, protocol } of r.connections.values()) {
    if (protocol === 'C' || !maskHas(request.held, peer) || !maskHas(request.unstable, peer)) continue;
    request.held = maskWithout(request.held, peer);
    request.awaiting = maskWith(request.awaiting, peer);
    waits = true;
  }
  return waits;
}

/** Bits for `node` that no write covers any more; used by roles to know that nothing of ours is in flight. */
export function isWriteIdle(r: Resource): boolean {
  return (
    r.log.length === 0 &&
    r.stalledAdmission.length === 0 &&
    [...r.volumes.values()].every((volume) => volume.upperPending === 0)
  );
}
