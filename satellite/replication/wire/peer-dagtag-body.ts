/** The body of PEER_DAGTAG: how far the sender got in the stream of a Primary that it has lost. Table: docs/protocol.md. */
import type { BodyCodec, FrameOf } from './body-codec.ts';
import { HANDSHAKES_MAX, handshakesBytes, readHandshakes, writeHandshakes } from './handshake-bodies.ts';

const FIXED_BYTES = 26;

export const PEER_DAGTAG_BODY: BodyCodec<FrameOf<'PEER_DAGTAG'>> = {
  number: 100,
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
