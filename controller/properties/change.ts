/** Changes of a set of properties, as one request brings them: values, keys to delete, namespaces to delete. */
import { OperationError } from '../../common/errors.ts';
import type { Properties } from '../domain/properties.ts';
import type { Level } from './levels.ts';
import { checkProperty } from './whitelist.ts';

export interface PropertyChange {
  readonly overrideProps: Readonly<Record<string, string>>;
  readonly deleteProps: readonly string[];
  /** `Aux/site` takes away all keys below it. */
  readonly deleteNamespaces: readonly string[];
}

const PROPERTIES_MAX = 1_000;

/**
 * Deletions first, so that a namespace can be filled anew by the same request. Deleting what is not there is no mistake,
 * also not of a key that an older release knew.
 * @throws OperationError PROPERTY_*, INVALID_ARGUMENT: nothing is changed then
 */
export function changedProperties(level: Level, before: Properties, change: PropertyChange): Properties {
  return changed(before, change, (key, value) => checkProperty(level, key, value));
}

/** Of key-value stores: any key that a person can read. @throws OperationError PROPERTY_INVALID, INVALID_ARGUMENT. */
export function changedFreely(before: Properties, change: PropertyChange): Properties {
  return changed(before, change, freeValue);
}

function changed(
  before: Properties,
  { overrideProps, deleteProps, deleteNamespaces }: PropertyChange,
  check: (key: string, value: string) => string,
): Properties {
  const gone = new Set(deleteProps);
  const namespaces = deleteNamespaces.map((name) => `${name.replace(/\/+$/, '')}/`);
  const after = new Map(
    Object.entries(before).filter(([key]) => !gone.has(key) && !namespaces.some((prefix) => key.startsWith(prefix))),
  );
  for (const [key, value] of Object.entries(overrideProps)) after.set(key, check(key, value));
  if (after.size > PROPERTIES_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `An object has at most ${PROPERTIES_MAX} properties`);
  }
  return Object.fromEntries([...after].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const FREE_KEY_LENGTH_MAX = 1_024;
const FREE_VALUE_LENGTH_MAX = 65_536;

function freeValue(key: string, value: string): string {
  if (key === '' || key.length > FREE_KEY_LENGTH_MAX || /\p{Cc}/u.test(key)) {
    throw new OperationError('PROPERTY_INVALID', `"${key.slice(0, 64)}" is not a key`, {
      correction: `Use 1 to ${FREE_KEY_LENGTH_MAX} characters without control characters.`,
    });
  }
  if (value.length <= FREE_VALUE_LENGTH_MAX) return value;
  throw new OperationError('PROPERTY_INVALID', `The value of "${key.slice(0, 64)}" is too long`, {
    correction: `Use at most ${FREE_VALUE_LENGTH_MAX} characters.`,
  });
}
