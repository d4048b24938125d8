/** Online verify, the node that is asked (VerifyT): reads at the position that the request names, answers with digests. */
import type { Bytes } from '../../../common/units.ts';
import type { Payload } from '../payload.ts';
import { reached } from '../resync/source-choice.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, startIo, type VerifyRead } from '../state.ts';
import { setReplication } from '../transitions.ts';
import type { DataFrame } from '../wire/frames.ts';
import { VERIFY_BLOCKS_MAX } from '../wire/limits.ts';
import { askPeer, endVerify, onOwnRangeRead } from './driver.ts';
import { isComparable, readPosition, releaseVerifyLock, newVerifyRead } from './pair.ts';

type RequestFrame = Extract<DataFrame, { type: 'OV_REQUEST' }>;

/** The peer drives a verify, or ends one. @returns a protocol error, or undefined. */
export function onVerifyState(
  r: Resource,
  connection: Connection,
  frame: Extract<DataFrame, { type: 'OV_STATE' }>,
): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'verify of an unknown volume';
  const device = deviceOf(connection, volume);
  if (!frame.running) {
    if (!frame.isDriver) endVerify(r, device, 'the peer has ended it');
    else if (device.replication === 'VerifyT') setReplication(r, device, 'Established');
    return undefined;
  }
  if (device.verify.run !== undefined) {
    // Both began at once: the lower node id goes on. The other one also ends its own, should that have come to an end before.
    if (r.node < connection.peer) return undefined;
    endVerify(r, device, 'the peer verifies already');
    setReplication(r, device, 'VerifyT');
  } else if (device.replication === 'Established' && isComparable(device)) {
    setReplication(r, device, 'VerifyT');
  } else if (device.replication !== 'VerifyT') {
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'OV_STATE',
      volume: volume.number,
      running: false,
      isDriver: false,
    });
  }
  return undefined;
}

/** @returns a protocol error, or undefined. */
export function onVerifyRequest(r: Resource, connection: Connection, frame: RequestFrame): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined || connection.link === undefined) return 'verify of an unknown volume';
  const { offset, length } = frame;
  if (offset + length > volume.sizeBytes) return 'verify of a forbidden range';
  const device = deviceOf(connection, volume);
  const read = newVerifyRead(device, connection.link, frame, 'responder');
  const blockBytes = device.peerBlockBytes;
  if (blockBytes > 0 && (offset % blockBytes !== 0 || length > blockBytes * VERIFY_BLOCKS_MAX))
    return 'verify of part of a block';
  if (!isComparable(device) || !hasReached(r, frame)) refuse(r, read);
  else if (volume.locks.request(read.lock)) readForPeer(r, read);
  return undefined;
}

/** A range that the asking node is ahead in is not waited for: it is skipped, and the next one will be further on. */
function hasReached(r: Resource, { dagtagNode, dagtag }: RequestFrame): boolean {
  return dagtagNode === undefined || dagtagNode === r.node || reached(r, dagtagNode, dagtag) === 'yes';
}

/** No earlier write to the range is on its way to the backing store any more. */
export function onVerifyLocked(r: Resource, read: VerifyRead): void {
  if (read.side === 'driver') askPeer(r, read);
  else readForPeer(r, read);
}

function readForPeer(r: Resource, read: VerifyRead): void {
  const { device } = read;
  const { volume, connection } = device;
  releaseVerifyLock(r, read);
  if (connection.link !== read.link) return;
  if (!isComparable(device)) {
    refuse(r, read);
    return;
  }
  const io = startIo(r, { kind: 'verify-read', volume, attachment: volume.attachment, owner: read });
  r.ports.readData(io, volume.number, read.offset as Bytes, read.length as Bytes);
}

export function onVerifyRead(r: Resource, read: VerifyRead, payload: Payload | undefined): void {
  const { device } = read;
  if (device.connection.link !== read.link) return;
  if (read.side === 'driver') onOwnRangeRead(r, read, payload);
  else if (payload === undefined) refuse(r, read);
  else answer(r, device, read, payload);
}

/** The position is taken after the read: whatever it may have seen lies before that. */
function answer(r: Resource, device: PeerDevice, read: VerifyRead, payload: Payload): void {
  const { connection, volume } = device;
  if (volume.md === undefined || device.peerBlockBytes === 0) return;
  r.ports.send(connection.peer, read.link, 'data', {
    type: 'OV_REPLY',
    request: read.request,
    ...readPosition(r, connection),
    digests: r.ports.digests(payload, read.algorithm, device.peerBlockBytes),
  });
}

function refuse(r: Resource, read: VerifyRead): void {
  r.ports.send(read.device.connection.peer, read.link, 'data', {
    type: 'OV_REPLY',
    request: read.request,
    dagtagNode: undefined,
    dagtag: 0,
    digests: new Uint8Array(0),
  });
}
