/** Bodies on the control stream: acks, refusals, pings, votes. All are fixed and small. Tables: docs/protocol.md. */
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';

export const PING_BODY = fixedBody<FrameOf<'PING'>>({
  number: 64,
  stream: 'control',
  bytes: 0,
  write: () => {},
  read: () => ({ type: 'PING' }),
});

export const PING_ACK_BODY = fixedBody<FrameOf<'PING_ACK'>>({
  number: 65,
  stream: 'control',
  bytes: 0,
  write: () => {},
  read: () => ({ type: 'PING_ACK' }),
});

export const writeAnswerBody = (type: FrameOf<'WRITE_ACK'>['type'], number: number): BodyCodec<FrameOf<'WRITE_ACK'>> =>
  fixedBody<FrameOf<'WRITE_ACK'>>({
    number,
    stream: 'control',
    bytes: 8,
    write: (frame, out) => out.u53(frame.request),
    read: (from) => ({ type, request: from.u53() }),
  });

export const NEG_DREPLY_BODY = fixedBody<FrameOf<'NEG_DREPLY'>>({
  number: 69,
  stream: 'control',
  bytes: 8,
  write: (frame, out) => out.u53(frame.request),
  read: (from) => ({ type: 'NEG_DREPLY', request: from.u53() }),
});

export const BARRIER_ACK_BODY = fixedBody<FrameOf<'BARRIER_ACK'>>({
  number: 70,
  stream: 'control',
  bytes: 12,
  write(frame, out) {
    out.u53(frame.epoch);
    out.u32(frame.writes);
  },
  read: (from) => ({ type: 'BARRIER_ACK', epoch: from.u53(), writes: from.u32() }),
});

export const DISK_FAILED_BODY = fixedBody<FrameOf<'DISK_FAILED'>>({
  number: 90,
  stream: 'control',
  bytes: 8,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.u53(frame.sequence);
  },
  read: (from) => ({ type: 'DISK_FAILED', volume: from.headerVolume(), sequence: from.u53() }),
});

export const resyncAnswerBody = (
  type: FrameOf<'RS_WRITE_ACK'>['type'],
  number: number,
): BodyCodec<FrameOf<'RS_WRITE_ACK'>> =>
  fixedBody<FrameOf<'RS_WRITE_ACK'>>({
    number,
    stream: 'control',
    bytes: 8,
    write: (frame, out) => out.u53(frame.request),
    read: (from) => ({ type, request: from.u53() }),
  });

export const RS_DONE_BODY = fixedBody<FrameOf<'RS_DONE'>>({
  number: 74,
  stream: 'control',
  bytes: 9,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.optionalNode(frame.dagtagNode);
    out.u53(frame.dagtag);
  },
  read: (from) => ({
    type: 'RS_DONE',
    volume: from.headerVolume(),
    dagtagNode: from.optionalNode(),
    dagtag: from.u53(),
  }),
});

export const twoPhaseVoteBody = (type: 'TWOPC_YES' | 'TWOPC_NO', number: number): BodyCodec<FrameOf<'TWOPC_YES'>> =>
  fixedBody<FrameOf<'TWOPC_YES'>>({
    number,
    stream: 'control',
    bytes: 8,
    write: (frame, out) => out.u53(frame.transaction),
    read: (from) => ({ type, transaction: from.u53() }),
  });
