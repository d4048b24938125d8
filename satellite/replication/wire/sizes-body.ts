/** The body of SIZES: a disk has got another size, or its bitmap other blocks. Table: docs/protocol.md. */
import type { Bytes } from '../../../common/units.ts';
import { fixedBody, type FrameOf } from './body-codec.ts';

const SIZES_BYTES = 22;

export const SIZES_BODY = fixedBody<FrameOf<'SIZES'>>({
  number: 63,
  stream: 'data',
  bytes: SIZES_BYTES,
  write(frame, out) {
    out.u16(frame.volume);
    out.u53(frame.sizeBytes);
    out.u32(frame.blockBytes);
    out.u53(frame.zeroesFrom);
  },
  read: (from) => ({
    type: 'SIZES',
    volume: from.volumeField(),
    sizeBytes: from.u53() as Bytes,
    blockBytes: from.u32() as Bytes,
    zeroesFrom: from.u53() as Bytes,
  }),
});
