/**
 * Frames to bytes and back: a fixed header with its own checksum, so that the lengths in it are believed only when they
 * are whole; a body with the typed fields; the payload of data frames behind it, opaque here (its checksum is a field
 * that the core compares). Pure and allocation-poor; used by the satellite's sockets and by the simulator.
 *
 *   0 magic u32 · 4 type u16 · 6 flags u16 · 8 volume u16 · 10 zero u16 · 12 body length u32 · 16 payload length u32
 *   · 20 CRC32C of the body u32 · 24 CRC32C of bytes 0..23 u32
 */
import { assert } from '../../../common/assert.ts';
import { crc32c } from '../../../common/crc32c.ts';
import type { Payload } from '../payload.ts';
import { getU16, getU32, NO_VOLUME, putU16, putU32, WireReader, WireWriter } from './big-endian.ts';
import { type AnyBodyCodec, codecOf, codecOfNumber } from './frame-table.ts';
import type { Frame } from './frames.ts';
import { REQUEST_BYTES_MAX } from './limits.ts';
import { WireError } from './wire-error.ts';

export const HEADER_BYTES = 28;
/** "LSF1" */
export const FRAME_MAGIC = 0x4c53_4631;

const TYPE_AT = 4;
const FLAGS_AT = 6;
const VOLUME_AT = 8;
const ZERO_AT = 10;
const BODY_LENGTH_AT = 12;
const PAYLOAD_LENGTH_AT = 16;
const BODY_CRC_AT = 20;
const HEADER_CRC_AT = 24;

export interface EncodedFrame {
  /** Header and body in one piece. */
  readonly header: Uint8Array;
  /** Follows the header on the wire. */
  readonly payload: Payload | undefined;
}

export interface FrameHeader {
  readonly codec: AnyBodyCodec;
  readonly flags: number;
  /** NO_VOLUME where the type has none. */
  readonly volume: number;
  readonly bodyBytes: number;
  readonly payloadBytes: number;
  readonly bodyChecksum: number;
}

const writer = new WireWriter();
const reader = new WireReader();

const payloadOfFrame = (frame: Frame): Payload | undefined => ('payload' in frame ? frame.payload : undefined);

/** Bytes of header and body, without the payload. */
export const encodedBytes = (frame: Frame): number => HEADER_BYTES + codecOf(frame).bodyBytes(frame);

/**
 * Writes header and body to `target` from `at` on, where `encodedBytes(frame)` bytes are free.
 * @throws InvariantError when the frame breaks a limit of limits.ts: whoever built it is wrong.
 */
export function encodeFrameInto(frame: Frame, target: Uint8Array, at: number): Payload | undefined {
  const codec = codecOf(frame);
  const bodyAt = at + HEADER_BYTES;
  assert(bodyAt + codec.bodyBytes(frame) <= target.length, 'room for the whole frame');
  writer.start(target, bodyAt);
  codec.write(frame, writer);
  const end = writer.finish();
  const payload = codec.hasPayload ? payloadOfFrame(frame) : undefined;
  const payloadBytes = payload?.byteLength ?? 0;
  assert(end - bodyAt <= codec.bodyMax && payloadBytes <= REQUEST_BYTES_MAX, 'a frame within its limits');
  assert(codec.hasPayload === payloadBytes > 0, 'a payload where the type has one');
  putU32(target, at, FRAME_MAGIC);
  putU16(target, at + TYPE_AT, codec.number);
  putU16(target, at + FLAGS_AT, writer.flags);
  putU16(target, at + VOLUME_AT, writer.volume);
  putU16(target, at + ZERO_AT, 0);
  putU32(target, at + BODY_LENGTH_AT, end - bodyAt);
  putU32(target, at + PAYLOAD_LENGTH_AT, payloadBytes);
  putU32(target, at + BODY_CRC_AT, checksumOf(target, bodyAt, end));
  putU32(target, at + HEADER_CRC_AT, checksumOf(target, at, at + HEADER_CRC_AT));
  return payload;
}

export function encodeFrame(frame: Frame): EncodedFrame {
  const header = new Uint8Array(encodedBytes(frame));
  const payload = encodeFrameInto(frame, header, 0);
  return { header, payload };
}

/** Reads the header at `at`, where HEADER_BYTES bytes are. Nothing in it is believed before its checksum matches. */
export function decodeHeader(bytes: Uint8Array, at: number): FrameHeader | WireError {
  assert(at + HEADER_BYTES <= bytes.length, 'the whole header is there');
  if (getU32(bytes, at) !== FRAME_MAGIC) return new WireError('PROTOCOL_ERROR', 'these bytes are not a frame');
  if (getU32(bytes, at + HEADER_CRC_AT) !== checksumOf(bytes, at, at + HEADER_CRC_AT)) {
    return new WireError('CHECKSUM_MISMATCH', 'a frame header is damaged');
  }
  const type = getU16(bytes, at + TYPE_AT);
  const codec = codecOfNumber(type);
  if (codec === undefined) return new WireError('PROTOCOL_ERROR', `unknown frame type ${type}`);
  const flags = getU16(bytes, at + FLAGS_AT);
  const volume = getU16(bytes, at + VOLUME_AT);
  if ((flags & ~codec.flags) !== 0 || getU16(bytes, at + ZERO_AT) !== 0) {
    return new WireError('PROTOCOL_ERROR', `frame type ${type} has unknown flags`);
  }
  if (codec.hasVolume !== (volume !== NO_VOLUME)) {
    return new WireError('PROTOCOL_ERROR', `frame type ${type} ${codec.hasVolume ? 'lacks its' : 'has a'} volume`);
  }
  const bodyBytes = getU32(bytes, at + BODY_LENGTH_AT);
  const payloadBytes = getU32(bytes, at + PAYLOAD_LENGTH_AT);
  if (bodyBytes > codec.bodyMax || payloadBytes > REQUEST_BYTES_MAX) {
    return new WireError('FRAME_TOO_LARGE', `frame type ${type} announces ${bodyBytes} + ${payloadBytes} bytes`);
  }
  if (bodyBytes < codec.bodyMin || codec.hasPayload !== payloadBytes > 0) {
    return new WireError('PROTOCOL_ERROR', `frame type ${type} has impossible lengths`);
  }
  return { codec, flags, volume, bodyBytes, payloadBytes, bodyChecksum: getU32(bytes, at + BODY_CRC_AT) };
}

/** @param payload of exactly `header.payloadBytes` bytes; undefined where the header promises none. */
export function decodeBody(
  header: FrameHeader,
  bytes: Uint8Array,
  at: number,
  payload: Payload | undefined,
): Frame | WireError {
  const end = at + header.bodyBytes;
  assert(end <= bytes.length, 'the whole body is there');
  assert((payload?.byteLength ?? 0) === header.payloadBytes, 'the payload that the header promises');
  if (checksumOf(bytes, at, end) !== header.bodyChecksum)
    return new WireError('CHECKSUM_MISMATCH', 'a frame body is damaged');
  try {
    reader.start(bytes, at, end, header.flags, header.volume, payload);
    const frame = header.codec.read(reader);
    if (reader.remaining > 0)
      return new WireError('PROTOCOL_ERROR', `frame type ${header.codec.number} has bytes behind its fields`);
    return frame;
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  } finally {
    reader.release();
  }
}

/** The inverse of `encodeFrame`, for whoever carries whole frames: the simulator, tests. */
export function decodeFrame(bytes: Uint8Array, payload: Payload | undefined): Frame | WireError {
  if (bytes.length < HEADER_BYTES) return new WireError('PROTOCOL_ERROR', 'a frame is shorter than its header');
  const header = decodeHeader(bytes, 0);
  if (header instanceof WireError) return header;
  if (bytes.length !== HEADER_BYTES + header.bodyBytes || (payload?.byteLength ?? 0) !== header.payloadBytes) {
    return new WireError('PROTOCOL_ERROR', 'a frame is not as long as its header says');
  }
  return decodeBody(header, bytes, HEADER_BYTES, payload);
}

const checksumOf = (bytes: Uint8Array, from: number, to: number): number =>
  from === to ? 0 : crc32c(bytes.subarray(from, to));
