/** What the value of a property may be: checked, and brought into the one spelling that is stored. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { type OptionEntry, optionText, parseOption, rangeOf } from '../../common/options/option-table.ts';

export type PropertyValue =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly unit: string }
  | { readonly kind: 'decimal'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'name'; readonly of: 'storage-pool' | 'net-interface' }
  | { readonly kind: 'option'; readonly option: OptionEntry }
  | { readonly kind: 'free' };

const VALUE_LENGTH_MAX = 4_096;

/** @returns the stored spelling; reading it again gives the same. @throws OperationError PROPERTY_INVALID. */
export function parseValue(key: string, value: PropertyValue, written: string): string {
  const parsed = written.length > VALUE_LENGTH_MAX ? undefined : read(value, written);
  if (parsed !== undefined) return parsed;
  // What is no valid secret may still be nearly one.
  const shown = isSecret(value) ? 'This text' : `"${written.slice(0, 64)}"`;
  throw new OperationError('PROPERTY_INVALID', `${shown} is not a value of ${key}`, {
    correction: `Allowed: ${describeValue(value)}.`,
  });
}

function read(value: PropertyValue, written: string): string | undefined {
  switch (value.kind) {
    case 'boolean':
      if (/^(true|yes)$/i.test(written)) return 'True';
      return /^(false|no)$/i.test(written) ? 'False' : undefined;
    case 'number': {
      if (!/^\d{1,16}$/.test(written)) return undefined;
      const number = Number(written);
      return number >= value.min && number <= value.max ? String(number) : undefined;
    }
    case 'decimal': {
      if (!/^\d{1,9}(\.\d{1,9})?$/.test(written)) return undefined;
      const number = Number(written);
      return number >= value.min && number <= value.max ? written : undefined;
    }
    case 'choice':
      return value.values.find((known) => known.toLowerCase() === written.toLowerCase());
    case 'name':
      return parsed(() => parseName(value.of, written));
    case 'option': {
      const { option } = value;
      return parsed(() => optionText(option, parseOption(option, written)));
    }
    default:
      return written;
  }
}

function parsed(parse: () => string): string | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof OperationError && error.code !== 'OPTION_UNSUPPORTED') return undefined;
    throw error;
  }
}

/** For people: what may be written. */
export function describeValue(value: PropertyValue): string {
  switch (value.kind) {
    case 'boolean':
      return 'True or False';
    case 'number':
      return `a whole number from ${value.min} to ${value.max}${value.unit === '' ? '' : ` (${value.unit})`}`;
    case 'decimal':
      return `a number from ${value.min} to ${value.max}`;
    case 'choice':
      return value.values.join(', ');
    case 'name':
      return `the name of a ${value.of.replace('-', ' ')}`;
    case 'option':
      return rangeOf(value.option);
    default:
      return `any text of at most ${VALUE_LENGTH_MAX} characters`;
  }
}

/** Never shown to anybody. */
export const isSecret = (value: PropertyValue): boolean =>
  value.kind === 'option' && value.option.value.kind === 'secret';
