/**
 * Does this node belong to the one partition that may write? DRBD 9's quorum as a pure function of what a node knows of the
 * others (DRBD 9 §6.1). Rule numbers below are those of that section.
 */
import type { QuorumThreshold } from '../../../common/options/options.ts';

/** What one node knows of the nodes of a volume, itself included. Voters are the nodes that are meant to have a disk. */
export interface Votes {
  /** Here: connected, or this node itself. */
  readonly upToDate: number;
  /** Here, with another disk state. */
  readonly present: number;
  /** Away, and known to be Outdated or worse: it cannot be promoted. */
  readonly outdated: number;
  /** Away since before the last change of the quorate partition that we belong to: alone it cannot have quorum. */
  readonly quorumless: number;
  /** Away, and nothing is known. */
  readonly unknown: number;
  /** Nodes that are meant to have no disk: no voters, but they break ties. */
  readonly diskless: number;
  readonly missingDiskless: number;
}

export interface QuorumPolicy {
  readonly threshold: QuorumThreshold;
  readonly minimumRedundancy: QuorumThreshold;
  /** `false`: every known node is a voter for ever, whatever is known of it. */
  readonly dynamicVoters: boolean;
}

export interface QuorumVerdict {
  readonly quorate: boolean;
  /** Only the diskless nodes made it so. */
  readonly byTieBreaker: boolean;
}

/** @param hadQuorum a tie-breaker keeps quorum, it never gives it (rule 5) */
export function decideQuorum(votes: Votes, policy: QuorumPolicy, hadQuorum: boolean): QuorumVerdict {
  if (policy.threshold === 'off') return { quorate: true, byTieBreaker: false };
  const voters = votersOf(votes, policy);
  const here = votes.upToDate + votes.present;
  const needed = threshold(policy.threshold, voters);
  const redundant = votes.upToDate >= threshold(policy.minimumRedundancy, voters);
  if (here >= needed && voters > 0) return { quorate: redundant, byTieBreaker: false };
  const isTie = voters > 0 && voters % 2 === 0 && here === needed - 1;
  const known = votes.diskless + votes.missingDiskless;
  const tieBroken = isTie && known > 0 && votes.diskless >= threshold('majority', known);
  const quorate = hadQuorum && tieBroken && redundant;
  return { quorate, byTieBreaker: quorate };
}

/** Rules 1 and 2. */
function votersOf(votes: Votes, policy: QuorumPolicy): number {
  const here = votes.upToDate + votes.present;
  const all = here + votes.outdated + votes.quorumless + votes.unknown;
  if (!policy.dynamicVoters) return all;
  const away = votes.outdated + votes.quorumless + votes.unknown;
  // Together the absent ones might form a quorum that we know nothing of: only what is Outdated is out of it for certain.
  const isBlind = votes.quorumless > 0 && away >= threshold(policy.threshold, all);
  const unknown = isBlind ? votes.unknown + votes.quorumless : votes.unknown;
  return unknown > 0 ? all : here;
}

/** Rule 3. */
function threshold(value: QuorumThreshold, voters: number): number {
  if (value === 'off') return 0;
  if (value === 'majority') return Math.floor(voters / 2) + 1;
  return value === 'all' ? voters : value;
}
