/** Arguments as people type them, checked before anything is sent. Errors are OperationErrors with exit code 2. */
import { OperationError } from '../common/errors.ts';
import type { PlaceCount } from './options.ts';

/** `alpha bravo db`: objects with several owners name the owners first and the object last, as in LINSTOR. */
export function lastAndBefore(
  words: readonly string[],
  what: string,
): { readonly last: string; readonly before: string[] } {
  const last = words.at(-1);
  if (last === undefined) throw new OperationError('INVALID_ARGUMENT', `${what} is missing`);
  return { last, before: words.slice(0, -1) };
}

export function parsePlaceCount(text: string): PlaceCount {
  if (text === '') return {};
  const match = /^(\+?)([1-9]\d?)$/.exec(text);
  if (match === null) {
    throw new OperationError('INVALID_ARGUMENT', `"${text}" is not a number of replicas`, {
      correction: 'Write N for N replicas in total, or +N for N more.',
    });
  }
  const count = Number(match[2]);
  return match[1] === '+' ? { additionalPlaceCount: count } : { placeCount: count };
}

export function parseVolumeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_534) {
    throw new OperationError('INVALID_ARGUMENT', `"${text}" is not a volume number`, {
      correction: 'Volume numbers are 0 to 65534.',
    });
  }
  return Number(text);
}

/** @returns '' (the contract's "not given") or A, B, C. */
export function parseProtocol(text: string | undefined): string {
  const letter = (text ?? '').toUpperCase();
  if (!/^[ABC]?$/.test(letter)) {
    throw new OperationError('INVALID_ARGUMENT', `"${text}" is not a replication protocol`, {
      correction: 'Use C (done when on the disk of the peers), B (in their memory) or A (in the send buffer).',
    });
  }
  return letter;
}

export function parsePort(name: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new OperationError('INVALID_ARGUMENT', `--${name} takes a port, 1 to 65535`);
  }
  return value;
}

export function parsePeerSlots(value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= 31)) return value;
  throw new OperationError('INVALID_ARGUMENT', '--peer-slots takes a number from 1 to 31');
}

/** Leaves absent what is undefined: the contract tells "not given" from any value. */
export function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
