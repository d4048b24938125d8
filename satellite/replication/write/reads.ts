/**
 * Reads: from the local disk when it may serve the range, or from an UpToDate peer (`read-balancing.ts` chooses). A remote read whose link
 * breaks, or that is refused, is asked elsewhere; it fails only when nobody is left (DRBD §2.7).
 */
import { OperationError } from '../../../common/errors.ts';
import { EMPTY_MASK, maskHas, maskWith } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { newLock } from './intervals.ts';
import { chooseCopy } from './read-balancing.ts';
import type { ClientRequestId, Payload } from '../payload.ts';
import { damageOf, digestFor } from '../payload-digest.ts';
import { isFrozen, isSuspended } from '../quorum/suspension.ts';
import {
  type ClientRead,
  type Connection,
  connectedWith,
  defer,
  type PeerRead,
  type ReadReply,
  type Resource,
  startIo,
  type Volume,
} from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';

const READ_BYTES_MAX = 1_048_576;

export function submitRead(r: Resource, client: ClientRequestId, volume: Volume, offset: number, length: number): void {
  const request = r.nextRequest;
  r.nextRequest += 1;
  volume.upperPending += 1;
  routeRead(r, { kind: 'client-read', client, volume, offset, length, request, from: undefined, tried: EMPTY_MASK });
}

function routeRead(r: Resource, read: ClientRead): void {
  const { volume } = read;
  const isLocalFit = !maskHas(read.tried, r.node) && mayReadLocally(volume, read.offset, read.length);
  const chosen = chooseCopy(r, read, isLocalFit);
  if (chosen === undefined) {
    failRead(r, read);
    return;
  }
  read.from = chosen;
  read.tried = maskWith(read.tried, chosen);
  if (chosen === r.node) {
    const io = startIo(r, { kind: 'client-read', volume, attachment: volume.attachment, owner: read });
    r.ports.readData(io, volume.number, read.offset as Bytes, read.length as Bytes);
    return;
  }
  const link = connectedWith(r, chosen)?.link;
  if (link === undefined) {
    routeRead(r, read);
    return;
  }
  r.reads.set(read.request, read);
  r.ports.send(chosen, link, 'data', {
    type: 'DATA_REQUEST',
    volume: volume.number,
    request: read.request,
    offset: read.offset as Bytes,
    length: read.length as Bytes,
  });
}

/** UpToDate, or Inconsistent with not a single mark towards anybody over the range. */
function mayReadLocally(volume: Volume, offset: number, length: number): boolean {
  if (volume.disk === 'UpToDate') return true;
  const md = volume.md;
  if (volume.disk !== 'Inconsistent' || md === undefined) return false;
  const first = Math.floor(offset / md.layout.blockBytes);
  const last = Math.floor((offset + length - 1) / md.layout.blockBytes);
  for (const slot of md.slots.values()) if (md.bitmap.anySet(slot.slot, first, last)) return false;
  return isBeingSynced(volume);
}

/** A clean range of an Inconsistent disk is good data only while a resync has told which ranges are not. */
function isBeingSynced(volume: Volume): boolean {
  return volume.syncing;
}

function endRead(r: Resource, read: ClientRead): void {
  read.volume.upperPending -= 1;
  // A demotion waits for the last one.
  if (read.volume.upperPending === 0) defer(r, { kind: 'reconsider-roles' });
}

function failRead(r: Resource, read: ClientRead): void {
  endRead(r, read);
  if (isSuspended(r)) return readAgain(r, read);
  r.ports.completeClient(read.client, {
    ok: false,
    error: new OperationError('NO_UP_TO_DATE_DATA', 'no up-to-date copy of the data can be read', {
      correction: 'Bring back a node that holds an UpToDate replica, or check its connection.',
    }),
  });
}

/** When I/O goes on. */
function readAgain(r: Resource, { client, volume, offset, length }: ClientRead): void {
  r.held.push({
    kind: 'client-read',
    id: client,
    volume: volume.number,
    offset: offset as Bytes,
    length: length as Bytes,
  });
}

export function onLocalReadDone(r: Resource, read: ClientRead, ok: boolean, payload: Payload | undefined): void {
  if (!ok || payload === undefined) {
    routeRead(r, read);
    return;
  }
  completeRead(r, read, payload);
}

/**
 * A read may see a write that has not completed. Were it answered at once and this node died, the write could be gone
 * everywhere although it had been seen: so the answer waits for every overlapping write that was under way by now.
 */
function completeRead(r: Resource, read: ClientRead, payload: Payload): void {
  const lock: ReadReply['lock'] = newLock('read-reply', read.offset, read.length);
  const reply: ReadReply = { kind: 'read-reply', read, payload, lock };
  lock.owner = reply;
  if (read.volume.locks.request(lock)) onReadReplyLocked(r, reply);
}

export function onReadReplyLocked(r: Resource, reply: ReadReply): void {
  const { read, payload } = reply;
  for (const lock of read.volume.locks.release(reply.lock))
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
  read.volume.readBytes += read.length;
  endRead(r, read);
  // What was true when it was read may have been overtaken.
  if (isFrozen(r)) return readAgain(r, read);
  r.ports.completeClient(read.client, { ok: true, payload });
}

/** @returns a protocol error, or undefined. */
export function onDataReply(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'DATA_REPLY' }>,
): string | undefined {
  const read = r.reads.get(frame.request);
  if (read === undefined || read.from !== connection.peer) return undefined; // given up or answered meanwhile
  if (frame.payload.byteLength !== read.length) return 'read reply of a wrong length';
  const damage = damageOf(r, connection, frame);
  if (damage !== undefined) return damage;
  r.reads.delete(frame.request);
  completeRead(r, read, frame.payload);
  return undefined;
}

export function onReadRefused(r: Resource, connection: Connection, request: number): void {
  const read = r.reads.get(request);
  if (read === undefined || read.from !== connection.peer) return;
  r.reads.delete(request);
  routeRead(r, read);
}

/** Reads that were asked of a lost peer are asked elsewhere. */
export function reissueReads(r: Resource): void {
  for (const read of [...r.reads.values()]) {
    const connection = read.from === undefined ? undefined : r.connections.get(read.from);
    if (connection !== undefined && connection.state === 'Connected') continue;
    r.reads.delete(read.request);
    routeRead(r, read);
  }
}

/** Serves a read of a peer. @returns a protocol error, or undefined. */
export function onDataRequest(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'DATA_REQUEST' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'read of an unknown volume';
  if (frame.length === 0 || frame.length > READ_BYTES_MAX || frame.offset + frame.length > volume.sizeBytes)
    return 'read of a forbidden range';
  const lock: PeerRead['lock'] = newLock('peer-read', frame.offset, frame.length);
  const read: PeerRead = {
    kind: 'peer-read',
    connection,
    link: connection.link,
    volume,
    offset: frame.offset,
    length: frame.length,
    request: frame.request,
    lock,
  };
  lock.owner = read;
  if (volume.locks.request(lock)) onPeerReadLocked(r, read);
  return undefined;
}

export function onPeerReadLocked(r: Resource, read: PeerRead): void {
  const { volume } = read;
  for (const lock of volume.locks.release(read.lock))
    if (lock.owner !== undefined) defer(r, { kind: 'granted', owner: lock.owner });
  if (volume.disk !== 'UpToDate') {
    r.ports.send(read.connection.peer, read.link, 'control', { type: 'NEG_DREPLY', request: read.request });
    return;
  }
  const io = startIo(r, { kind: 'peer-read', volume, attachment: volume.attachment, owner: read });
  r.ports.readData(io, volume.number, read.offset as Bytes, read.length as Bytes);
}

export function onPeerReadDone(r: Resource, read: PeerRead, ok: boolean, payload: Payload | undefined): void {
  const { connection, link } = read;
  if (connection.link !== link) return;
  if (!ok || payload === undefined) {
    r.ports.send(connection.peer, link, 'control', { type: 'NEG_DREPLY', request: read.request });
    return;
  }
  read.volume.readBytes += read.length;
  r.ports.send(connection.peer, link, 'data', {
    type: 'DATA_REPLY',
    request: read.request,
    payloadChecksum: r.ports.checksum(payload),
    integrity: digestFor(r, connection, payload),
    payload,
  });
}
