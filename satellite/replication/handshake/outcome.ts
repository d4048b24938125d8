/** What the decision table can say, and how its parts say it. */
import type { NodeId } from '../../../common/ids.ts';
import type { View } from './view.ts';

export type Outcome = 'no-sync' | 'source' | 'target' | 'split-brain' | 'unrelated';

export interface Decision {
  /** Row of the table, seen from this side. */
  readonly rule: number;
  /** What this side becomes. `no-sync` never allows to drop a bit. */
  readonly outcome: Outcome;
  /** Every block is marked first; otherwise the union of both bitmaps is the work list. */
  readonly full: boolean;
  /** The source copies this slot into its slot of the target before the bitmaps are exchanged. */
  readonly copyFrom?: 'spare';
  /** This side's slot for the peer is left over from a finished resync and has no bits: forget its generation. */
  readonly clearOwn?: boolean;
  readonly clearPeer?: boolean;
  /**
   * Only with `no-sync`: something has to be copied, but no side can be source yet. The pair is not in sync, so neither
   * disk may be raised because of this link; decide again when a disk state or generation of either side changes.
   */
  readonly wait?: boolean;
  /** The blocks are only suspected to differ: checksums are compared first, and data is sent for those that do. */
  readonly checksum?: true;
  /** The fresh side takes over the generation of the other as it is: no block was written yet (skip initial sync). */
  readonly adopt?: true;
  /** The target gives up changes that the source never had: what it began to track means nothing any more. */
  readonly discards?: true;
  /** Both sides have moved on from one another, whether or not a policy or an operator has decided who gives way. */
  readonly splitBrain?: true;
  /** Only with `split-brain`: a side follows a Primary or is a sync target. It is judged when that is over; nobody is called. */
  readonly deferred?: true;
  /** Only with `split-brain`: this Primary has lost by the policies, and has to step down before it can become target. */
  readonly givesUp?: NodeId;
  /** For people; the same text on both ends. */
  readonly reason: string;
}

export function noSync(rule: number, reason: string): Decision {
  return { rule, outcome: 'no-sync', full: false, reason };
}

export function waiting(rule: number, reason: string): Decision {
  return { rule, outcome: 'no-sync', full: false, wait: true, reason };
}

export interface Transfer {
  readonly source: View;
  readonly full: boolean;
  readonly copyFrom?: 'spare';
  readonly checksum?: true;
  readonly splitBrain?: true;
  readonly discards?: true;
  readonly reason: string;
}

/** @param rules row seen by the source, row seen by the target. */
export function transfer(self: View, rules: readonly [number, number], how: Transfer): Decision {
  const isSource = how.source === self;
  const rule = isSource ? rules[0] : rules[1];
  // Whoever is newest but half written can serve nobody; the older side must not pass for current meanwhile.
  if (how.source.disk === 'Inconsistent') return waiting(rule, `${how.reason}, but the source's disk is Inconsistent`);
  return {
    rule,
    outcome: isSource ? 'source' : 'target',
    full: how.full,
    ...(how.copyFrom === undefined ? {} : { copyFrom: how.copyFrom }),
    ...(how.checksum === undefined ? {} : { checksum: how.checksum }),
    ...(how.splitBrain === undefined ? {} : { splitBrain: how.splitBrain }),
    ...(how.discards === undefined ? {} : { discards: how.discards }),
    reason: how.reason,
  };
}
