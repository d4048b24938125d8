/** Properties as people and programs get to see them: secrets are only said to be set. */
import type { Properties } from '../domain/properties.ts';
import { isSecret } from './values.ts';
import { PROPERTY_SPECS } from './whitelist.ts';

const SECRETS: ReadonlySet<string> = new Set(
  PROPERTY_SPECS.filter(({ value }) => isSecret(value)).map(({ key }) => key),
);

export const shownValue = (key: string, value: string): string => (SECRETS.has(key) ? '(set)' : value);

export const shownProperties = (props: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(props).map(([key, value]) => [key, shownValue(key, value)]));
