/**
 * Online verify, the node that drives it (VerifyS, DRBD §5.5): it walks the blocks in order, both ends read, digests are
 * compared, and what differs is marked on both. Disk states stay as they are, and nothing is repaired.
 *
 * Nothing is locked: writes go on. Both ends must have read the same moment of the stream of writes all the same:
 *
 *   1. A range is registered here before it is read; a write that touches a registered range makes its blocks incomparable
 *      (skipped). What is registered and untouched is as it was at our position then.
 *   2. The request carries that position: the peer reads only when it has come as far.
 *   3. The reply carries how far the peer had come when it had read. It is compared only when we have come as far, too:
 *      whatever the peer had seen more than we has touched the range here by then.
 *
 * Between a Primary and its peer no positions are needed: request and reply travel in order with its writes.
 */
import type { Bytes } from '../../../common/units.ts';
import { markDifferent } from '../disk/marks.ts';
import { settlePages } from '../disk/persistence.ts';
import { DIGEST_BYTES } from '../digest.ts';
import type { Payload } from '../payload.ts';
import { reached } from '../resync/source-choice.ts';
import { type Connection, type PeerDevice, type Resource, startIo, type VerifyRead, type Volume } from '../state.ts';
import { tellHandler } from '../handlers/call.ts';
import { setReplication } from '../transitions.ts';
import type { DataFrame } from '../wire/frames.ts';
import { VERIFY_BLOCKS_MAX } from '../wire/limits.ts';
import { isComparable, readPosition, releaseVerifyLock, newVerifyRead } from './pair.ts';
import type { VerifyRange, VerifyRun } from './progress.ts';

const PAGE_BYTES = 4_096;

export function beginVerify(r: Resource, device: PeerDevice, run: VerifyRun): void {
  const { volume, connection } = device;
  if (connection.link === undefined) return;
  device.verify.run = run;
  setReplication(r, device, 'VerifyS');
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'OV_STATE',
    volume: volume.number,
    running: true,
    isDriver: true,
  });
  verifyMore(r, device);
}

/** Bytes that a verify may have under way (max-buffers). */
const verifyWindow = ({ connection }: PeerDevice): number => connection.options.maxBuffers * PAGE_BYTES;

function verifyMore(r: Resource, device: PeerDevice): void {
  const { volume, connection, verify } = device;
  const { run } = verify;
  if (run === undefined || volume.md === undefined || connection.link === undefined) return;
  const { blockBytes } = volume.md.layout;
  const perRequest = Math.floor(connection.options.resyncRequestBytes / blockBytes);
  const blocksMax = Math.min(Math.max(1, perRequest), VERIFY_BLOCKS_MAX);
  let inFlight = 0;
  for (const { length } of run.ranges.values()) inFlight += length;
  while (run.cursor < run.end && (inFlight === 0 || inFlight + blocksMax * blockBytes <= verifyWindow(device))) {
    const firstBlock = run.cursor;
    const windowEnd = (Math.floor(firstBlock / blocksMax) + 1) * blocksMax;
    run.cursor = Math.min(windowEnd, run.end);
    inFlight += askRange(r, device, run, firstBlock, run.cursor - firstBlock);
  }
  if (run.cursor >= run.end && run.ranges.size === 0) endVerify(r, device, undefined);
}

/** @returns its length */
function askRange(r: Resource, device: PeerDevice, run: VerifyRun, firstBlock: number, blocks: number): number {
  const { volume, connection } = device;
  if (volume.md === undefined || connection.link === undefined) return 0;
  const { blockBytes } = volume.md.layout;
  const offset = firstBlock * blockBytes;
  const length = Math.min((firstBlock + blocks) * blockBytes, volume.sizeBytes) - offset;
  const request = r.nextRequest;
  r.nextRequest += 1;
  const touched = new Uint8Array(blocks);
  run.ranges.set(request, {
    firstBlock,
    blocks,
    offset,
    length,
    own: undefined,
    theirs: undefined,
    touched,
    waits: false,
  });
  const read = newVerifyRead(device, connection.link, { offset, length, request, algorithm: run.algorithm }, 'driver');
  if (volume.locks.request(read.lock)) askPeer(r, read);
  return length;
}

/** Every earlier write to the range is on our backing store: our read and the peer's start now. */
export function askPeer(r: Resource, read: VerifyRead): void {
  const { device, request, offset, length, algorithm } = read;
  const { volume, connection } = device;
  releaseVerifyLock(r, read);
  if (connection.link !== read.link || device.verify.run?.ranges.has(request) !== true) return;
  r.ports.send(connection.peer, read.link, 'data', {
    type: 'OV_REQUEST',
    volume: volume.number,
    request,
    offset: offset as Bytes,
    length: length as Bytes,
    ...readPosition(r, connection),
    algorithm,
  });
  const io = startIo(r, { kind: 'verify-read', volume, attachment: volume.attachment, owner: read });
  r.ports.readData(io, volume.number, offset as Bytes, length as Bytes);
}

/** @param payload undefined: it cannot be read, and so not be compared */
export function onOwnRangeRead(r: Resource, read: VerifyRead, payload: Payload | undefined): void {
  const { device, request, algorithm } = read;
  const { run } = device.verify;
  const range = run?.ranges.get(request);
  const { md } = device.volume;
  if (run === undefined || range === undefined || md === undefined) return;
  if (payload === undefined) return finishRange(r, device, run, request, true);
  range.own = r.ports.digests(payload, algorithm, md.layout.blockBytes as Bytes);
  compareWhenReady(r, device, request, range);
}

/** @returns a protocol error, or undefined. */
export function onVerifyReply(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'OV_REPLY' }>,
): string | undefined {
  for (const device of connection.devices.values()) {
    const range = device.verify.run?.ranges.get(frame.request);
    if (range === undefined || device.verify.run === undefined || range.theirs !== undefined) continue;
    const expected = range.blocks * DIGEST_BYTES[device.verify.run.algorithm];
    if (frame.digests.length !== 0 && frame.digests.length !== expected) return 'digests of a wrong length';
    range.theirs = frame;
    compareWhenReady(r, device, frame.request, range);
    return undefined;
  }
  return undefined; // of a verify that has ended
}

function compareWhenReady(r: Resource, device: PeerDevice, request: number, range: VerifyRange): void {
  const { run } = device.verify;
  const { own, theirs } = range;
  if (run === undefined || own === undefined || theirs === undefined) return;
  let isSkipped = theirs.digests.length === 0;
  if (!isSkipped && theirs.dagtagNode !== undefined && theirs.dagtagNode !== r.node) {
    const progress = reached(r, theirs.dagtagNode, theirs.dagtag);
    if (progress === 'later') {
      if (!range.waits) r.dagtagWaiters += 1;
      range.waits = true;
      return;
    }
    isSkipped = progress === 'never';
  }
  finishRange(r, device, run, request, isSkipped);
}

function finishRange(r: Resource, device: PeerDevice, run: VerifyRun, request: number, isSkipped: boolean): void {
  const range = run.ranges.get(request);
  if (range === undefined) return;
  run.ranges.delete(request);
  stopWaiting(r, range);
  run.done += range.blocks;
  let firstDifferent = -1;
  for (let block = 0; block <= range.blocks; block += 1) {
    const verdict = block === range.blocks ? 'end' : isSkipped ? 'skipped' : verdictOn(run, range, block);
    if (verdict === 'skipped') run.skipped += 1;
    if (verdict === 'different') {
      run.different += 1;
      if (firstDifferent < 0) firstDifferent = block;
    } else if (firstDifferent >= 0) {
      reportDifference(r, device, range.firstBlock + firstDifferent, range.firstBlock + block - 1);
      firstDifferent = -1;
    }
  }
  verifyMore(r, device);
}

function verdictOn(
  run: VerifyRun,
  { own, theirs, touched }: VerifyRange,
  block: number,
): 'same' | 'different' | 'skipped' {
  if (touched[block] !== 0 || own === undefined || theirs === undefined) return 'skipped';
  const size = DIGEST_BYTES[run.algorithm];
  for (let at = block * size; at < (block + 1) * size; at += 1) if (own[at] !== theirs.digests[at]) return 'different';
  return 'same';
}

/** Marked on both ends, and durably: the administrator may resync much later. */
function reportDifference(r: Resource, device: PeerDevice, first: number, last: number): void {
  const { volume, connection } = device;
  const { md } = volume;
  if (md === undefined || connection.link === undefined) return;
  const offset = (first * md.layout.blockBytes) as Bytes;
  const length = (Math.min((last + 1) * md.layout.blockBytes, volume.sizeBytes) - offset) as Bytes;
  r.ports.notify({ kind: 'out-of-sync', peer: connection.peer, volume: volume.number, offset, length });
  device.verify.found = true;
  markDifferent(r, volume, connection.peer, first, last);
  settlePages(r, volume, 'all', false, { kind: 'nothing' });
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'OUT_OF_SYNC',
    volume: volume.number,
    offset,
    length,
  });
}

/** A write that may have reached only one of the two reads: its blocks cannot be compared this time. */
export function touchRanges(r: Resource, volume: Volume, offset: number, length: number): void {
  for (const connection of r.connections.values()) {
    const run = connection.devices.get(volume.number)?.verify.run;
    if (run === undefined || volume.md === undefined) continue;
    const { blockBytes } = volume.md.layout;
    for (const range of run.ranges.values()) {
      if (offset >= range.offset + range.length || offset + length <= range.offset) continue;
      const first = Math.max(0, Math.floor(offset / blockBytes) - range.firstBlock);
      const last = Math.floor((offset + length - 1) / blockBytes) - range.firstBlock;
      range.touched.fill(1, first, last + 1);
    }
  }
}

/** A Primary's stream has come further, or has ended. */
export function retryVerifyWaiters(r: Resource): void {
  forEachWaiting(r, (device, request, range) => {
    stopWaiting(r, range);
    compareWhenReady(r, device, request, range);
  });
}

/** A stream that began anew may never get there: such a range is skipped. */
export function cancelVerifyWaiters(r: Resource): void {
  forEachWaiting(r, (device, request) => {
    if (device.verify.run !== undefined) finishRange(r, device, device.verify.run, request, true);
  });
}

function forEachWaiting(r: Resource, act: (device: PeerDevice, request: number, range: VerifyRange) => void): void {
  for (const connection of r.connections.values()) {
    for (const device of connection.devices.values()) {
      const waiting = [...(device.verify.run?.ranges ?? [])].filter(([, range]) => range.waits);
      for (const [request, range] of waiting) act(device, request, range);
    }
  }
}

function stopWaiting(r: Resource, range: VerifyRange): void {
  if (range.waits) r.dagtagWaiters -= 1;
  range.waits = false;
}

/** @param reason why it was broken off; undefined: everything was looked at. The next verify goes on from there. */
export function endVerify(r: Resource, device: PeerDevice, reason: string | undefined): void {
  const { volume, connection, verify } = device;
  const { run } = verify;
  if (run === undefined) return;
  verify.run = undefined;
  verify.resumeAt = run.cursor;
  for (const range of run.ranges.values()) {
    verify.resumeAt = Math.min(verify.resumeAt, range.firstBlock);
    stopWaiting(r, range);
  }
  if (reason === undefined) verify.resumeAt = 0;
  const { done, different, skipped } = run;
  r.ports.notify({
    kind: 'verify-end',
    peer: connection.peer,
    volume: volume.number,
    blocks: done,
    different,
    skipped,
    ...(reason === undefined ? {} : { reason }),
  });
  if (different > 0) tellHandler(r, { name: 'out-of-sync', peer: connection.peer, volume: volume.number });
  if (device.replication !== 'VerifyS' || connection.link === undefined) return;
  setReplication(r, device, 'Established');
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'OV_STATE',
    volume: volume.number,
    running: false,
    isDriver: true,
  });
}

/** Verify ends when one of the two disks is no longer UpToDate, when a resync begins, or with the link. */
export function reconsiderVerifies(r: Resource): void {
  if (r.dagtagWaiters > 0) retryVerifyWaiters(r);
  for (const connection of r.connections.values()) {
    for (const device of connection.devices.values()) {
      // What is marked is for a handshake now, or one of the two is being made anew: marks mean the usual again.
      if (!isComparable(device)) device.verify.found = false;
      if (device.verify.run !== undefined && (device.replication !== 'VerifyS' || !isComparable(device)))
        endVerify(r, device, 'the two disks are no longer in sync');
      else if (device.replication === 'VerifyT' && !isComparable(device)) leaveVerify(r, device);
    }
  }
}

function leaveVerify(r: Resource, device: PeerDevice): void {
  const { connection, volume } = device;
  setReplication(r, device, 'Established');
  if (connection.link === undefined) return;
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'OV_STATE',
    volume: volume.number,
    running: false,
    isDriver: false,
  });
}
