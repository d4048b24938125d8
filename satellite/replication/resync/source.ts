/**
 * Resync, the side that gives. A request locks its range from the read until the target says that the block is
 * durable; only then is the bit cleared. Writes to the range wait meanwhile and reach both replicas afterwards.
 *
 * The end: RS_DONE (target has nothing left) → no bit here, nothing unsettled from a Primary → RS_FINISHED with our
 * generations → the target's STATE says UpToDate in our generation → the slot stops tracking → PEERS_IN_SYNC.
 */
import type { Bytes } from '../../../common/units.ts';
import { newLock } from '../write/intervals.ts';
import { inSyncMask } from './in-sync.ts';
import { clearBlocks, dirtyBits, reconsiderResync } from '../disk/marks.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import type { Payload } from '../payload.ts';
import { digestFor } from '../payload-digest.ts';
import {
  type Connection,
  connectedWith,
  defer,
  deviceOf,
  type PeerDevice,
  type Resource,
  type SourceRequest,
  startIo,
  type Volume,
} from '../state.ts';
import { equalDigests } from '../digest.ts';
import { awaitsSynchronousPeer, isBehind, reached } from './source-choice.ts';
import { showSourceState } from './suspension.ts';
import { tellPosition } from './unreplicated.ts';
import type { SourceWant } from './want.ts';
import { setReplication } from '../transitions.ts';
import type { ControlFrame, DataFrame, PeerGeneration } from '../wire/frames.ts';

const REQUEST_BYTES_MAX = 1_048_576;
/** A target keeps at most this many requests in flight; more is a broken peer. */
const OUTSTANDING_MAX = 4_096;
/** Blocks per OUT_OF_SYNC note when many marks are repeated. */
const MARKS_PER_NOTE = 32_768;

/** @returns a protocol error, or undefined. */
export function onResyncRequest(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'RS_DATA_REQUEST' | 'RS_CSUM_REQUEST' | 'RS_THIN_REQUEST' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'resync of an unknown volume';
  if (frame.length === 0 || frame.length > REQUEST_BYTES_MAX || frame.offset + frame.length > volume.sizeBytes)
    return 'resync of a forbidden range';
  const device = deviceOf(connection, volume);
  const source = device.source;
  if (volume.md !== undefined) {
    // A bit may only be cleared for a block that was covered whole.
    const blockBytes = volume.md.layout.blockBytes;
    const end = frame.offset + frame.length;
    if (frame.offset % blockBytes !== 0 || (end % blockBytes !== 0 && end !== volume.sizeBytes))
      return 'resync of part of a block';
  }
  // Asked before the target learned that we pulled ahead, perhaps long ago: it waits for no answer.
  if (device.replication === 'Ahead' || source?.bitsIn === false) {
    const { request } = frame;
    r.ports.send(connection.peer, connection.link, 'control', { type: 'RS_CANCEL_AHEAD', request });
    return undefined;
  }
  if (source === undefined && volume.disk === 'UpToDate') {
    // One end thinks there is a resync, the other does not: only a new handshake mends that.
    defer(r, {
      kind: 'drop-link',
      connection,
      state: 'NetworkFailure',
      reason: 'asked for a resync that has ended here',
    });
    return undefined;
  }
  // What the target got from us before we crashed, and we may have lost, must not come back as it was before that.
  const mayBeOlder = source?.wasInconsistent === true && awaitsSynchronousPeer(r, connection, volume);
  if (source === undefined || volume.disk !== 'UpToDate' || mayBeOlder) {
    r.ports.send(connection.peer, connection.link, 'control', { type: 'RS_CANCEL', request: frame.request });
    return undefined;
  }
  if (source.outstanding.size >= OUTSTANDING_MAX || source.outstanding.has(frame.request))
    return 'too many resync requests';
  const lock: SourceRequest['lock'] = newLock('rs-source', frame.offset, frame.length);
  const { request, offset, length, dagtagNode, dagtag } = frame;
  const entry: SourceRequest = {
    kind: 'rs-source',
    connection,
    link: connection.link,
    device,
    volume,
    request,
    offset,
    length,
    dagtagNode,
    dagtag,
    want: wantOf(frame),
    lock,
  };
  lock.owner = entry;
  source.done = undefined;
  source.outstanding.set(request, entry);
  startWhenCaughtUp(r, entry);
  return undefined;
}

function wantOf(
  frame: Extract<DataFrame, { type: 'RS_DATA_REQUEST' | 'RS_CSUM_REQUEST' | 'RS_THIN_REQUEST' }>,
): SourceWant {
  if (frame.type === 'RS_CSUM_REQUEST') return { kind: 'digest', algorithm: frame.algorithm, digest: frame.digest };
  return { kind: frame.type === 'RS_THIN_REQUEST' ? 'thin' : 'data' };
}

function startWhenCaughtUp(r: Resource, request: SourceRequest): void {
  const { device, volume } = request;
  if (request.dagtagNode !== undefined && request.dagtagNode !== r.node) {
    const progress = reached(r, request.dagtagNode, request.dagtag);
    if (progress === 'never') {
      cancelRequest(r, request);
      return;
    }
    if (progress === 'later') {
      device.source?.waitingDagtag.push(request);
      r.dagtagWaiters += 1;
      return;
    }
  }
  if (volume.locks.request(request.lock)) onSourceLocked(r, request);
}

/** We cannot promise to be as new as the target: its block stays marked, another source or a later try serves it. */
function cancelRequest(r: Resource, request: SourceRequest): void {
  request.device.source?.outstanding.delete(request.request);
  r.ports.send(request.connection.peer, request.link, 'control', { type: 'RS_CANCEL', request: request.request });
}

/** A stream that starts anew may never reach the position that was asked for: nobody waits for longer than a round of the self check. */
export function cancelDagtagWaiters(r: Resource): void {
  for (const connection of r.connections.values()) {
    for (const { source } of connection.devices.values()) {
      if (source === undefined || source.waitingDagtag.length === 0) continue;
      const waiting = source.waitingDagtag;
      source.waitingDagtag = [];
      r.dagtagWaiters -= waiting.length;
      for (const request of waiting) cancelRequest(r, request);
    }
  }
}

/** A Primary's stream has come further, or ended: requests that waited for it look again. */
export function retryDagtagWaiters(r: Resource): void {
  for (const connection of r.connections.values()) {
    for (const device of connection.devices.values()) {
      const source = device.source;
      if (source === undefined || source.waitingDagtag.length === 0) continue;
      const waiting = source.waitingDagtag;
      source.waitingDagtag = [];
      r.dagtagWaiters -= waiting.length;
      for (const request of waiting) if (source.outstanding.has(request.request)) startWhenCaughtUp(r, request);
    }
  }
}

export function onSourceLocked(r: Resource, request: SourceRequest): void {
  const { volume, connection } = request;
  if (connection.link !== request.link || request.device.source?.outstanding.get(request.request) !== request) {
    releaseLock(r, request);
    return;
  }
  const io = startIo(r, { kind: 'rs-read', volume, attachment: volume.attachment, owner: request });
  r.ports.readData(io, volume.number, request.offset as Bytes, request.length as Bytes);
}

export function onSourceRead(r: Resource, request: SourceRequest, ok: boolean, payload: Payload | undefined): void {
  const { connection, device } = request;
  // Released when the link ended or the target turned to another source.
  if (connection.link !== request.link || device.source?.outstanding.get(request.request) !== request) return;
  if (!ok || payload === undefined) {
    device.source.outstanding.delete(request.request);
    releaseLock(r, request);
    r.ports.send(connection.peer, request.link, 'control', { type: 'NEG_RS_DREPLY', request: request.request });
    return;
  }
  tellPosition(r, device);
  const { want } = request;
  // Nothing is sent, but the range stays locked as for a copy: until the target says that its block is durable.
  if (want.kind === 'digest') {
    const own = r.ports.digests(payload, want.algorithm, request.length as Bytes);
    if (equalDigests(own, want.digest)) {
      r.ports.send(connection.peer, request.link, 'control', { type: 'RS_IS_IN_SYNC', request: request.request });
      return;
    }
  } else if (want.kind === 'thin' && r.ports.isAllZero(payload)) {
    r.ports.send(connection.peer, request.link, 'data', { type: 'RS_DEALLOCATED', request: request.request });
    return;
  }
  device.sentBytes += request.length;
  r.ports.send(connection.peer, request.link, 'data', {
    type: 'RS_DATA_REPLY',
    request: request.request,
    payloadChecksum: r.ports.checksum(payload),
    integrity: digestFor(r, connection, payload),
    payload,
  });
}

/** The target has the block on stable storage: both ends are alike there. */
export function onResyncAck(r: Resource, connection: Connection, requestNumber: number): void {
  for (const device of connection.devices.values()) {
    const request = device.source?.outstanding.get(requestNumber);
    if (request === undefined || device.source === undefined || device.volume.md === undefined) continue;
    device.source.outstanding.delete(requestNumber);
    const blockBytes = device.volume.md.layout.blockBytes;
    const first = request.offset / blockBytes;
    const last = Math.ceil((request.offset + request.length) / blockBytes) - 1;
    device.source.doneBlocks += last - first + 1;
    clearBlocks(r, device, first, last);
    releaseLock(r, request);
    maybeFinish(r, device);
    return;
  }
}

function releaseLock(r: Resource, request: SourceRequest): void {
  for (const lock of request.volume.locks.release(request.lock))
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
}

export function onTargetDone(
  r: Resource,
  connection: Connection,
  frame: Extract<ControlFrame, { type: 'RS_DONE' }>,
): void {
  const volume = r.volumes.get(frame.volume);
  const device = volume === undefined ? undefined : deviceOf(connection, volume);
  if (device?.source === undefined) return;
  device.source.done = { dagtagNode: frame.dagtagNode, dagtag: frame.dagtag };
  maybeFinish(r, device);
}

export function maybeFinishAll(r: Resource): void {
  for (const connection of r.connections.values())
    for (const device of connection.devices.values()) maybeFinish(r, device);
}

/**
 * Nothing is left when no bit is set and no write of the Primary that the target follows is unsettled here: until its
 * PEER_ACK we do not know whether the target got it.
 */
function maybeFinish(r: Resource, device: PeerDevice): void {
  const { source, connection, volume } = device;
  if (isBehind(r, volume)) return;
  if (source?.done === undefined || connection.link === undefined || !source.bitsIn || source.outstanding.size > 0)
    return;
  if (dirtyBits(volume, connection.peer) > 0) {
    // Acknowledgements were lost to a pause: name again what is still marked here.
    source.done = undefined;
    repeatMarks(r, device);
    return;
  }
  const { dagtagNode, dagtag } = source.done;
  if (dagtagNode !== undefined && dagtagNode !== r.node) {
    if (reached(r, dagtagNode, dagtag) !== 'yes') return;
    const oldest = connectedWith(r, dagtagNode)?.unpeerAcked[0];
    if (oldest !== undefined && oldest.dagtag <= dagtag) return;
  }
  source.done = undefined;
  source.finishing = true;
  setReplication(r, device, 'Established');
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'RS_FINISHED',
    volume: volume.number,
    current: volume.current,
    inSync: inSyncMask(r, volume, connection.peer),
    bitmap: [...trackedGenerations(volume), ...changesUnderWay(r, volume)],
    history: volume.history,
  });
}

function repeatMarks(r: Resource, device: PeerDevice): void {
  const { volume, connection } = device;
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined || connection.link === undefined) return;
  const { blockBytes, blocks } = md.layout;
  for (let first = md.bitmap.nextSet(slot.slot, 0); first >= 0 && first < blocks; ) {
    const end = Math.min(md.bitmap.nextClear(slot.slot, first), first + MARKS_PER_NOTE, blocks);
    const length = Math.min(end * blockBytes, volume.sizeBytes) - first * blockBytes;
    const range = { offset: (first * blockBytes) as Bytes, length: length as Bytes };
    r.ports.send(connection.peer, connection.link, 'data', { type: 'OUT_OF_SYNC', volume: volume.number, ...range });
    first = md.bitmap.nextSet(slot.slot, end);
  }
}

/**
 * The peer has reasons to pause, or none any more. From a target it means as well: what it asked and has not got is void
 * (`idle`: it prefers another source for now, or yields to a pause of ours).
 */
export function onPaused(r: Resource, device: PeerDevice, frame: { paused: boolean; idle: boolean }): void {
  const { source } = device;
  device.suspension.peer = frame.paused && !frame.idle;
  reconsiderResync(r);
  if (source === undefined) return;
  source.peerPaused = frame.paused;
  showSourceState(r, device);
  if (!frame.paused) return;
  source.done = undefined;
  r.dagtagWaiters -= source.waitingDagtag.length;
  source.waitingDagtag = [];
  const dropped = [...source.outstanding.values()];
  source.outstanding.clear();
  for (const request of dropped) releaseLock(r, request);
}

/**
 * Nodes that our latest change of generation is on its way to, with a generation of 0: nothing is tracked for them, and no
 * write was completed without them. A target that took them for nodes that we do not know would start to track there, and its
 * copy of a change that dies with this Primary would pass for one that was written in (`isDeadEnd`).
 */
function changesUnderWay(r: Resource, volume: Volume): PeerGeneration[] {
  return [...r.connections.values()]
    .filter(({ peer }) => volume.md?.slots.get(peer)?.generation === NO_GENERATION)
    .filter((connection) => deviceOf(connection, volume).unconfirmed !== undefined)
    .map(({ peer }) => ({ node: peer, generation: NO_GENERATION }));
}

export function trackedGenerations(volume: Volume): PeerGeneration[] {
  const tracked: PeerGeneration[] = [];
  if (volume.md !== undefined) {
    for (const slot of volume.md.slots.values()) {
      if (slot.generation !== NO_GENERATION) tracked.push({ node: slot.node, generation: slot.generation });
    }
  }
  return tracked;
}

/** The peer's STATE arrived: if it is UpToDate in our generation, whatever we gave or wanted to give it is over. */
export function onPeerUpToDate(r: Resource, device: PeerDevice): void {
  const { source, connection, volume } = device;
  if (source === undefined || !sameGeneration(device.peerCurrent, volume.current)) return;
  abandonSource(r, device);
  setReplication(r, device, 'Established');
  defer(r, { kind: 'announce' });
  const slot = volume.md?.slots.get(connection.peer);
  if (source.finishing && slot !== undefined && dirtyBits(volume, connection.peer) === 0) {
    if (volume.md !== undefined && r.role !== 'Primary') volume.md.crashedPrimary = false;
    slot.generation = NO_GENERATION;
    settlePages(r, volume, 'all', false, { kind: 'nothing' });
    persistSuperblock(r, volume, { kind: 'nothing' });
    defer(r, { kind: 'tell-in-sync', volume });
  }
}

/** The link or the disk is gone, or the target found another source: unlock everything. */
export function abandonSource(r: Resource, device: PeerDevice): void {
  const source = device.source;
  if (source === undefined) return;
  device.source = undefined;
  device.suspension.handler = false;
  r.dagtagWaiters -= source.waitingDagtag.length;
  for (const request of source.outstanding.values()) releaseLock(r, request);
  if (source.doneBlocks > 0) {
    r.ports.notify({
      kind: 'resync-end',
      peer: device.connection.peer,
      volume: device.volume.number,
      side: 'source',
      blocks: source.doneBlocks,
    });
  }
}
