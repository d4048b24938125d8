/** Options that exclude each other, seen over all levels of inheritance: refused before they are stored. Pure. */
import { OPTION_TABLE, optionConflict, parseOption } from '../../common/options/option-table.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../../common/options/options.ts';
import { optionKey } from '../../common/options/property-keys.ts';
import { effectiveValue, type PropertyLevels } from './inheritance.ts';
import { PROTOCOL_KEY } from './drbd-options.ts';

const CONFLICTING: ReadonlySet<keyof ReplicationOptions> = new Set<keyof ReplicationOptions>([
  'allowTwoPrimaries',
  'fencing',
  'onCongestion',
  'cramHmacAlg',
  'sharedSecret',
]);
const OPTIONS = OPTION_TABLE.filter(({ key }) => CONFLICTING.has(key));
const KEYS: ReadonlySet<string> = new Set([PROTOCOL_KEY, ...OPTIONS.map(optionKey)]);

/** Whether a change of this property can bring a conflict about. */
export const canConflict = (key: string): boolean => KEYS.has(key);

/** @returns why the options of a connection cannot stand together; undefined: they can. */
export function connectionConflict(levels: PropertyLevels, usualProtocol: 'A' | 'B' | 'C'): string | undefined {
  const options: Record<string, number | boolean | string> = {};
  for (const option of OPTIONS) {
    const written = effectiveValue(levels, optionKey(option));
    if (written !== undefined) options[option.key] = parseOption(option, written);
  }
  const protocol = effectiveValue(levels, PROTOCOL_KEY);
  const asked = protocol === 'A' || protocol === 'B' || protocol === 'C' ? protocol : usualProtocol;
  return optionConflict({ ...DEFAULT_OPTIONS, ...options }, [asked]);
}
