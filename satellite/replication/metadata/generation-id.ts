/** Generation identifiers (DRBD: UUIDs): 64 random bits whose lowest bit says "written by a Primary" (DRBD 9 §3.3). */
import type { Generation } from '../../../common/ids.ts';

/** No generation: nothing tracked in a bitmap slot. */
export const NO_GENERATION = 0n as Generation;
/** Fresh metadata whose data nobody vouches for. */
export const JUST_CREATED = 4n as Generation;

const PRIMARY_BIT = 1n;

/** Compares without the primary bit. */
export function sameGeneration(a: Generation, b: Generation): boolean {
  return (a | PRIMARY_BIT) === (b | PRIMARY_BIT);
}
