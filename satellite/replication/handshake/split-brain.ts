/**
 * Split brain: both ends have moved on from one another (rows 22 and 23), so one of them has to lose what it wrote. In this
 * order decide: an operator who named the victim (`discard-my-data`); the side that alone has quorum; the policies
 * after-sb-0pri, -1pri and -2pri, by the number of Primaries. The policies decide row 22, where both bitmaps have tracked since
 * the same generation, and row 23 only with always-asbp, as a full sync. Unresolved, both ends stay StandAlone.
 * All volumes of a link come to one result: what the policies compare is counted over all of them (together.ts).
 */
import { unreachable } from '../../../common/assert.ts';
import type { HandshakePolicies } from '../wire/frames.ts';
import { UUID_FLAGS } from '../wire/frames.ts';
import { type Decision, transfer } from './outcome.ts';
import { changedBytes, has, onlyOne, type View, wasPrimaryWhenParted } from './view.ts';

/** Rows 22 to 24. */
export function diverged(self: View, peer: View, rule: 22 | 23 | 24, reason: string): Decision {
  if (rule === 24) return { rule, outcome: 'unrelated', full: false, reason };
  const unresolved: Decision = { rule, outcome: 'split-brain', full: false, splitBrain: true, reason };
  const verdict = victimByOperator(self, peer) ?? (isUnstable(self) || isUnstable(peer) ? 'deferred' : undefined);
  if (verdict === 'deferred') {
    return { ...unresolved, deferred: true, reason: `${reason}, and a side is not stable: it is judged again then` };
  }
  const choice = verdict ?? sourceByQuorum(self, peer) ?? sourceByPolicy(self, peer, rule);
  // What is half written is no side to decide for: its own source has to finish it first.
  if (choice === undefined || choice.source.disk === 'Inconsistent') return unresolved;
  if (choice.givesUp !== undefined) {
    const givesUp = choice.givesUp.node;
    return {
      ...unresolved,
      givesUp,
      reason: `${reason}; by ${choice.by} the Primary on node ${givesUp} has to give way`,
    };
  }
  return transfer(self, [rule, rule], {
    source: choice.source,
    full: rule === 23,
    splitBrain: true,
    discards: true,
    reason: `${reason}; by ${choice.by} the target discards its changes`,
  });
}

interface Choice {
  readonly source: View;
  readonly by: string;
  /** A Primary that has lost and has to step down first. */
  readonly givesUp?: View;
}

const otherOf = (side: View, self: View, peer: View): View => (side === self ? peer : self);

/** Its data moves under a Primary that it follows, or is being replaced: whatever is decided now is void in a moment. */
const isUnstable = (side: View): boolean => !has(side, UUID_FLAGS.STABLE) || has(side, UUID_FLAGS.SYNC_TARGET);

/** A Primary's data are in use: it cannot be the victim, whatever was said before it was promoted. */
export const discardsItsData = (side: View): boolean => has(side, UUID_FLAGS.DISCARD_MY_DATA) && !side.primary;

function victimByOperator(self: View, peer: View): Choice | undefined {
  const victim = onlyOne(self, peer, discardsItsData);
  return victim === undefined ? undefined : { source: otherOf(victim, self, peer), by: 'discard-my-data' };
}

function sourceByQuorum(self: View, peer: View): Choice | undefined {
  const source = onlyOne(self, peer, (side) => has(side, UUID_FLAGS.QUORATE));
  return source === undefined ? undefined : { source, by: 'quorum' };
}

function sourceByPolicy(self: View, peer: View, rule: 22 | 23): Choice | undefined {
  if (rule === 23 && !(self.policies.alwaysAsbp && peer.policies.alwaysAsbp)) return undefined;
  const primary = onlyOne(self, peer, (side) => side.primary);
  if (primary !== undefined) return recoverOnePrimary(self, peer, primary);
  return self.primary ? recoverTwoPrimaries(self, peer) : recoverWithoutPrimary(self, peer);
}

/** after-sb-0pri. */
function recoverWithoutPrimary(self: View, peer: View): Choice | undefined {
  const policy = self.policies.afterSb0pri;
  if (policy !== SWAPPED[peer.policies.afterSb0pri]) return undefined;
  const leader = onlyOne(self, peer, (side) => side.whole?.leads === true);
  const chosen = (source: View | undefined): Choice | undefined =>
    source === undefined ? undefined : { source: leader ?? source, by: `after-sb-0pri ${withoutSide(policy)}` };
  switch (policy) {
    case 'disconnect':
      return undefined;
    case 'discard-younger-primary':
      return chosen(olderPrimary(self, peer) ?? moreChanges(self, peer));
    case 'discard-older-primary': {
      const older = olderPrimary(self, peer);
      return chosen(older === undefined ? moreChanges(self, peer) : otherOf(older, self, peer));
    }
    case 'discard-zero-changes':
      return changedBytes(self) > 0 && changedBytes(peer) > 0 ? undefined : chosen(moreChanges(self, peer));
    case 'discard-least-changes':
      return chosen(moreChanges(self, peer));
    case 'discard-local':
      return chosen(peer);
    case 'discard-remote':
      return chosen(self);
    default:
      return unreachable(policy);
  }
}

/** after-sb-1pri. */
function recoverOnePrimary(self: View, peer: View, primary: View): Choice | undefined {
  const policy = self.policies.afterSb1pri;
  if (policy !== peer.policies.afterSb1pri) return undefined;
  const asNone = recoverWithoutPrimary(self, peer);
  switch (policy) {
    case 'disconnect':
      return undefined;
    case 'consensus':
      return asNone?.source === primary ? { ...asNone, by: `after-sb-1pri consensus, ${asNone.by}` } : undefined;
    case 'discard-secondary':
      return { source: primary, by: 'after-sb-1pri discard-secondary' };
    case 'violently-as0p':
      return asNone === undefined ? undefined : { ...asNone, by: `after-sb-1pri violently-as0p, ${asNone.by}` };
    case 'call-pri-lost-after-sb':
      return asNone === undefined ? undefined : steppingDown(self, peer, asNone);
    default:
      return unreachable(policy);
  }
}

/** after-sb-2pri. Two Primaries do not connect unless both are meant to be: see the refusals of `verdict.ts`. */
function recoverTwoPrimaries(self: View, peer: View): Choice | undefined {
  const policy = self.policies.afterSb2pri;
  if (policy !== peer.policies.afterSb2pri) return undefined;
  const asNone = recoverWithoutPrimary(self, peer);
  if (asNone === undefined) return undefined;
  switch (policy) {
    case 'disconnect':
      return undefined;
    case 'violently-as0p':
      return { ...asNone, by: `after-sb-2pri violently-as0p, ${asNone.by}` };
    case 'call-pri-lost-after-sb':
      return steppingDown(self, peer, asNone);
    default:
      return unreachable(policy);
  }
}

function steppingDown(self: View, peer: View, choice: Choice): Choice {
  const loser = otherOf(choice.source, self, peer);
  return loser.primary ? { ...choice, by: `call-pri-lost-after-sb, ${choice.by}`, givesUp: loser } : choice;
}

/** It was Primary already when the two lost each other. */
const olderPrimary = (self: View, peer: View): View | undefined => onlyOne(self, peer, wasPrimaryWhenParted);

const moreChanges = (self: View, peer: View): View =>
  onlyOne(self, peer, (side, other) => changedBytes(side) > changedBytes(other)) ??
  (self.node < peer.node ? self : peer);

/** What the other end has to be configured for. */
const SWAPPED: Readonly<Record<HandshakePolicies['afterSb0pri'], HandshakePolicies['afterSb0pri']>> = {
  disconnect: 'disconnect',
  'discard-younger-primary': 'discard-younger-primary',
  'discard-older-primary': 'discard-older-primary',
  'discard-zero-changes': 'discard-zero-changes',
  'discard-least-changes': 'discard-least-changes',
  'discard-local': 'discard-remote',
  'discard-remote': 'discard-local',
};

/** The same text on both ends. */
const withoutSide = (policy: HandshakePolicies['afterSb0pri']): string =>
  policy === 'discard-local' || policy === 'discard-remote' ? 'discard-local on one side' : policy;

/** Which setting the ends of a link do not share, as DRBD names it; undefined = they agree. */
export function policyMismatch(own: HandshakePolicies, theirs: HandshakePolicies): string | undefined {
  if (own.afterSb0pri !== SWAPPED[theirs.afterSb0pri]) return 'incompatible after-sb-0pri settings';
  if (own.afterSb1pri !== theirs.afterSb1pri) return 'incompatible after-sb-1pri settings';
  if (own.afterSb2pri !== theirs.afterSb2pri) return 'incompatible after-sb-2pri settings';
  return undefined;
}

export const asThePeerHasThem = (own: HandshakePolicies): HandshakePolicies => ({
  ...own,
  afterSb0pri: SWAPPED[own.afterSb0pri],
});
