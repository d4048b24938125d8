/** Placement wishes as they come in from outside: checked, and laid over those of a template. */
import { OperationError } from '../../common/errors.ts';
import { NODES_MAX, parseName, parseNodeName } from '../../common/ids.ts';
import { nameKey } from '../domain/node.ts';
import type { SelectFilter } from '../domain/resource-group.ts';
import { parseProviderKind } from '../domain/storage-pool.ts';
import { parseWish } from './spread-rules.ts';

/** The fields of the API's SelectFilter: an empty list or an absent value says nothing. */
export interface FilterInput {
  readonly placeCount?: number;
  readonly additionalPlaceCount?: number;
  readonly nodeNames: readonly string[];
  readonly storagePools: readonly string[];
  readonly disklessStoragePools: readonly string[];
  readonly doNotPlaceWith: readonly string[];
  readonly doNotPlaceWithRegex?: string;
  readonly replicasOnSame: readonly string[];
  readonly replicasOnDifferent: readonly string[];
  readonly xReplicasOnDifferent: Readonly<Record<string, number>>;
  readonly disklessOnRemaining?: boolean;
  readonly layers: readonly string[];
  readonly providers: readonly string[];
  readonly scatterWidth?: number;
}

/** What a caller says about the wishes of a template: fields of `filter` replace it, `clear` names those to drop. */
export interface FilterChange {
  readonly filter: FilterInput | undefined;
  /** As the API spells them: `replicas_on_same`. */
  readonly clear: readonly string[];
}

const LIST_MAX = 256;
const KEY_LENGTH_MAX = 256;
const REGEX_LENGTH_MAX = 256;
const SCATTER_WIDTH_MAX = 1000;
const LAYERS = ['DRBD', 'STORAGE'] as const;

const CLEARABLE: Readonly<Record<string, Partial<SelectFilter>>> = {
  place_count: { placeCount: undefined },
  additional_place_count: { additionalPlaceCount: undefined },
  node_names: { nodeNames: [] },
  storage_pools: { storagePools: [] },
  diskless_storage_pools: { disklessStoragePools: [] },
  do_not_place_with: { doNotPlaceWith: [] },
  do_not_place_with_regex: { doNotPlaceWithRegex: undefined },
  replicas_on_same: { replicasOnSame: [] },
  replicas_on_different: { replicasOnDifferent: [] },
  x_replicas_on_different: { xReplicasOnDifferent: {} },
  diskless_on_remaining: { disklessOnRemaining: undefined },
  layers: { layers: [] },
  providers: { providers: [] },
  scatter_width: { scatterWidth: undefined },
};

/** @throws OperationError INVALID_ARGUMENT, INVALID_NAME, LAYER_UNSUPPORTED. */
export function changedFilter(base: SelectFilter, { filter, clear }: FilterChange): SelectFilter {
  const cleared = clear.map((field) => {
    const empty = Object.hasOwn(CLEARABLE, field) ? CLEARABLE[field] : undefined;
    if (empty !== undefined) return empty;
    throw invalid(
      `"${field.slice(0, 64)}" is not a wish that can be dropped`,
      `Use ${Object.keys(CLEARABLE).join(', ')}.`,
    );
  });
  // A number in all replaces a template's number of additional ones.
  const total = filter?.placeCount === undefined ? {} : { additionalPlaceCount: undefined };
  const said = filter === undefined ? {} : parsed(filter);
  const changed: SelectFilter = Object.assign({ ...base }, total, ...cleared, said);
  refuseContradictions(changed, filter);
  return changed;
}

function parsed(input: FilterInput): Partial<SelectFilter> {
  const wishes: Partial<SelectFilter> = {
    placeCount: given(input.placeCount, (count) => parseCount(count, 0)),
    additionalPlaceCount: given(input.additionalPlaceCount, (count) => parseCount(count, 1)),
    nodeNames: list(input.nodeNames, parseNodeName),
    storagePools: list(input.storagePools, (name) => parseName('storage-pool', name)),
    disklessStoragePools: list(input.disklessStoragePools, (name) => parseName('storage-pool', name)),
    doNotPlaceWith: list(input.doNotPlaceWith, (name) => parseName('resource', name)),
    doNotPlaceWithRegex: given(input.doNotPlaceWithRegex, parseRegex),
    replicasOnSame: list(input.replicasOnSame, parseWishText),
    replicasOnDifferent: list(input.replicasOnDifferent, parseWishText),
    xReplicasOnDifferent: parseLimits(input.xReplicasOnDifferent),
    disklessOnRemaining: input.disklessOnRemaining,
    layers: parseLayers(input.layers),
    providers: list(input.providers, parseProviderKind),
    scatterWidth: given(input.scatterWidth, parseScatterWidth),
  } as Partial<SelectFilter>;
  // What was not said must not cover what the template says.
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}

const given = <T, R>(value: T | undefined, parse: (value: T) => R): R | undefined =>
  value === undefined || value === '' ? undefined : parse(value);

function list<T extends string>(values: readonly string[], parse: (text: string) => T): readonly T[] | undefined {
  if (values.length === 0) return undefined;
  if (values.length > LIST_MAX) throw invalid(`There are ${values.length} entries, ${LIST_MAX} at most are possible`);
  const unique = new Map(values.map((value) => [nameKey(value), parse(value)]));
  return [...unique.values()];
}

function parseCount(count: number, least: number): number {
  if (Number.isInteger(count) && count >= least && count <= NODES_MAX) return count;
  throw invalid(`${count} is not a possible number of replicas`, `Use ${Math.max(1, least)} to ${NODES_MAX}.`);
}

function parseScatterWidth(width: number): number {
  if (Number.isInteger(width) && width >= 1 && width <= SCATTER_WIDTH_MAX) return width;
  throw invalid(`${width} is not a possible scatter width`, `Use 1 to ${SCATTER_WIDTH_MAX}.`);
}

function parseKey(key: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
  if (key !== '' && key.length <= KEY_LENGTH_MAX && !/[\s=\u0000-\u001f]/.test(key)) return key;
  throw invalid(`"${key.slice(0, 64)}" is not a key of a property`, 'Use for instance Aux/zone, or Aux/zone=a.');
}

function parseWishText(wish: string): string {
  const { key, value } = parseWish(wish);
  parseKey(key);
  if (value === undefined || (value !== '' && value.length <= KEY_LENGTH_MAX)) return wish;
  throw invalid(`"${wish.slice(0, 64)}" names no value`, 'Leave the "=" out, or give a value behind it.');
}

function parseLimits(limits: Readonly<Record<string, number>>): Readonly<Record<string, number>> | undefined {
  const entries = Object.entries(limits);
  if (entries.length === 0) return undefined;
  for (const [key, limit] of entries) {
    parseKey(key);
    if (Number.isInteger(limit) && limit >= 1 && limit <= NODES_MAX) continue;
    throw invalid(`${limit} is not a possible number of replicas per value of ${key}`, `Use 1 to ${NODES_MAX}.`);
  }
  return Object.fromEntries(entries);
}

/** @throws OperationError LAYER_UNSUPPORTED. */
export function parseLayers(layers: readonly string[]): readonly string[] | undefined {
  if (layers.length === 0) return undefined;
  const words = layers.map((layer) => layer.toUpperCase());
  if (words.join() === LAYERS.join()) return words;
  throw new OperationError('LAYER_UNSUPPORTED', `The layers ${words.join(',').slice(0, 64)} are not possible`, {
    correction: `Leave them out, or give ${LAYERS.join(',')}.`,
  });
}

/**
 * It runs over the names of all resources, so no expression may make that long: no repetition of what repeats or
 * branches, and few that are open-ended.
 */
function parseRegex(pattern: string): string {
  const because = regexProblem(pattern);
  if (because === undefined) return pattern;
  throw new OperationError('INVALID_ARGUMENT', `"${pattern.slice(0, 64)}" is not usable as a regular expression`, {
    cause: because,
    correction: 'Use a simple one, for instance ^web- or (test|demo).',
  });
}

const OPEN_ENDED_MAX = 4;

function regexProblem(pattern: string): string | undefined {
  if (pattern.length > REGEX_LENGTH_MAX) return `it has more than ${REGEX_LENGTH_MAX} characters`;
  try {
    new RegExp(pattern, 'i');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const bare = pattern.replace(/\\[^1-9k]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\\[1-9k]/.test(bare)) return 'it refers back to a group';
  if (repeatsWhatRepeats(bare)) return 'it repeats what repeats or branches';
  const open = bare.match(/[*+]|\{\d*,?\d*\}/g)?.length ?? 0;
  return open > OPEN_ENDED_MAX ? `it has more than ${OPEN_ENDED_MAX} repetitions` : undefined;
}

/** A group behind which a repetition stands, with a repetition or a choice in it at any depth. */
function repeatsWhatRepeats(pattern: string): boolean {
  const varies = [false];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? '';
    if (character === '(') varies.push(false);
    else if (character === ')') {
      const inner = varies.pop() ?? false;
      const repeated = '*+{'.includes(pattern[index + 1] ?? ' ');
      if (inner && repeated) return true;
      if (inner || repeated) varies[varies.length - 1] = true;
    } else if ('*+{|'.includes(character) || (character === '?' && pattern[index - 1] !== '(')) {
      varies[varies.length - 1] = true;
    }
  }
  return false;
}

function refuseContradictions(filter: SelectFilter, input: FilterInput | undefined): void {
  if (input?.placeCount !== undefined && input.additionalPlaceCount !== undefined) {
    throw invalid('Give either the number of replicas or how many more, not both');
  }
  const both = filter.replicasOnSame.find((wish) => filter.replicasOnDifferent.includes(wish));
  if (both === undefined) return;
  throw invalid(`${both} cannot be the same and different for all replicas`, 'Drop one of the two wishes.');
}

function invalid(message: string, correction?: string): OperationError {
  return new OperationError('INVALID_ARGUMENT', message, correction === undefined ? {} : { correction });
}
