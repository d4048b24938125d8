/** Medians and ratios: the only statistics that a few rounds on one machine can carry. */
import { OperationError } from '../common/errors.ts';

/** The mean of the middle two for an even count. @throws OperationError INTERNAL for no values: a gap is not a number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new OperationError('INTERNAL', 'a median needs a value');
  return (lower + upper) / 2;
}

/** How many times `reference` the figure is; undefined where there is nothing to divide by. */
export function ratio(figure: number | undefined, reference: number | undefined): number | undefined {
  if (figure === undefined || reference === undefined || reference === 0) return undefined;
  return figure / reference;
}
