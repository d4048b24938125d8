/** Options as the controller sends them and the local record keeps them (DRBD's names and words) → what the engine takes. Pure. */
import { OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import {
  type OptionChange,
  optionNamed,
  type OptionScope,
  optionText,
  parseOption,
} from '../../common/options/option-table.ts';
import type { ConnectionOptions, DiskOptions, ReplicationOptions } from '../../common/options/options.ts';

export type OptionTexts = Readonly<Record<string, string>>;

export const sameTexts = (a: OptionTexts, b: OptionTexts): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/**
 * What has to be set so that `wanted` counts instead of `had`: what is missing from now on goes back to what the satellite
 * was started with.
 */
export function optionChange(
  scope: 'resource' | 'disk',
  volume: VolumeNumber | undefined,
  had: OptionTexts,
  wanted: OptionTexts,
  base: ReplicationOptions,
): OptionChange {
  const back = Object.keys(had)
    .filter((name) => !(name in wanted))
    .map((name) => {
      const option = optionNamed(name);
      return [name, optionText(option, base[option.key])] as const;
    });
  const changed = Object.entries(wanted).filter(([name, text]) => had[name] !== text);
  return { scope, peer: undefined, volume, values: Object.fromEntries([...back, ...changed]) };
}

/** @throws OperationError OPTION_*. */
export const resourceOptions = (texts: OptionTexts): Partial<ReplicationOptions> => parsed(texts, ['resource']);
export const diskOptions = (texts: OptionTexts): Partial<DiskOptions> => parsed(texts, ['disk']);
export const connectionOptions = (texts: OptionTexts): Partial<ConnectionOptions> =>
  parsed(texts, ['net', 'peer-device']);

function parsed(texts: OptionTexts, scopes: readonly OptionScope[]): Partial<ReplicationOptions> {
  const values: Record<string, number | boolean | string> = {};
  for (const [name, text] of Object.entries(texts)) {
    const option = optionNamed(name);
    if (!scopes.includes(option.scope)) {
      throw new OperationError('OPTION_UNKNOWN', `"${name}" is no ${scopes.join(' or ')} option`, {
        correction: `It is a ${option.scope} option.`,
      });
    }
    values[option.key] = parseOption(option, text);
  }
  // Each value was read by the row of its own key.
  return values as Partial<ReplicationOptions>;
}
