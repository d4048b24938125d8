/**
 * Sizes as people type them, by LINSTOR's rules: `10G`, `512MiB`, `20GB`, `4096S`. One letter and `…iB` count in powers
 * of 1024, `kB`, `MB`, … in powers of 1000, `S` is a 512-byte sector, no unit means GiB. Rounded up to whole KiB.
 */
import { OperationError } from '../common/errors.ts';
import { type KiB, kib } from '../common/units.ts';

const PREFIXES = ['k', 'm', 'g', 't', 'p', 'e'] as const;
const UNIT_BYTES: ReadonlyMap<string, bigint> = new Map([
  ['', 1024n ** 3n],
  ['b', 1n],
  ['s', 512n],
  ...PREFIXES.flatMap((prefix, index): [string, bigint][] => {
    const exponent = BigInt(index + 1);
    return [
      [prefix, 1024n ** exponent],
      [`${prefix}ib`, 1024n ** exponent],
      [`${prefix}b`, 1000n ** exponent],
    ];
  }),
]);

/** Offsets are exact integers below 2^53 bytes: 8 PiB. */
const LARGEST_BYTES = BigInt(Number.MAX_SAFE_INTEGER);

/** @throws OperationError INVALID_SIZE. */
export function parseSize(text: string): KiB {
  const match = /^(\d{1,20})(?:\.(\d{1,9}))?\s*([A-Za-z]*)$/.exec(text.trim());
  if (match === null) throw invalidSize(text, 'it is not a number followed by a unit');
  const [, whole = '0', fraction = '', unit = ''] = match;
  const unitBytes = UNIT_BYTES.get(unit.toLowerCase());
  if (unitBytes === undefined) throw invalidSize(text, `"${unit}" is not a unit`);
  const scale = 10n ** BigInt(fraction.length);
  const bytes = ceilDivide(BigInt(whole + fraction) * unitBytes, scale);
  if (bytes === 0n) throw invalidSize(text, 'it is zero');
  if (bytes > LARGEST_BYTES) throw invalidSize(text, 'it is beyond the largest volume, 8 PiB');
  return kib(Number(ceilDivide(bytes, 1024n)));
}

const DISPLAY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `10 GiB`, `1.50 GiB`: the largest unit in which the number is at least 1, two decimals unless it is whole. */
export function formatKib(sizeKib: number): string {
  let value = sizeKib;
  let unit = 0;
  while (value >= 1024 && unit < DISPLAY_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(2)} ${DISPLAY_UNITS[unit] ?? 'KiB'}`;
}

export const formatBytes = (bytes: number): string =>
  bytes < 1024 && bytes > 0 ? `${bytes} B` : formatKib(Math.round(bytes / 1024));

const ceilDivide = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

function invalidSize(text: string, because: string): OperationError {
  const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  return new OperationError('INVALID_SIZE', `"${shown}" is not a size`, {
    cause: because,
    correction:
      'Write a number and a unit: 512M, 10G, 1.5TiB (powers of 1024), 20GB (powers of 1000), 4096S (sectors); no unit means GiB.',
  });
}
