/**
 * Who is source and who is target when two nodes meet: the decision table of DRBD 9's GI handshake as a pure function.
 * Row numbers are those of the table (DRBD 9 §4.2); 0 = one side has no disk. Both ends evaluate it on the same two
 * descriptions and must come to mirrored results, so nothing here may depend on which side is "self" except through
 * the symmetric criteria below, the last of which is the node id.
 *
 * Differences from DRBD, all towards safety: marked blocks are never dropped because generations are equal; a fresh
 * peer continues an interrupted full sync by bitmap only with proof that it took part in it; nothing is ever copied from an Inconsistent disk.
 * And one that spares an operator: a change of generation that died with its Primary is no split brain (`isDeadEnd`).
 * The rows are in `equal-generations.ts` (4 to 15), `lineage.ts` (16 to 24) and `split-brain.ts` (policies).
 * Not decided here: what becomes of a Primary that is to be target (`verdict.ts`), when to try again.
 */
import { assert } from '../../../common/assert.ts';
import { diskAtLeast } from '../../../common/states.ts';
import { JUST_CREATED, sameGeneration } from '../metadata/generation-id.ts';
import { UUID_FLAGS } from '../wire/frames.ts';
import { decideEqual } from './equal-generations.ts';
import { decideByLineage } from './lineage.ts';
import { type Decision, noSync, transfer, waiting } from './outcome.ts';
import { discardsItsData } from './split-brain.ts';
import { contains, type HandshakeSide, has, isFresh, isNone, onlyOne, type View, viewOf } from './view.ts';

/**
 * Total: every pair of descriptions has a decision, and `decide(a, b)` equals `mirrored(decide(b, a))`.
 * Marks that a crashed Secondary has only from its activity log do not count if the other side names COVERS_LOSS: the
 * caller drops those on both outcomes.
 */
export function decide(self: HandshakeSide, peer: HandshakeSide): Decision {
  assert(self.node !== peer.node, 'a node does not shake hands with itself');
  const own = viewOf(self, peer);
  const other = viewOf(peer, self);
  const decision = revert(own, other, decideBetween(own, other));
  const { outcome, rule } = decision;
  if (outcome !== 'source' && outcome !== 'target') return decision;
  if (awaitsPrimary(own, other) || awaitsPrimary(other, own))
    return waiting(rule, 'the Primary in sight of one side knows what the crashed one lacks');
  const [source, target] = outcome === 'source' ? [own, other] : [other, own];
  const wasInterrupted = target.disk === 'Inconsistent' && has(target, UUID_FLAGS.AWAITS_WITNESSES);
  return wasInterrupted && !source.primary
    ? waiting(rule, 'the target was restarted during a resync, and has not met everybody who may be newer')
    : decision;
}

/**
 * An operator has named the side whose data go (`connect --discard-my-data`). Rows 22 and 23 know that already; here it turns
 * round any other direction, back to older data, if there is anything whole to go back to.
 */
function revert(self: View, peer: View, decision: Decision): Decision {
  if (decision.outcome !== 'source' && decision.outcome !== 'target') return decision;
  const source = decision.outcome === 'source' ? self : peer;
  const target = source === self ? peer : self;
  const victim = onlyOne(self, peer, discardsItsData);
  if (victim !== source || isFresh(target.current) || !diskAtLeast(target.disk, 'Outdated')) return decision;
  const reason = `${decision.reason}, but the target discards its data for what the source has (reverting to older data)`;
  return { ...decision, outcome: decision.outcome === 'source' ? 'target' : 'source', discards: true, reason };
}

/** Before a crashed Secondary copies all that was in its activity log, the Primary has a word (see loss-cover.ts). */
function awaitsPrimary(crashed: View, other: View): boolean {
  const isSecondary = !crashed.primary && !has(crashed, UUID_FLAGS.CRASHED_PRIMARY);
  const seesNone = has(crashed, UUID_FLAGS.STABLE) && !has(other, UUID_FLAGS.STABLE);
  return crashed.logBits > 0 && crashed.disk !== 'Inconsistent' && isSecondary && seesNone;
}

function decideBetween(own: View, other: View): Decision {
  if (own.disk === 'Diskless' || other.disk === 'Diskless') return noSync(0, 'one side has no disk');
  if (isFresh(own.current) || isFresh(other.current)) return decideFresh(own, other);
  const ahead = onlyOne(own, other, leftBehind);
  if (ahead !== undefined) {
    return waiting(ahead === own ? 21 : 20, 'the Primary has moved on with other nodes, this one has to follow first');
  }
  return sameGeneration(own.current, other.current) ? decideEqual(own, other) : decideByLineage(own, other);
}

const MIRRORED_RULES: Readonly<Record<number, number>> = {
  2: 3,
  3: 2,
  5: 6,
  6: 5,
  11: 12,
  12: 11,
  16: 18,
  18: 16,
  17: 19,
  19: 17,
  20: 21,
  21: 20,
};

/** The decision that the other end has to come to. */
export function mirrored(decision: Decision): Decision {
  const { clearOwn, clearPeer, ...rest } = decision;
  return {
    ...rest,
    rule: MIRRORED_RULES[decision.rule] ?? decision.rule,
    outcome: decision.outcome === 'source' ? 'target' : decision.outcome === 'target' ? 'source' : decision.outcome,
    ...(clearPeer === undefined ? {} : { clearOwn: clearPeer }),
    ...(clearOwn === undefined ? {} : { clearPeer: clearOwn }),
  };
}

/** One line for logs: `rule 18: source, bitmap (the source has tracked …)`. */
export function explain(decision: Decision): string {
  const how =
    decision.outcome === 'source' || decision.outcome === 'target' ? `, ${decision.full ? 'full' : 'bitmap'}` : '';
  const copy = decision.copyFrom === undefined ? '' : `, with the ${decision.copyFrom} slot`;
  const clear = decision.clearOwn === true || decision.clearPeer === true ? ', stale slot cleared' : '';
  return `rule ${decision.rule}: ${decision.outcome}${how}${copy}${clear}${decision.wait === true ? ', waits' : ''} (${decision.reason})`;
}

/** `side` is a Primary that lives on the data of others, and those have moved on without `other`. */
function leftBehind(side: View, other: View): boolean {
  return (
    !isNone(side.exposed) && !sameGeneration(side.exposed, other.current) && !contains(other.history, side.exposed)
  );
}

/** Rows 1 to 3. */
function decideFresh(self: View, peer: View): Decision {
  const fresh = onlyOne(self, peer, (side) => isFresh(side.current));
  if (fresh === undefined) return noSync(1, 'both sides are just created');
  const source = fresh === self ? peer : self;
  // A full sync that was interrupted: the source recorded it in its slot. So must have the target, or its metadata was
  // created anew since and the blocks copied before are gone with the old disk.
  if (has(source, UUID_FLAGS.SKIP_INITIAL_SYNC) && source.disk === 'UpToDate') {
    const rule = source === self ? 3 : 2;
    return { ...noSync(rule, 'nothing was written yet: the initial sync is skipped'), adopt: true };
  }
  const continues = sameGeneration(source.slot, JUST_CREATED) && !isNone(fresh.slot);
  const reason = continues ? 'the first full sync of the target was interrupted' : 'the target is just created';
  return transfer(self, [3, 2], { source, full: !continues, reason });
}
