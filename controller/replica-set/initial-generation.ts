/** Which of the first replicas of a volume may start UpToDate together, without any initial sync. */
import { assert } from '../../common/assert.ts';
import { type ProviderKind, readsZeroAtFirst } from '../domain/storage-pool.ts';

/**
 * All that read as zeroes are equal, so they share one generation. Where none does (raw devices hold anything), the
 * first one is the truth by definition. All others start JUST_CREATED and get a full sync.
 * @param kinds of the pools of the first diskful replicas, in order.
 * @returns the generation of each, or undefined.
 */
export function initialGenerations(
  kinds: readonly ProviderKind[],
  newGeneration: () => string,
): (string | undefined)[] {
  const generation = newGeneration();
  assert(/^[0-9A-F]{16}$/.test(generation), 'a generation is 16 hex digits');
  const zeroed = kinds.map(readsZeroAtFirst);
  const anyZeroed = zeroed.includes(true);
  return zeroed.map((isZero, index) => (isZero || (!anyZeroed && index === 0) ? generation : undefined));
}
