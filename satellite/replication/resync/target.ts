/**
 * Resync, the side that receives (target driven, DRBD §5.2): walk the marked blocks, lock, ask, write, make durable,
 * acknowledge. A block's bit is cleared, here and at the source, only after the group flush that covers its write.
 *
 * Only one source is active per volume. A Primary that has the data is always preferred; a source that is not a
 * Primary may serve while we follow a Primary only if it follows the same one, and each request then carries how far
 * that Primary's stream had reached us: the source answers only when it has come as far.
 */
import type { Bytes } from '../../../common/units.ts';
import { newLock } from '../write/intervals.ts';
import { clearBlocks, markThirdNodes, reconsiderResync } from '../disk/marks.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import {
  type Connection,
  defer,
  deviceOf,
  type PeerDevice,
  type Resource,
  startIo,
  type TargetRequest,
  type TargetSync,
} from '../state.ts';
import type { Payload } from '../payload.ts';
import { damageOf } from '../payload-digest.ts';
import { followedPrimary } from '../roles/primaries.ts';
import { setDisk, setReplication } from '../transitions.ts';
import type { DataFrame } from '../wire/frames.ts';
import { readOwnBlock } from './checksum.ts';
import { allowance, disarmPacing, spend } from './pacing.ts';
import { findRequest, releaseRequest } from './requests.ts';
import { isBetter, isPrimaryExchanging, isWorthChanging, mayServe, streamPosition } from './source-choice.ts';
import { isSuspended, onTargetGone, tellSuspension } from './suspension.ts';
import { endPass, layAside } from './unreplicated.ts';
import { discardRuns, isThin, onZeroes, requestsInFlight, thinBytes } from './thin.ts';

/** Chooses the active source of each volume and keeps it busy. */
export function reconsiderTargets(r: Resource): void {
  for (const volume of r.volumes.values()) {
    let best: PeerDevice | undefined;
    let current: PeerDevice | undefined;
    let syncing = false;
    for (const connection of r.connections.values()) {
      const device = deviceOf(connection, volume);
      if (device.target === undefined || device.replication === 'WFBitMapT') continue;
      syncing = true;
      declareInconsistent(r, device);
      if (isPrimaryExchanging(r, device) || isSuspended(device) || !mayServe(r, device)) continue;
      if (device.target.active) current = device;
      if (best === undefined || isBetter(device, best)) best = device;
    }
    volume.syncing = syncing;
    if (current?.target !== undefined && best !== undefined) best = stayOrDrain(current, current.target, best);
    for (const connection of r.connections.values()) {
      const device = deviceOf(connection, volume);
      if (device.target !== undefined && device.replication !== 'WFBitMapT') setActive(r, device, device === best);
      tellSuspension(r, device);
    }
    if (best !== undefined) requestMore(r, best);
  }
}

/** One source at a time: what it was asked for comes back before another one is asked. One that may serve no more is left at once. */
function stayOrDrain(current: PeerDevice, target: TargetSync, best: PeerDevice): PeerDevice {
  target.draining = best !== current && isWorthChanging(current, best);
  return target.draining && target.outstanding.size === 0 ? best : current;
}

/**
 * A Primary besides the source mirrors to us only if it takes us for Inconsistent: so even a resync of nothing is
 * declared, and nobody is asked before that Primary has answered the declaration.
 */
function declareInconsistent(r: Resource, device: PeerDevice): void {
  const { volume, connection, target } = device;
  if (target === undefined || followedPrimary(r, connection.peer) === undefined) return;
  if (volume.disk === 'Outdated') {
    setDisk(r, volume, 'Inconsistent', 'resync');
    persistSuperblock(r, volume, { kind: 'reconsider-resync' });
  } else if (volume.disk === 'Inconsistent' && target.announced === 0) {
    target.announced = r.stateSequence + 1;
    defer(r, { kind: 'announce' });
  }
}

function setActive(r: Resource, device: PeerDevice, active: boolean): void {
  const { target } = device;
  if (target === undefined) return;
  const wanted = active ? 'SyncTarget' : 'PausedSyncT';
  if (target.active === active && device.replication === wanted) return;
  target.active = active;
  setReplication(r, device, wanted);
  if (active) markBeforeFirst(r, device, target);
  else dropRequests(r, device, target);
}

/**
 * Third nodes may lack what this source brings: that is marked, durably, before the first block is asked for. Not
 * earlier: a source that is never used marks nothing. Where blocks of equal generations are compared, only those that differ
 * are marked (`markAndWrite`): marks for all would start a resync of the next node, and so on around a ring without end.
 */
function markBeforeFirst(r: Resource, device: PeerDevice, target: TargetSync): void {
  const { volume, connection } = device;
  const { md } = volume;
  if (md === undefined || target.thirdMarked || target.marksEach) return;
  target.thirdMarked = true;
  markThirdNodes(r, volume, md, connection.peer, 0, md.layout.blocks - 1);
  if (md.bitmap.allDirtyPages().length === 0) return;
  target.settling += 1;
  settlePages(r, volume, 'all', true, { kind: 'sync-marks-settled', device, target });
}

/** Requests without an answer are given up (the pause tells the source); what is being written already goes on. */
function dropRequests(r: Resource, device: PeerDevice, target: TargetSync): void {
  disarmPacing(r, device);
  target.doneSent = false;
  target.draining = false;
  target.cursor = 0;
  target.deallocated = [];
  for (const request of [...target.outstanding.values()]) {
    if (request.stage === 'writing' || request.stage === 'written') continue;
    request.stage = 'abandoned';
    target.outstanding.delete(request.request);
    releaseRequest(r, request);
  }
}

/** Fills the window with requests for marked blocks above the cursor; starts another pass while any is left. */
export function requestMore(r: Resource, device: PeerDevice): void {
  const { volume, connection, target } = device;
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (target === undefined || md === undefined || slot === undefined || !target.active) return;
  if (volume.adopting) return;
  if (target.draining) return target.outstanding.size === 0 ? reconsiderResync(r) : discardRuns(r, device);
  if (target.settling > 0 || volume.disk !== 'Inconsistent') {
    if (target.settling > 0 || md.bitmap.count(slot.slot) > 0) return;
  }
  const thin = thinBytes(device);
  const requestBytes = thin || connection.options.resyncRequestBytes;
  // Where the peer's bits stand for more, only a whole one of them can be cleared there.
  const granule = Math.max(1, device.peerBlockBytes / md.layout.blockBytes);
  const whole = (bytes: number): number =>
    Math.max(granule, Math.floor(bytes / md.layout.blockBytes / granule) * granule);
  const blocksMax = whole(requestBytes);
  while (requestsInFlight(target) < connection.options.resyncRequestsMax) {
    const first = md.bitmap.nextSet(slot.slot, target.cursor);
    if (first < 0) {
      if (target.outstanding.size > 0 || endPass(r, device, target)) return;
      if (md.bitmap.count(slot.slot) === 0) {
        sayDone(r, device);
        return;
      }
      target.cursor = 0;
      continue;
    }
    const allowed = allowance(r, device, target);
    if (allowed <= 0) return;
    // Requests stay inside one aligned window of the largest request.
    const windowEnd = (Math.floor(first / blocksMax) + 1) * blocksMax;
    const begin = Math.floor(first / granule) * granule;
    const { blocks } = md.layout;
    // Part of what may be discarded as a whole would be copied.
    const limit = Math.min(windowEnd, blocks, thin > 0 ? windowEnd : begin + whole(allowed));
    let end = begin + granule;
    while (end < limit && md.bitmap.anySet(slot.slot, end, Math.min(end + granule, blocks) - 1)) end += granule;
    end = Math.min(end, blocks);
    target.cursor = end;
    spend(target, (end - begin) * md.layout.blockBytes);
    requestBlocks(r, device, begin, end - 1);
  }
}

function requestBlocks(r: Resource, device: PeerDevice, firstBlock: number, lastBlock: number): void {
  const { volume, connection, target } = device;
  if (target === undefined || connection.link === undefined || volume.md === undefined) return;
  const blockBytes = volume.md.layout.blockBytes;
  const offset = firstBlock * blockBytes;
  const length = Math.min((lastBlock + 1) * blockBytes, volume.sizeBytes) - offset;
  const lock: TargetRequest['lock'] = newLock('rs-target', offset, length);
  const request: TargetRequest = {
    kind: 'rs-target',
    connection,
    link: connection.link,
    device,
    volume,
    request: r.nextRequest,
    firstBlock,
    lastBlock,
    offset,
    length,
    lock,
    stage: 'locking',
    equal: false,
  };
  r.nextRequest += 1;
  lock.owner = request;
  target.outstanding.set(request.request, request);
  if (volume.locks.request(lock)) onTargetLocked(r, request);
}

export function onTargetLocked(r: Resource, request: TargetRequest): void {
  const { connection, device } = request;
  if (request.stage !== 'locking' || connection.link !== request.link || device.target === undefined) {
    releaseRequest(r, request);
    return;
  }
  if (device.target.digest !== 'none') {
    readOwnBlock(r, request);
    return;
  }
  request.stage = 'sent';
  const position = streamPosition(r, device);
  r.ports.send(connection.peer, request.link, 'data', {
    type: isThin(request) ? 'RS_THIN_REQUEST' : 'RS_DATA_REQUEST',
    volume: request.volume.number,
    request: request.request,
    offset: request.offset as Bytes,
    length: request.length as Bytes,
    ...position,
  });
}

/** @returns a protocol error, or undefined. */
export function onResyncReply(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'RS_DATA_REPLY' }>,
): string | undefined {
  const request = findRequest(connection, frame.request);
  if (request === undefined || request.stage !== 'sent') return undefined;
  if (frame.payload.byteLength !== request.length) return 'resync reply of a wrong length';
  const damage = damageOf(r, connection, frame);
  if (damage !== undefined) return damage;
  request.stage = 'writing';
  noteGiven(request);
  request.device.receivedBytes += request.length;
  if (request.device.target?.marksEach === true) markAndWrite(r, request, frame.payload);
  else writeBlocks(r, request, frame.payload);
  discardRuns(r, request.device);
  return undefined;
}

/** What differed is news to third nodes as well: marked, durably, and only then written. */
function markAndWrite(r: Resource, request: TargetRequest, payload: Payload): void {
  const { volume, connection, firstBlock, lastBlock } = request;
  if (volume.md !== undefined) markThirdNodes(r, volume, volume.md, connection.peer, firstBlock, lastBlock);
  settlePages(r, volume, 'all', true, { kind: 'sync-block-marked', request, payload });
}

export function writeBlocks(r: Resource, request: TargetRequest, payload: Payload): void {
  const { volume } = request;
  if (request.stage !== 'writing') return releaseRequest(r, request);
  const io = startIo(r, { kind: 'rs-write', volume, attachment: volume.attachment, owner: request });
  r.ports.writeData(io, volume.number, request.offset as Bytes, payload, false);
}

/** What the block is now is what the source has at this position of its stream. */
function noteGiven({ connection, volume }: TargetRequest): void {
  if (connection.peerRole === 'Primary' && volume.towards !== undefined)
    volume.towards.given = { node: connection.peer, dagtag: connection.receivedDagtag };
}

/** @returns a protocol error, or undefined. */
export function onDeallocated(r: Resource, connection: Connection, requestNumber: number): string | undefined {
  const request = findRequest(connection, requestNumber);
  const target = request?.device.target;
  if (request === undefined || target === undefined || request.stage !== 'sent') return undefined;
  onZeroes(target, request);
  noteGiven(request);
  requestMore(r, request.device);
  discardRuns(r, request.device);
  return undefined;
}

/** @returns a protocol error, or undefined. */
export function onBlockInSync(r: Resource, connection: Connection, requestNumber: number): string | undefined {
  const request = findRequest(connection, requestNumber);
  const target = request?.device.target;
  if (request === undefined || target === undefined || request.stage !== 'sent') return undefined;
  if (target.digest === 'none') return 'a block in sync that nobody has compared';
  request.equal = true;
  noteGiven(request);
  onResyncWritten(r, [request], true);
  return undefined;
}

/** These blocks of one peer device are on the backing store, not yet durable. */
export function onResyncWritten(r: Resource, requests: readonly TargetRequest[], ok: boolean): void {
  for (const request of requests) {
    const { target } = request.device;
    if (request.stage === 'abandoned' || target === undefined) {
      releaseRequest(r, request);
    } else if (ok) {
      request.stage = 'written';
      target.written.push(request);
    } else {
      giveBack(r, request, target);
    }
  }
  const device = requests[0]?.device;
  if (device !== undefined) flushBatch(r, device);
}

function flushBatch(r: Resource, device: PeerDevice): void {
  const { target, volume, connection } = device;
  if (target === undefined || target.flushing || target.written.length === 0 || connection.link === undefined) return;
  target.flushing = true;
  const batch = target.written;
  target.written = [];
  settlePages(r, volume, 'all', true, { kind: 'sync-batch-flushed', device, link: connection.link, batch });
}

/** Durable: now, and only now, the bits go and the source may clear its own. */
export function onBatchFlushed(r: Resource, device: PeerDevice, batch: readonly TargetRequest[]): void {
  const { target, connection } = device;
  // Of a resync that was broken off: what it wrote may have been marked again since.
  if (target === undefined || batch.some(({ stage }) => stage === 'abandoned')) return;
  target.flushing = false;
  for (const request of batch) {
    // Of an earlier resync, which the disk or the link has left: what was compared or written then proves nothing now.
    if (connection.link !== request.link || target.outstanding.get(request.request) !== request) continue;
    target.outstanding.delete(request.request);
    const blocks = request.lastBlock - request.firstBlock + 1;
    target.doneBlocks += blocks;
    if (request.equal) target.equalBlocks += blocks;
    target.pacing.arrived += request.length;
    clearBlocks(r, device, request.firstBlock, request.lastBlock);
    r.ports.send(connection.peer, request.link, 'control', { type: 'RS_WRITE_ACK', request: request.request });
    releaseRequest(r, request);
  }
  flushBatch(r, device);
  requestMore(r, device);
}

/** The source cannot answer this one: its bit stays. */
export function onResyncRefused(r: Resource, connection: Connection, requestNumber: number): void {
  const request = findRequest(connection, requestNumber);
  if (request === undefined || request.stage !== 'sent') return;
  if (request.device.target !== undefined) giveBack(r, request, request.device.target);
}

/** The block stays marked. It is tried again when the source has something new to say, or with the next self-check. */
function giveBack(r: Resource, request: TargetRequest, target: TargetSync): void {
  target.outstanding.delete(request.request);
  target.cancelled = true;
  request.stage = 'abandoned';
  releaseRequest(r, request);
  discardRuns(r, request.device);
  reconsiderResync(r);
}

/** The source marked more blocks since it sent its bitmap. @returns a protocol error, or undefined. */
export function onOutOfSync(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'OUT_OF_SYNC' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || frame.length === 0 || frame.offset + frame.length > volume.sizeBytes)
    return 'out-of-sync note of a forbidden range';
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined) return undefined;
  const first = Math.floor(frame.offset / md.layout.blockBytes);
  const last = Math.floor((frame.offset + frame.length - 1) / md.layout.blockBytes);
  md.logDerived.delete(connection.peer);
  const end = Math.min(last, md.layout.blocks - 1);
  const device = deviceOf(connection, volume);
  if (device.target?.unreplicated === true && device.target.bitsIn && volume.disk === 'Inconsistent') {
    device.target.doneSent = false;
    layAside(device.target, first, end);
    requestMore(r, device);
    return undefined;
  }
  md.bitmap.set(slot.slot, first, end);
  if (device.target === undefined) {
    if (device.replication !== 'VerifyT') return undefined;
    // Found by a verify: durable, for an administrator who may resync much later.
    device.verify.found = true;
    settlePages(r, volume, 'all', false, { kind: 'nothing' });
    return undefined;
  }
  device.target.doneSent = false;
  if (!device.target.bitsIn) return undefined;
  // As at the start: third nodes marked, all marks durable, Inconsistent on disk, and only then the block is asked for.
  if (device.target.thirdMarked) markThirdNodes(r, volume, md, connection.peer, first, end);
  const { target } = device;
  target.settling += 1;
  settlePages(r, volume, 'all', true, { kind: 'sync-marks-settled', device, target });
  return undefined;
}

/** The allowance of a new step of the speed controller, or a look whether it may be had now. */
export function onPacingTimer(r: Resource, device: PeerDevice): void {
  if (device.target !== undefined) requestMore(r, device);
}

export function onMarksSettled(r: Resource, device: PeerDevice, target: TargetSync): void {
  const { volume } = device;
  if (device.target !== target) return; // of a resync that has ended
  target.settling -= 1;
  if (device.replication === 'WFBitMapT') return;
  if (volume.disk === 'Outdated') {
    setDisk(r, volume, 'Inconsistent', 'resync');
    persistSuperblock(r, volume, { kind: 'reconsider-resync' });
  } else {
    requestMore(r, device);
  }
}

function sayDone(r: Resource, device: PeerDevice): void {
  const { target, connection, volume } = device;
  if (
    target === undefined ||
    target.doneSent ||
    target.flushing ||
    target.written.length > 0 ||
    connection.link === undefined
  )
    return;
  target.doneSent = true;
  r.ports.send(connection.peer, connection.link, 'control', {
    type: 'RS_DONE',
    volume: volume.number,
    ...streamPosition(r, device),
  });
}

/** The link is gone: unlock what nobody will answer; the bits keep the rest. */
export function abandonTarget(r: Resource, device: PeerDevice): void {
  const target = device.target;
  if (target === undefined) return;
  device.target = undefined;
  onTargetGone(device);
  disarmPacing(r, device);
  if (device.volume.towards !== undefined) device.volume.towards.lostAt = r.ports.now();
  for (const request of target.outstanding.values()) {
    // A block that is being written right now stays locked until the backing store has answered.
    const writing = request.stage === 'writing';
    request.stage = 'abandoned';
    if (!writing) releaseRequest(r, request);
  }
  if (target.doneBlocks > 0) {
    r.ports.notify({
      kind: 'resync-end',
      peer: device.connection.peer,
      volume: device.volume.number,
      side: 'target',
      blocks: target.doneBlocks,
      equal: target.equalBlocks,
    });
  }
}
