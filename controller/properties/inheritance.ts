/** Which value of a property counts for an object, where it comes from, and which ones it hides. Pure. */
import type { Properties } from '../domain/properties.ts';
import { LEVELS, type Level } from './levels.ts';
import { specOf } from './whitelist.ts';

/** The properties of all objects that have a say, by level. */
export type PropertyLevels = { readonly [L in Level]?: Properties | undefined };

/** `A`: nobody has set it, an automatism decides. */
export type Origin = Level | 'A';

export interface OriginValue {
  readonly value: string;
  readonly origin: Origin;
}

export interface EffectiveProperty extends OriginValue {
  /** What would count if this one were not set, in that order. */
  readonly overridden: readonly OriginValue[];
}

/** The first hit of the search order of the key; undefined also for keys that are not inherited at all. */
function effectiveProperty(levels: PropertyLevels, key: string): EffectiveProperty | undefined {
  const [first, ...overridden] = (specOf(key)?.order ?? []).flatMap((origin): OriginValue[] => {
    const value = levels[origin]?.[key];
    return value === undefined ? [] : [{ value, origin }];
  });
  return first === undefined ? undefined : { ...first, overridden };
}

/** The value alone: what planners ask for, for every resource. */
export function effectiveValue(levels: PropertyLevels, key: string): string | undefined {
  for (const level of specOf(key)?.order ?? []) {
    const value = levels[level]?.[key];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Of everything that is set on any level; ordered by key. */
export function effectiveProperties(levels: PropertyLevels): ReadonlyMap<string, EffectiveProperty> {
  const keys = new Set(LEVELS.flatMap((level) => Object.keys(levels[level] ?? {})));
  const found = new Map<string, EffectiveProperty>();
  for (const key of [...keys].sort((a, b) => (a < b ? -1 : 1))) {
    const property = effectiveProperty(levels, key);
    if (property !== undefined) found.set(key, property);
  }
  return found;
}
