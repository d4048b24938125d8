/** Bodies of what the two ends of a resync agree on beside the blocks: who is ahead, who is mirrored to. Tables: docs/protocol.md. */
import type { Generation } from '../../../common/ids.ts';
import { assert } from '../../../common/assert.ts';
import { type BodyCodec, fixedBody, type FrameOf } from './body-codec.ts';
import { HISTORY_GENERATIONS_MAX } from './limits.ts';

/** Header flag of AHEAD: begins, and of ENABLE_REPLICATION: on. */
const ON = 1;
const AHEAD_FIXED_BYTES = 9;

export const AHEAD_BODY: BodyCodec<FrameOf<'AHEAD'>> = {
  number: 40,
  stream: 'data',
  hasPayload: false,
  hasVolume: true,
  flags: ON,
  bodyMin: AHEAD_FIXED_BYTES,
  bodyMax: AHEAD_FIXED_BYTES + HISTORY_GENERATIONS_MAX * 8,
  bodyBytes: (frame) => AHEAD_FIXED_BYTES + frame.history.length * 8,
  write(frame, out) {
    assert(frame.history.length <= HISTORY_GENERATIONS_MAX, 'a list within its limit');
    out.volume = frame.volume;
    out.flags = frame.ahead ? ON : 0;
    out.u64(frame.current);
    out.u8(frame.history.length);
    for (const generation of frame.history) out.u64(generation);
  },
  read(from) {
    const current = from.generation();
    const history: Generation[] = [];
    for (let left = from.count(1, HISTORY_GENERATIONS_MAX); left > 0; left -= 1) history.push(from.generation());
    return { type: 'AHEAD', volume: from.headerVolume(), ahead: (from.flags & ON) !== 0, current, history };
  },
};

export const ENABLE_REPLICATION_BODY = fixedBody<FrameOf<'ENABLE_REPLICATION'>>({
  number: 41,
  stream: 'data',
  bytes: 0,
  flags: ON,
  hasVolume: true,
  write(frame, out) {
    out.volume = frame.volume;
    out.flags = frame.enabled ? ON : 0;
  },
  read: (from) => ({ type: 'ENABLE_REPLICATION', volume: from.headerVolume(), enabled: (from.flags & ON) !== 0 }),
});

export const FLUSH_REQUESTS_BODY = fixedBody<FrameOf<'FLUSH_REQUESTS'>>({
  number: 42,
  stream: 'data',
  bytes: 8,
  write: (frame, out) => out.u53(frame.sequence),
  read: (from) => ({ type: 'FLUSH_REQUESTS', sequence: from.u53() }),
});

export const FLUSH_REQUESTS_ACK_BODY = fixedBody<FrameOf<'FLUSH_REQUESTS_ACK'>>({
  number: 43,
  stream: 'data',
  bytes: 16,
  write(frame, out) {
    out.u53(frame.sequence);
    out.u53(frame.dagtag);
  },
  read: (from) => ({ type: 'FLUSH_REQUESTS_ACK', sequence: from.u53(), dagtag: from.u53() }),
});
