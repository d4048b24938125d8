/** Bodies of the data path on the data stream: writes, reads, resync, bitmap. Tables: docs/protocol.md. */
import { assert } from '../../../common/assert.ts';
import type { Bytes } from '../../../common/units.ts';
import type { Payload } from '../payload.ts';
import type { WireReader } from './big-endian.ts';
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import { readRange, writeRange } from './comparison-bodies.ts';
import {
  PAYLOAD_DIGEST_BYTES_MAX,
  payloadDigestBytes,
  readPayloadDigest,
  writePayloadDigest,
} from './digest-fields.ts';
import { BITMAP_BLOCKS_MAX, BITMAP_BYTES_MAX, DISCARD_BYTES_MAX, REQUEST_BYTES_MAX } from './limits.ts';
import { WireError } from './wire-error.ts';

/** Header flags of DATA, TRIM and ZEROES. */
const WANTS_RECV_ACK = 1;
const WANTS_WRITE_ACK = 2;
const MAY_UNMAP = 4;
/** Header flags of BITMAP. */
const LAST = 1;
const RUN_LENGTH = 2;
/** Header flags of RESYNC_PAUSED. */
const PAUSED = 1;
const IDLE = 2;

const BITMAP_FIXED_BYTES = 16;

/** The header has promised it, so whoever decodes has it. */
function payloadOf(from: WireReader): Payload {
  assert(from.payload !== undefined, 'a frame with payload is decoded with its payload');
  return from.payload;
}

type PayloadFrame = FrameOf<'DATA'> | FrameOf<'DATA_REPLY'> | FrameOf<'RS_DATA_REPLY'>;

/** Fields of a fixed length, and behind them the digest of the payload where the sender adds one. */
function payloadBody<F extends PayloadFrame>(
  body: Omit<Parameters<typeof fixedBody<F>>[0], 'hasPayload' | 'stream'>,
): BodyCodec<F> {
  return {
    ...fixedBody<F>({ ...body, stream: 'data', hasPayload: true }),
    bodyMax: body.bytes + PAYLOAD_DIGEST_BYTES_MAX,
    bodyBytes: (frame) => body.bytes + payloadDigestBytes(frame.integrity),
    write(frame, out) {
      body.write(frame, out);
      writePayloadDigest(frame.integrity, out);
    },
  };
}

export const DATA_BODY = payloadBody<FrameOf<'DATA'>>({
  number: 6,
  bytes: 28,
  flags: WANTS_RECV_ACK | WANTS_WRITE_ACK,
  hasVolume: true,
  write(frame, out) {
    assert(frame.length === frame.payload.byteLength, 'the payload of a write is as long as its range');
    out.volume = frame.volume;
    out.flags = (frame.wantsRecvAck ? WANTS_RECV_ACK : 0) | (frame.wantsWriteAck ? WANTS_WRITE_ACK : 0);
    out.u53(frame.request);
    out.u53(frame.dagtag);
    out.u53(frame.offset);
    out.u32(frame.payloadChecksum);
  },
  read(from) {
    const payload = payloadOf(from);
    const request = from.u53();
    const dagtag = from.u53();
    const offset = from.u53() as Bytes;
    const payloadChecksum = from.u32();
    const length = payload.byteLength as Bytes;
    if (!Number.isSafeInteger(offset + length)) throw new WireError('PROTOCOL_ERROR', 'a write ends beyond 2^53');
    const wantsRecvAck = (from.flags & WANTS_RECV_ACK) !== 0;
    const wantsWriteAck = (from.flags & WANTS_WRITE_ACK) !== 0;
    const volume = from.headerVolume();
    return {
      type: 'DATA',
      volume,
      request,
      dagtag,
      offset,
      length,
      wantsRecvAck,
      wantsWriteAck,
      payloadChecksum,
      integrity: readPayloadDigest(from),
      payload,
    };
  },
});

export const rangeWriteBody = (type: 'TRIM' | 'ZEROES', number: number): BodyCodec<FrameOf<'TRIM'>> =>
  fixedBody<FrameOf<'TRIM'>>({
    number,
    stream: 'data',
    bytes: 32,
    flags: WANTS_RECV_ACK | WANTS_WRITE_ACK | MAY_UNMAP,
    hasVolume: true,
    write(frame, out) {
      assert(frame.length <= DISCARD_BYTES_MAX, 'a range within the limit of one frame');
      out.volume = frame.volume;
      out.flags =
        (frame.wantsRecvAck ? WANTS_RECV_ACK : 0) |
        (frame.wantsWriteAck ? WANTS_WRITE_ACK : 0) |
        (frame.mayUnmap ? MAY_UNMAP : 0);
      out.u53(frame.request);
      out.u53(frame.dagtag);
      out.u53(frame.offset);
      out.u53(frame.length);
    },
    read(from) {
      const request = from.u53();
      const dagtag = from.u53();
      const offset = from.u53() as Bytes;
      const length = from.range(offset, 8, DISCARD_BYTES_MAX);
      const wantsRecvAck = (from.flags & WANTS_RECV_ACK) !== 0;
      const wantsWriteAck = (from.flags & WANTS_WRITE_ACK) !== 0;
      const mayUnmap = (from.flags & MAY_UNMAP) !== 0;
      return {
        type,
        volume: from.headerVolume(),
        request,
        dagtag,
        offset,
        length,
        wantsRecvAck,
        wantsWriteAck,
        mayUnmap,
      };
    },
  });

export const BARRIER_BODY = fixedBody<FrameOf<'BARRIER'>>({
  number: 9,
  stream: 'data',
  bytes: 8,
  write: (frame, out) => out.u53(frame.epoch),
  read: (from) => ({ type: 'BARRIER', epoch: from.u53() }),
});

export const DATA_REQUEST_BODY = fixedBody<FrameOf<'DATA_REQUEST'>>({
  number: 10,
  stream: 'data',
  bytes: 20,
  hasVolume: true,
  write(frame, out) {
    assert(frame.length <= REQUEST_BYTES_MAX, 'a read within the limit of one frame');
    out.volume = frame.volume;
    out.u53(frame.request);
    out.u53(frame.offset);
    out.u32(frame.length);
  },
  read(from) {
    const request = from.u53();
    const offset = from.u53() as Bytes;
    const length = from.range(offset, 4, REQUEST_BYTES_MAX);
    return { type: 'DATA_REQUEST', volume: from.headerVolume(), request, offset, length };
  },
});

export const DATA_REPLY_BODY = payloadBody<FrameOf<'DATA_REPLY'>>({
  number: 11,
  bytes: 12,
  write(frame, out) {
    out.u53(frame.request);
    out.u32(frame.payloadChecksum);
  },
  read: (from) => ({
    type: 'DATA_REPLY',
    request: from.u53(),
    payloadChecksum: from.u32(),
    integrity: readPayloadDigest(from),
    payload: payloadOf(from),
  }),
});

export const OUT_OF_SYNC_BODY = fixedBody<FrameOf<'OUT_OF_SYNC'>>({
  number: 12,
  stream: 'data',
  bytes: 16,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.u53(frame.offset);
    out.u53(frame.length);
  },
  read(from) {
    const offset = from.u53() as Bytes;
    const length = from.range(offset, 8, Number.MAX_SAFE_INTEGER);
    return { type: 'OUT_OF_SYNC', volume: from.headerVolume(), offset, length };
  },
});

/** The bits are the rest of the body. */
export const BITMAP_BODY: BodyCodec<FrameOf<'BITMAP'>> = {
  number: 13,
  stream: 'data',
  hasPayload: false,
  hasVolume: true,
  flags: LAST | RUN_LENGTH,
  bodyMin: BITMAP_FIXED_BYTES + 1,
  bodyMax: BITMAP_FIXED_BYTES + BITMAP_BYTES_MAX,
  bodyBytes: (frame) => BITMAP_FIXED_BYTES + frame.bits.length,
  write(frame, out) {
    assert(frame.bits.length > 0 && frame.bits.length <= BITMAP_BYTES_MAX, 'bits within the limit of one frame');
    assert(frame.blocks > 0 && frame.blocks <= BITMAP_BLOCKS_MAX, 'blocks within the limit of one frame');
    const plain = frame.encoding === 'plain';
    assert(!plain || frame.bits.length === Math.ceil(frame.blocks / 8), 'plain bits as many as blocks');
    out.volume = frame.volume;
    out.flags = (frame.last ? LAST : 0) | (plain ? 0 : RUN_LENGTH);
    out.u53(frame.firstBlock);
    out.u32(frame.blocks);
    out.u32(frame.blockBytes);
    out.bytes(frame.bits);
  },
  read(from) {
    const firstBlock = from.u53();
    const blocks = from.u32();
    const blockBytes = from.u32() as Bytes;
    const bits = from.rest();
    if (blocks > BITMAP_BLOCKS_MAX) throw new WireError('FRAME_TOO_LARGE', 'a bitmap covers more blocks than allowed');
    if (blocks === 0 || !Number.isSafeInteger(firstBlock + blocks))
      throw new WireError('PROTOCOL_ERROR', 'a bitmap covers an empty or endless range');
    const encoding = (from.flags & RUN_LENGTH) === 0 ? 'plain' : 'run-length';
    if (encoding === 'plain' && bits.length !== Math.ceil(blocks / 8))
      throw new WireError('PROTOCOL_ERROR', 'plain bits do not match their blocks');
    const last = (from.flags & LAST) !== 0;
    return { type: 'BITMAP', volume: from.headerVolume(), firstBlock, blocks, blockBytes, encoding, bits, last };
  },
};

export const RS_DATA_REQUEST_BODY = fixedBody<FrameOf<'RS_DATA_REQUEST'>>({
  number: 14,
  stream: 'data',
  bytes: 29,
  hasVolume: true,
  write: writeRange,
  read: (from) => ({ type: 'RS_DATA_REQUEST', ...readRange(from) }),
});

export const RS_DATA_REPLY_BODY = payloadBody<FrameOf<'RS_DATA_REPLY'>>({
  number: 16,
  bytes: 12,
  write(frame, out) {
    out.u53(frame.request);
    out.u32(frame.payloadChecksum);
  },
  read: (from) => ({
    type: 'RS_DATA_REPLY',
    request: from.u53(),
    payloadChecksum: from.u32(),
    integrity: readPayloadDigest(from),
    payload: payloadOf(from),
  }),
});

export const RESYNC_PAUSED_BODY = fixedBody<FrameOf<'RESYNC_PAUSED'>>({
  number: 17,
  stream: 'data',
  bytes: 0,
  flags: PAUSED | IDLE,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = (frame.paused ? PAUSED : 0) | (frame.idle ? IDLE : 0);
  },
  read: (from) => ({
    type: 'RESYNC_PAUSED',
    volume: from.headerVolume(),
    paused: (from.flags & PAUSED) !== 0,
    idle: (from.flags & IDLE) !== 0,
  }),
});

export const PEER_ACK_BODY = fixedBody<FrameOf<'PEER_ACK'>>({
  number: 18,
  stream: 'data',
  bytes: 12,
  write(frame, out) {
    out.u53(frame.dagtag);
    out.u32(frame.mask);
  },
  read: (from) => ({ type: 'PEER_ACK', dagtag: from.u53(), mask: from.mask() }),
});

export const PEERS_IN_SYNC_BODY = fixedBody<FrameOf<'PEERS_IN_SYNC'>>({
  number: 23,
  stream: 'data',
  bytes: 21,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.u64(frame.current);
    out.u32(frame.mask);
    out.optionalNode(frame.dagtagNode);
    out.u53(frame.dagtag);
  },
  read: (from) => ({
    type: 'PEERS_IN_SYNC',
    volume: from.headerVolume(),
    current: from.generation(),
    mask: from.mask(),
    dagtagNode: from.optionalNode(),
    dagtag: from.u53(),
  }),
});
