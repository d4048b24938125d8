/** What replicas hold once all is healed: the same everywhere (O5), and nothing older than what was promised (O1, O4). */
import { type History, name } from './history.ts';
import { Violation } from './violation.ts';

/** One volume of one replica: a version per sector. */
export interface Image {
  readonly node: number;
  readonly view: Uint32Array | undefined;
}

/** @param sectors how many count; absent: all. @throws Violation O5 */
export function checkIdentical(volume: number, reference: Image, other: Image, sectors?: number): void {
  if (reference.view === undefined || other.view === undefined) return;
  const sector = firstDifference(other.view, reference.view, 0, sectors);
  if (sector >= 0) throw new Violation('O5', `after convergence ${describe(volume, sector, reference, other)}`);
}

/** @param views by volume. @throws Violation O1 or O4 */
export function checkLegal(history: History, views: readonly (Uint32Array | undefined)[]): void {
  views.forEach((view, volume) => {
    if (view === undefined) return;
    history.forEachTouched(volume, (sector) => {
      const held = view[sector] ?? 0;
      const problem = history.problemOf(volume, sector, held, Number.POSITIVE_INFINITY);
      if (problem === undefined) return;
      const where = `after convergence volume ${volume} sector ${sector}`;
      throw new Violation(
        problem.flipped ? 'O4' : 'O1',
        `${where} holds ${name(held)} everywhere, but ${problem.because}`,
      );
    });
  });
}

/** Index of the first difference at or after `from`, or -1. */
export function firstDifference(a: Uint32Array, b: Uint32Array, from = 0, end = a.length): number {
  // Nearly always there is none, and the whole is compared faster than its parts.
  if (from === 0 && end <= a.length && end <= b.length && areEqual(a, b, end)) return -1;
  for (let i = from; i < end; i += 1) if (a[i] !== b[i]) return i;
  return -1;
}

function areEqual(a: Uint32Array, b: Uint32Array, end: number): boolean {
  const bytesOf = ({ buffer, byteOffset }: Uint32Array): Buffer => Buffer.from(buffer, byteOffset, end * 4);
  return bytesOf(a).equals(bytesOf(b));
}

export function describe(volume: number, sector: number, a: Image, b: Image): string {
  const [versionA, versionB] = [a.view?.[sector] ?? 0, b.view?.[sector] ?? 0];
  return `volume ${volume} sector ${sector} is ${name(versionA)} on n${a.node} and ${name(versionB)} on n${b.node}`;
}
