/** Bodies of what survivors of a Primary, and the ends of a resync, tell each other. Tables: docs/protocol.md. */
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import { HANDSHAKES_MAX, handshakesBytes, readHandshakes, writeHandshakes } from './handshake-bodies.ts';

const FIXED_BYTES = 26;

export const PEER_DAGTAG_BODY: BodyCodec<FrameOf<'PEER_DAGTAG'>> = {
  number: 42,
  stream: 'data',
  hasPayload: false,
  hasVolume: false,
  flags: 0,
  bodyMin: FIXED_BYTES + 2,
  bodyMax: FIXED_BYTES + HANDSHAKES_MAX,
  bodyBytes: (frame) => FIXED_BYTES + handshakesBytes(frame.volumes),
  write(frame, out) {
    out.u8(frame.lost);
    out.u53(frame.sequence);
    out.u53(frame.answers);
    out.optionalNode(frame.lastPrimary);
    out.u53(frame.lastDagtag);
    writeHandshakes(frame.volumes, out);
  },
  read(from) {
    const lost = from.node();
    const sequence = from.u53();
    const answers = from.u53();
    const lastPrimary = from.optionalNode();
    const lastDagtag = from.u53();
    return { type: 'PEER_DAGTAG', lost, sequence, answers, lastPrimary, lastDagtag, volumes: readHandshakes(from) };
  },
};

/** Header flag. */
const ON = 1;

export const ENABLE_REPLICATION_BODY: BodyCodec<FrameOf<'ENABLE_REPLICATION'>> = {
  number: 43,
  stream: 'data',
  hasPayload: false,
  hasVolume: true,
  flags: ON,
  bodyMin: 0,
  bodyMax: 0,
  bodyBytes: () => 0,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = frame.on ? ON : 0;
  },
  read: (from) => ({ type: 'ENABLE_REPLICATION', volume: from.headerVolume(), on: (from.flags & ON) !== 0 }),
};

export const DAGTAG_BODY = fixedBody<FrameOf<'DAGTAG'>>({
  number: 44,
  stream: 'data',
  bytes: 8,
  write: (frame, out) => out.u53(frame.dagtag),
  read: (from) => ({ type: 'DAGTAG', dagtag: from.u53() }),
});
