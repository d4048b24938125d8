/** The options that say where replicas are wanted, with the names of the LINSTOR client, and what they become in a request. */
import type { InferredOptionTypes } from 'yargs';
import { OperationError } from '../common/errors.ts';
import type { SelectFilter } from '../proto/gen/lockstep/v1/SelectFilter.ts';
import { parsePlaceCount } from './arguments.ts';

const list = (describe: string) => ({ type: 'string', array: true, describe }) as const;

/** An option without a value drops what the template wishes. */
export const PLACEMENT_OPTIONS = {
  'place-count': { type: 'string', describe: 'Number of diskful replicas' },
  'storage-pool': { alias: 's', ...list('Only these pools (repeat it, or separate them by commas)') },
  'diskless-storage-pool': list('Pools of diskless attachments'),
  'do-not-place-with': list('Avoid nodes with these resources'),
  'do-not-place-with-regex': { type: 'string', describe: 'Avoid nodes with resources whose names match' },
  'replicas-on-same': list('PROP[=VAL]: all replicas on nodes with an equal value of Aux/PROP'),
  'replicas-on-different': list('PROP[=VAL]: replicas on nodes with different values of Aux/PROP'),
  'x-replicas-on-different': list('PROP N: at most N replicas per value of Aux/PROP'),
  'diskless-on-remaining': { type: 'string', describe: 'true: attach every other node without a disk' },
  'layer-list': { alias: 'l', ...list('Layers, top first: drbd,storage') },
  providers: list('Only pools of these kinds: file,file_thin,device'),
  'scatter-width': { type: 'string', describe: 'Copysets: over how many other nodes those of one node are spread' },
} as const;

export const WHAT_IF_OPTION = {
  'what-if': { type: 'boolean', default: false, describe: 'Only tell what would happen' },
} as const;

type PlacementArguments = Partial<InferredOptionTypes<typeof PLACEMENT_OPTIONS>>;

interface Wishes {
  readonly filter: SelectFilter;
  /** Fields that are given without a value. */
  readonly clearFilter: string[];
}

/** @throws OperationError INVALID_ARGUMENT. */
export function parseWishes(argv: PlacementArguments): Wishes {
  const clearFilter: string[] = [];
  const words = (field: string, values: readonly string[] | undefined, separator: RegExp | undefined): string[] => {
    if (values === undefined) return [];
    const parts = separator === undefined ? values : values.flatMap((value) => value.split(separator));
    const given = parts.map((part) => part.trim()).filter((part) => part !== '');
    if (given.length === 0) clearFilter.push(field);
    return given;
  };
  const one = <T>(field: string, value: string | undefined, parse: (text: string) => T): T | undefined => {
    if (value === undefined) return undefined;
    if (value.trim() !== '') return parse(value.trim());
    clearFilter.push(field);
    return undefined;
  };
  const counts = one('place_count', argv['place-count'], parsePlaceCount);
  const regex = one('do_not_place_with_regex', argv['do-not-place-with-regex'], (text) => text);
  const remaining = argv['diskless-on-remaining'];
  const scatterWidth = one('scatter_width', argv['scatter-width'], (text) => wholeNumber('--scatter-width', text));
  const comma = /,/;
  const filter: SelectFilter = {
    ...counts,
    storagePools: words('storage_pools', argv['storage-pool'], comma),
    disklessStoragePools: words('diskless_storage_pools', argv['diskless-storage-pool'], comma),
    doNotPlaceWith: words('do_not_place_with', argv['do-not-place-with'], comma),
    ...(regex === undefined ? {} : { doNotPlaceWithRegex: regex }),
    replicasOnSame: words('replicas_on_same', argv['replicas-on-same'], undefined).map(auxiliary),
    replicasOnDifferent: words('replicas_on_different', argv['replicas-on-different'], undefined).map(auxiliary),
    xReplicasOnDifferent: limits(words('x_replicas_on_different', argv['x-replicas-on-different'], undefined)),
    ...(remaining === undefined ? {} : { disklessOnRemaining: yesOrNo(remaining) }),
    layers: words('layers', argv['layer-list'], comma),
    providers: words('providers', argv.providers, comma),
    ...(scatterWidth === undefined ? {} : { scatterWidth }),
  };
  return { filter, clearFilter };
}

/** Properties of nodes that users may set freely have this prefix; LINSTOR's client adds it. */
const auxiliary = (key: string): string => (key.startsWith('Aux/') ? key : `Aux/${key}`);

function limits(pairs: readonly string[]): Record<string, number> {
  const entries = pairs.map((pair): [string, number] => {
    const match = /^(\S+)[\s=]+(\d{1,3})$/.exec(pair);
    if (match === null) {
      throw new OperationError('INVALID_ARGUMENT', `"${pair}" is not a property and a number`, {
        correction: 'Write: --x-replicas-on-different zone 2',
      });
    }
    return [auxiliary(match[1] ?? ''), Number(match[2])];
  });
  return Object.fromEntries(entries);
}

export function wholeNumber(what: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new OperationError('INVALID_ARGUMENT', `${what} takes a number, not "${text}"`);
}

function yesOrNo(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (['', 'true', 'yes'].includes(word)) return true;
  if (['false', 'no'].includes(word)) return false;
  throw new OperationError('INVALID_ARGUMENT', `--diskless-on-remaining takes true or false, not "${text}"`);
}

const PAIR = '--x-replicas-on-different';

/** `--x-replicas-on-different PROP N` has two values, which the parser of words does not know: they become one. */
export function joinPairs(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [key, number] = [words[index + 1], words[index + 2]];
    const isPair = word === PAIR && key !== undefined && !key.startsWith('-') && /^\d+$/.test(number ?? '');
    joined.push(isPair ? `${PAIR}=${key} ${number}` : word);
    if (isPair) index += 2;
  }
  return joined;
}
