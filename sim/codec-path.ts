/**
 * In a share of the runs every frame travels as real bytes: encoded, cut into chunks at random places, decoded. Payload stays
 * opaque: a frame that has one is decoded in one piece beside it.
 */
import { assert } from '../common/assert.ts';
import { decodeFrame, encodeFrame } from '../satellite/replication/wire/codec.ts';
import { FrameDecoder } from '../satellite/replication/wire/decoder.ts';
import type { Frame } from '../satellite/replication/wire/frames.ts';
import { WireError } from '../satellite/replication/wire/wire-error.ts';
import { Violation } from './oracles/violation.ts';
import type { RandomStream } from './prng.ts';
import type { FrameFilter } from './sim-network.ts';

export const typedFrames: FrameFilter = (frame: Frame) => frame;

export function throughCodec(random: RandomStream): FrameFilter {
  const decoder = new FrameDecoder();
  return (frame) => {
    const { header, payload } = encodeFrame(frame);
    const decoded = payload === undefined ? inSlices(decoder, header, random) : decodeFrame(header, payload);
    if (decoded instanceof WireError || decoded === undefined) {
      throw new Violation(
        'ASSERT',
        `the codec does not read back its own ${frame.type}: ${decoded?.message ?? 'nothing'}`,
      );
    }
    assert(decoded.type === frame.type, 'a frame keeps its type on the wire');
    return decoded;
  };
}

function inSlices(decoder: FrameDecoder, bytes: Uint8Array, random: RandomStream): Frame | WireError | undefined {
  const step = random.coin() ? bytes.length : 1 + random.below(16);
  for (let at = 0; at < bytes.length; at += step) decoder.push(bytes.subarray(at, at + step));
  return decoder.next();
}
