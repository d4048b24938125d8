/** Bodies of what compares instead of copying: checksum-based and thin resync, online verify, a resync on demand. Tables: docs/protocol.md. */
import { assert } from '../../../common/assert.ts';
import type { Bytes } from '../../../common/units.ts';
import { DIGEST_BYTES, DIGEST_BYTES_MAX } from '../digest.ts';
import type { WireReader, WireWriter } from './big-endian.ts';
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import { readAlgorithm, readDigest, writeAlgorithm, writeDigest } from './digest-fields.ts';
import type { ResyncRange } from './frames.ts';
import { REQUEST_BYTES_MAX, VERIFY_BLOCKS_MAX } from './limits.ts';
import { WireError } from './wire-error.ts';

const RANGE_BYTES = 29;
/** Header flags of OV_STATE. */
const RUNNING = 1;
const DRIVER = 2;
/** Header flag of START_SYNC: the receiver is to be source. */
const YOU_ARE_SOURCE = 1;
/** Header flag of START_SYNC_REPLY. */
const AGREED = 1;

export function writeRange(frame: ResyncRange, out: WireWriter): void {
  assert(frame.length <= REQUEST_BYTES_MAX, 'a resync request within the limit of one frame');
  out.volume = frame.volume;
  out.u53(frame.request);
  out.u53(frame.offset);
  out.u32(frame.length);
  out.optionalNode(frame.dagtagNode);
  out.u53(frame.dagtag);
}

export function readRange(from: WireReader): ResyncRange {
  const request = from.u53();
  const offset = from.u53() as Bytes;
  const length = from.range(offset, 4, REQUEST_BYTES_MAX);
  const dagtagNode = from.optionalNode();
  return { volume: from.headerVolume(), request, offset, length, dagtagNode, dagtag: from.u53() };
}

export const RS_CSUM_REQUEST_BODY: BodyCodec<FrameOf<'RS_CSUM_REQUEST'>> = {
  number: 50,
  stream: 'data',
  hasPayload: false,
  bodyMin: RANGE_BYTES + 1 + DIGEST_BYTES.crc32c,
  bodyMax: RANGE_BYTES + 1 + DIGEST_BYTES_MAX,
  flags: 0,
  hasVolume: true,
  bodyBytes: (frame) => RANGE_BYTES + 1 + frame.digest.length,
  write(frame, out) {
    writeRange(frame, out);
    writeAlgorithm(frame.algorithm, out);
    writeDigest(frame.digest, frame.algorithm, out);
  },
  read(from) {
    const range = readRange(from);
    const algorithm = readAlgorithm(from);
    // A copy: it may wait for a Primary's stream, and must not keep what the socket delivered alive.
    const digest = readDigest(from, algorithm).slice();
    return { type: 'RS_CSUM_REQUEST', ...range, algorithm, digest };
  },
};

export const RS_THIN_REQUEST_BODY = fixedBody<FrameOf<'RS_THIN_REQUEST'>>({
  number: 51,
  stream: 'data',
  bytes: RANGE_BYTES,
  hasVolume: true,
  write: writeRange,
  read: (from) => ({ type: 'RS_THIN_REQUEST', ...readRange(from) }),
});

export const RS_DEALLOCATED_BODY = fixedBody<FrameOf<'RS_DEALLOCATED'>>({
  number: 52,
  stream: 'data',
  bytes: 8,
  write: (frame, out) => out.u53(frame.request),
  read: (from) => ({ type: 'RS_DEALLOCATED', request: from.u53() }),
});

export const OV_STATE_BODY = fixedBody<FrameOf<'OV_STATE'>>({
  number: 53,
  stream: 'data',
  bytes: 0,
  flags: RUNNING | DRIVER,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = (frame.running ? RUNNING : 0) | (frame.isDriver ? DRIVER : 0);
  },
  read: (from) => ({
    type: 'OV_STATE',
    volume: from.headerVolume(),
    running: (from.flags & RUNNING) !== 0,
    isDriver: (from.flags & DRIVER) !== 0,
  }),
});

export const OV_REQUEST_BODY = fixedBody<FrameOf<'OV_REQUEST'>>({
  number: 54,
  stream: 'data',
  bytes: RANGE_BYTES + 1,
  hasVolume: true,
  write(frame, out) {
    writeRange(frame, out);
    writeAlgorithm(frame.algorithm, out);
  },
  read: (from) => ({ type: 'OV_REQUEST', ...readRange(from), algorithm: readAlgorithm(from) }),
});

const OV_REPLY_FIXED_BYTES = 17;

export const OV_REPLY_BODY: BodyCodec<FrameOf<'OV_REPLY'>> = {
  number: 55,
  stream: 'data',
  hasPayload: false,
  bodyMin: OV_REPLY_FIXED_BYTES,
  bodyMax: OV_REPLY_FIXED_BYTES + VERIFY_BLOCKS_MAX * DIGEST_BYTES_MAX,
  flags: 0,
  hasVolume: false,
  bodyBytes: (frame) => OV_REPLY_FIXED_BYTES + frame.digests.length,
  write(frame, out) {
    out.u53(frame.request);
    out.optionalNode(frame.dagtagNode);
    out.u53(frame.dagtag);
    out.bytes(frame.digests);
  },
  read: (from) => ({
    type: 'OV_REPLY',
    request: from.u53(),
    dagtagNode: from.optionalNode(),
    dagtag: from.u53(),
    // A copy: it outlives the buffer of the socket while the driver waits for its own read.
    digests: from.rest().slice(),
  }),
};

export const START_SYNC_BODY = fixedBody<FrameOf<'START_SYNC'>>({
  number: 56,
  stream: 'data',
  bytes: 1,
  flags: YOU_ARE_SOURCE,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = frame.youAre === 'source' ? YOU_ARE_SOURCE : 0;
    out.u8(frame.allBlocks ? 1 : 0);
  },
  read(from) {
    const all = from.u8();
    if (all > 1) throw new WireError('PROTOCOL_ERROR', 'a flag is neither 0 nor 1');
    const youAre = (from.flags & YOU_ARE_SOURCE) !== 0 ? 'source' : 'target';
    return { type: 'START_SYNC', volume: from.headerVolume(), youAre, allBlocks: all === 1 };
  },
});

export const START_SYNC_REPLY_BODY = fixedBody<FrameOf<'START_SYNC_REPLY'>>({
  number: 57,
  stream: 'data',
  bytes: 0,
  flags: AGREED,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = frame.agreed ? AGREED : 0;
  },
  read: (from) => ({ type: 'START_SYNC_REPLY', volume: from.headerVolume(), agreed: (from.flags & AGREED) !== 0 }),
});
