/**
 * In a share of the runs every frame travels as real bytes: encoded, cut into chunks at random places, decoded. Payload stays
 * opaque: a frame that has one is decoded in one piece beside it, and bytes that stand for the payload take the way through
 * the slices.
 */
import { decodeFrame, encodeFrame } from '../satellite/replication/wire/codec.ts';
import { FrameDecoder } from '../satellite/replication/wire/decoder.ts';
import type { Frame } from '../satellite/replication/wire/frames.ts';
import { ByteChunks } from '../satellite/replication/wire/byte-chunks.ts';
import { WireError } from '../satellite/replication/wire/wire-error.ts';
import { Violation } from './oracles/violation.ts';
import type { RandomStream } from './prng.ts';
import type { FrameFilter } from './sim-network.ts';

/** Larger payloads (of a resync) are not looked at byte by byte. */
const PAYLOAD_BYTES_MAX = 16_384;
/** No two places in a row look alike. */
const PATTERN = Uint8Array.from({ length: PAYLOAD_BYTES_MAX }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

export const typedFrames: FrameFilter = (frame: Frame) => frame;

export function throughCodec(random: RandomStream): FrameFilter {
  const decoder = new FrameDecoder();
  return (frame) => {
    const { header, payload } = encodeFrame(frame);
    const decoded = payload === undefined ? inSlices(decoder, header, random) : decodeFrame(header, payload);
    if (decoded instanceof WireError || decoded === undefined) {
      throw new Violation(
        'O30',
        `the codec does not read back its own ${frame.type}: ${decoded?.message ?? 'nothing'}`,
      );
    }
    if (!isAlike(frame, decoded)) {
      throw new Violation(
        'O30',
        `a ${frame.type} is another one after the wire: ${text(frame)} became ${text(decoded)}`,
      );
    }
    if (payload !== undefined && payload.byteLength <= PAYLOAD_BYTES_MAX) {
      const bytes = PATTERN.subarray(0, payload.byteLength);
      const got = payloadInSlices(decoder, header, bytes, random);
      if (got === undefined || Buffer.compare(Buffer.concat(got.chunks), bytes) !== 0)
        throw new Violation('O30', `the payload of a ${frame.type} is another one after the wire`);
    }
    return decoded;
  };
}

function inSlices(decoder: FrameDecoder, bytes: Uint8Array, random: RandomStream): Frame | WireError | undefined {
  const step = random.coin() ? bytes.length : 1 + random.below(16);
  for (let at = 0; at < bytes.length; at += step) decoder.push(bytes.subarray(at, at + step));
  return decoder.next();
}

function payloadInSlices(
  decoder: FrameDecoder,
  header: Uint8Array,
  payload: Uint8Array,
  random: RandomStream,
): ByteChunks | undefined {
  decoder.push(header);
  const step = 1 + random.below(payload.length);
  for (let at = 0; at < payload.length; at += step) decoder.push(payload.subarray(at, at + step));
  const frame = decoder.next();
  return frame !== undefined && 'payload' in frame && frame.payload instanceof ByteChunks ? frame.payload : undefined;
}

/** Field by field, in the order of the type; payload is opaque and travels beside. */
function isAlike(sent: unknown, got: unknown): boolean {
  if (Object.is(sent, got)) return true;
  if (typeof sent !== 'object' || typeof got !== 'object' || sent === null || got === null) return false;
  if (sent instanceof Uint8Array && got instanceof Uint8Array) {
    return sent.length === got.length && sent.every((byte, at) => byte === got[at]);
  }
  const fields = new Map<string, unknown>(Object.entries(got));
  for (const [key, value] of Object.entries(sent)) {
    if (value === undefined && !fields.has(key)) continue;
    if (key !== 'payload' && !isAlike(value, fields.get(key))) return false;
    fields.delete(key);
  }
  return [...fields.values()].every((rest) => rest === undefined);
}

const text = (frame: Frame): string =>
  JSON.stringify(frame, (key, value: unknown) =>
    key === 'payload' ? undefined : typeof value === 'bigint' ? value.toString(16) : value,
  );
