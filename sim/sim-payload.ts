/**
 * The simulator's payload: a 32-bit version per sector instead of bytes. A version is the number of the client write
 * that wrote it; comparing replicas is comparing integers.
 */
import { assert } from '../common/assert.ts';
import { DIGEST_BYTES, type DigestAlgorithm } from '../satellite/replication/digest.ts';
import type { Payload } from '../satellite/replication/payload.ts';

/** Never written, or written with zeroes. */
export const ZERO_VERSION = 0;
/** What a power cut may leave of a write that was in flight. */
export const GARBAGE_VERSION = 0xffff_ffff;
/** Flipped on the wire: must never reach a disk or a client. */
export const CORRUPT_VERSION = 0xffff_fffd;

/** A medium that has changed what it holds, and does not say so. */
export const ROT_VERSION = 0xffff_fffb;

/** What a backing store held where it was made larger: another thing on every node. */
const JUNK_BASE = 0xe000_0000;
const JUNK_NODES = 64;
export const junkOf = (node: number): number => JUNK_BASE + node;
export const isJunk = (version: number): boolean => version >= JUNK_BASE && version < JUNK_BASE + JUNK_NODES;

export class SimPayload implements Payload {
  readonly byteLength: number;
  readonly versions: Uint32Array;
  /** The client write that made this payload; undefined when it was read from a disk (resync, remote read). */
  readonly writtenBy: number | undefined;

  constructor(byteLength: number, versions: Uint32Array, writtenBy: number | undefined) {
    this.byteLength = byteLength;
    this.versions = versions;
    this.writtenBy = writtenBy;
  }
}

export function simPayload(payload: Payload): SimPayload {
  assert(payload instanceof SimPayload, 'the core handed over a payload that is not from this simulator');
  return payload;
}

/**
 * Stands for CRC32C of the bytes. High bits are mixed down again after each sector: a product alone carries upwards only, and
 * the junk of node 0, which differs from zeroes in the three highest bits, would be equal to them every eighth time.
 */
export function checksumOf(payload: Payload): number {
  const { versions } = simPayload(payload);
  let hash = 0x811c9dc5;
  for (let i = 0; i < versions.length; i += 1) {
    hash = Math.imul(hash ^ (versions[i] ?? 0), 0x01000193) + 0x9e37;
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Stands for any digest: equal versions, equal digest. As long as the real one, so that frames and limits are the real ones. */
export function digestsOf(payload: Payload, algorithm: DigestAlgorithm, pieceBytes: number): Uint8Array {
  const { versions, byteLength } = simPayload(payload);
  const sectors = Math.max(1, Math.round((pieceBytes * versions.length) / byteLength));
  const pieces = Math.ceil(versions.length / sectors);
  const size = DIGEST_BYTES[algorithm];
  const digests = new Uint8Array(pieces * size);
  const view = new DataView(digests.buffer);
  for (let piece = 0; piece < pieces; piece += 1) {
    const part = versions.subarray(piece * sectors, (piece + 1) * sectors);
    view.setUint32(piece * size, checksumOf(new SimPayload(part.length, part, undefined)));
  }
  return digests;
}

export const isAllZero = (payload: Payload): boolean =>
  simPayload(payload).versions.every((version) => version === ZERO_VERSION);

/** The same frame payload with one sector flipped on the wire. */
export function corrupted(payload: SimPayload): SimPayload {
  const versions = payload.versions.slice();
  versions[versions.length >> 1] = CORRUPT_VERSION;
  return new SimPayload(payload.byteLength, versions, payload.writtenBy);
}
