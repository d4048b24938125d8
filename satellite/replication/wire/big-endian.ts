/**
 * Big-endian fields of headers and bodies. Numbers above 32 bits travel as two 32-bit halves and stay below 2^53;
 * generations are 64-bit and need bigint. One writer and one reader serve all frames (nothing here is re-entrant), so
 * that the hot path allocates nothing but the frame itself.
 */
import { assert } from '../../../common/assert.ts';
import {
  type Generation,
  type NodeId,
  NODES_MAX,
  type PeerMask,
  VOLUME_NUMBER_MAX,
  type VolumeNumber,
} from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import type { Payload } from '../payload.ts';
import { WireError } from './wire-error.ts';

const TWO_32 = 0x1_0000_0000;
const HIGH_MAX = 0x1f_ffff;
const NO_BYTES = new Uint8Array(0);

export const NO_VOLUME = 0xffff;
const NO_NODE = 0xff;

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

// Callers have checked that the field lies inside; the cast keeps a check per byte out of the hot path.
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] as number;

export const getU16 = (bytes: Uint8Array, at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);

export const getU32 = (bytes: Uint8Array, at: number): number =>
  ((byteAt(bytes, at) << 24) | (byteAt(bytes, at + 1) << 16) | (byteAt(bytes, at + 2) << 8) | byteAt(bytes, at + 3)) >>>
  0;

/** Writes one body; `volume` and `flags` go into the header. Out-of-range values are our own defects: InvariantError. */
export class WireWriter {
  flags = 0;
  volume = NO_VOLUME;
  #bytes: Uint8Array = NO_BYTES;
  #at = 0;

  /** The caller has made room for the whole body. */
  start(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.flags = 0;
    this.volume = NO_VOLUME;
  }

  /** Lets go of the buffer. @returns the offset behind the last field. */
  finish(): number {
    this.#bytes = NO_BYTES;
    return this.#at;
  }

  u8(value: number): void {
    assert((value & 0xff) === value, 'an 8-bit field');
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  u16(value: number): void {
    assert((value & 0xffff) === value, 'a 16-bit field');
    putU16(this.#bytes, this.#at, value);
    this.#at += 2;
  }

  u32(value: number): void {
    assert(value >>> 0 === value, 'a 32-bit field');
    putU32(this.#bytes, this.#at, value);
    this.#at += 4;
  }

  u53(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'a field below 2^53');
    const high = Math.floor(value / TWO_32);
    putU32(this.#bytes, this.#at, high);
    putU32(this.#bytes, this.#at + 4, value - high * TWO_32);
    this.#at += 8;
  }

  u64(value: bigint): void {
    assert(value >= 0n && value < 1n << 64n, 'a 64-bit field');
    putU32(this.#bytes, this.#at, Number(value >> 32n));
    putU32(this.#bytes, this.#at + 4, Number(value & 0xffff_ffffn));
    this.#at += 8;
  }

  optionalNode(value: NodeId | undefined): void {
    this.u8(value ?? NO_NODE);
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }
}

/** Reads one body whose checksum has matched. Every method throws WireError on bytes that no peer of ours would send. */
export class WireReader {
  /** From the header. */
  flags = 0;
  payload: Payload | undefined;
  #volume = NO_VOLUME;
  #bytes: Uint8Array = NO_BYTES;
  #at = 0;
  #end = 0;

  start(bytes: Uint8Array, at: number, end: number, flags: number, volume: number, payload: Payload | undefined): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.flags = flags;
    this.#volume = volume;
    this.payload = payload;
  }

  /** Lets go of the buffers. */
  release(): void {
    this.#bytes = NO_BYTES;
    this.payload = undefined;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    const at = this.#take(1);
    return byteAt(this.#bytes, at);
  }

  u16(): number {
    const at = this.#take(2);
    return getU16(this.#bytes, at);
  }

  u32(): number {
    const at = this.#take(4);
    return getU32(this.#bytes, at);
  }

  u53(): number {
    const at = this.#take(8);
    const high = getU32(this.#bytes, at);
    if (high > HIGH_MAX) throw new WireError('PROTOCOL_ERROR', 'a number is 2^53 or more');
    return high * TWO_32 + getU32(this.#bytes, at + 4);
  }

  u64(): bigint {
    const at = this.#take(8);
    return (BigInt(getU32(this.#bytes, at)) << 32n) | BigInt(getU32(this.#bytes, at + 4));
  }

  generation(): Generation {
    return this.u64() as Generation;
  }

  mask(): PeerMask {
    return this.u32() as PeerMask;
  }

  node(): NodeId {
    const value = this.u8();
    if (value >= NODES_MAX) throw new WireError('PROTOCOL_ERROR', 'a node id is above 31');
    return value as NodeId;
  }

  optionalNode(): NodeId | undefined {
    const value = this.u8();
    if (value === NO_NODE) return undefined;
    if (value >= NODES_MAX) throw new WireError('PROTOCOL_ERROR', 'a node id is above 31');
    return value as NodeId;
  }

  /** A volume number inside a body. */
  volumeField(): VolumeNumber {
    const value = this.u16();
    if (value > VOLUME_NUMBER_MAX) throw new WireError('PROTOCOL_ERROR', 'a volume number is above 65534');
    return value as VolumeNumber;
  }

  /** The volume of the header, for types that have one. */
  headerVolume(): VolumeNumber {
    if (this.#volume === NO_VOLUME) throw new WireError('PROTOCOL_ERROR', 'the volume is missing');
    return this.#volume as VolumeNumber;
  }

  /** @param fieldBytes 4 or 8. @returns a length in 1..max such that the range ends below 2^53. */
  range(offset: Bytes, fieldBytes: 4 | 8, max: number): Bytes {
    const length = fieldBytes === 4 ? this.u32() : this.u53();
    if (length > max) throw new WireError('FRAME_TOO_LARGE', 'a range is longer than allowed');
    if (length === 0 || !Number.isSafeInteger(offset + length))
      throw new WireError('PROTOCOL_ERROR', 'a range is empty or ends beyond 2^53');
    return length as Bytes;
  }

  count(fieldBytes: 1 | 2, max: number): number {
    const count = fieldBytes === 1 ? this.u8() : this.u16();
    if (count > max) throw new WireError('FRAME_TOO_LARGE', 'a list is longer than allowed');
    return count;
  }

  /** The rest of the body, as a view. */
  rest(): Uint8Array {
    const view = this.#bytes.subarray(this.#at, this.#end);
    this.#at = this.#end;
    return view;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#end) throw new WireError('PROTOCOL_ERROR', 'a body is shorter than its fields');
    this.#at = at + length;
    return at;
  }
}
