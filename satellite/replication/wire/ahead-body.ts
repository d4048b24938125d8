/** The body of AHEAD: a Primary stops mirroring a volume to a peer, or is about to bring it back. Table: docs/protocol.md. */
import type { Generation } from '../../../common/ids.ts';
import { assert } from '../../../common/assert.ts';
import type { BodyCodec, FrameOf } from './body-codec.ts';
import { HISTORY_GENERATIONS_MAX } from './limits.ts';

/** Header flag: this is where it begins. */
const BEGINS = 1;
const AHEAD_FIXED_BYTES = 9;

export const AHEAD_BODY: BodyCodec<FrameOf<'AHEAD'>> = {
  number: 41,
  stream: 'data',
  hasPayload: false,
  hasVolume: true,
  flags: BEGINS,
  bodyMin: AHEAD_FIXED_BYTES,
  bodyMax: AHEAD_FIXED_BYTES + HISTORY_GENERATIONS_MAX * 8,
  bodyBytes: (frame) => AHEAD_FIXED_BYTES + frame.history.length * 8,
  write(frame, out) {
    assert(frame.history.length <= HISTORY_GENERATIONS_MAX, 'a list within its limit');
    out.volume = frame.volume;
    out.flags = frame.ahead ? BEGINS : 0;
    out.u64(frame.current);
    out.u8(frame.history.length);
    for (const generation of frame.history) out.u64(generation);
  },
  read(from) {
    const current = from.generation();
    const history: Generation[] = [];
    for (let left = from.count(1, HISTORY_GENERATIONS_MAX); left > 0; left -= 1) history.push(from.generation());
    return { type: 'AHEAD', volume: from.headerVolume(), ahead: (from.flags & BEGINS) !== 0, current, history };
  },
};
