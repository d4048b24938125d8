/**
 * Quorum by the number of replicas, as long as nobody has set one by hand: a majority is only asked for where losing one
 * voter leaves one. Computed wherever it is needed and stored nowhere, so that it is never out of date.
 */
import { effectiveValue, type PropertyLevels } from './inheritance.ts';

export interface Replicas {
  readonly diskful: number;
  /** Tie-breakers included. */
  readonly diskless: number;
}

export const AUTO_QUORUM_KEY = 'DrbdOptions/auto-quorum';
export const AUTO_QUORUM_USUAL = 'io-error';
const QUORUM_KEY = 'DrbdOptions/Resource/quorum';
const ON_NO_QUORUM_KEY = 'DrbdOptions/Resource/on-no-quorum';

/** @returns the options that nobody has set by hand, by name. */
export function quorumByReplicas(levels: PropertyLevels, replicas: Replicas): Readonly<Record<string, string>> {
  const mode = effectiveValue(levels, AUTO_QUORUM_KEY) ?? AUTO_QUORUM_USUAL;
  if (mode === 'disabled' || effectiveValue(levels, QUORUM_KEY) !== undefined) return {};
  if (!hasMajority(replicas)) return { quorum: 'off' };
  const byHand = effectiveValue(levels, ON_NO_QUORUM_KEY);
  return { quorum: 'majority', ...(byHand === undefined ? { 'on-no-quorum': mode } : {}) };
}

const hasMajority = ({ diskful, diskless }: Replicas): boolean => diskful >= 3 || (diskful === 2 && diskless >= 1);
