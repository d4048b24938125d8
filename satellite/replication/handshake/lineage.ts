/** Rows 16 to 24 of the decision table: the ends have data of different generations. */
import type { Generation } from '../../../common/ids.ts';
import { diskAtLeast } from '../../../common/states.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { UUID_FLAGS } from '../wire/frames.ts';
import { type Decision, transfer } from './outcome.ts';
import { diverged } from './split-brain.ts';
import { contains, has, isFresh, isNone, onlyOne, type View } from './view.ts';

/** Rows 16 to 24: both sides have data of different generations. */
export function decideByLineage(self: View, peer: View): Decision {
  const tracks = (side: View, other: View): boolean => sameGeneration(side.slot, other.current);
  const source = onlyOne(self, peer, tracks);
  if (source !== undefined) {
    const target = source === self ? peer : self;
    return transfer(self, [18, 16], {
      source,
      full: false,
      ...(mayBeMadeAnew(target) && spareTracks(source, target) ? { copyFrom: 'spare' } : {}),
      reason: `the source has tracked its writes since the target's generation`,
    });
  }
  // Each began to track at the other's generation: impossible in one lineage unless a disk was put back in time.
  if (tracks(self, peer)) return diverged(self, peer, 22, 'each side has moved on from the generation of the other');
  const byThird = onlyOne(self, peer, knowsByAnotherSlot);
  if (byThird !== undefined) return borrow(self, peer, byThird);
  return decideByHistory(self, peer, knowsByAnotherSlot(self, peer));
}

/**
 * A disk made anew with the first generation cannot be told from one that has been away ever since. But our slot may speak of the one
 * before it, and a resync of that one, running or broken off, has cleared part of it. An Inconsistent disk is in such a resync itself.
 */
const mayBeMadeAnew = ({ history, disk }: View): boolean => history.length === 0 && disk !== 'Inconsistent';

const spareTracks = (source: View, target: View): boolean =>
  !isNone(source.spare) && sameGeneration(source.spare, target.current);

/** Nothing is tracked between them: whatever one of them wrote before the crash was on its way to the other, too. */
function haveCrossed(self: View, peer: View): boolean {
  const [own] = self.history;
  const [theirs] = peer.history;
  if (![self, peer].every((side) => isNone(side.slot) && has(side, UUID_FLAGS.ALLOWS_TWO_PRIMARIES))) return false;
  return own !== undefined && theirs !== undefined && !isFresh(own) && sameGeneration(own, theirs);
}

const knowsByAnotherSlot = (side: View, other: View): boolean =>
  spareTracks(side, other) || side.thirdSlots.some((entry) => sameGeneration(entry.generation, other.current));

/**
 * Rows 17 and 19: another slot of the source has tracked since the target's generation. A slot that belongs to nobody has
 * every block that was ever written since, so it can be copied. One of a third node has not: a resync of that node, running
 * or broken off, has cleared part of it. The target's own slot does as well if it has tracked for longer.
 */
function borrow(self: View, peer: View, source: View): Decision {
  const target = source === self ? peer : self;
  const isSpare = spareTracks(source, target);
  const byOwn = !isSpare && advancedSinceTracking(source, target);
  const which = isSpare ? 'spare slot' : 'slot of a third node';
  return transfer(self, [19, 17], {
    source,
    full: !isSpare && !byOwn,
    ...(isSpare ? { copyFrom: 'spare' } : {}),
    reason: `the source's ${which} has tracked since the target's generation${byOwn ? ', its own for longer' : ''}`,
  });
}

/**
 * `other` is a Primary whose own disk is behind, and `side` has what that Primary shows its clients. A resync that lasts may see
 * more changes of generation than a history holds: that the Primary's own generation was pushed out of it says nothing then.
 */
const hasWhatItShows = (side: View, other: View): boolean =>
  !isNone(other.exposed) && (sameGeneration(side.current, other.exposed) || contains(side.history, other.exposed));

/** Rows 20 to 24. */
function decideByHistory(self: View, peer: View, contradictory: boolean): Decision {
  const knows = (side: View, other: View): boolean =>
    contains(side.history, other.current) || hasWhatItShows(side, other);
  const abandoned = onlyOne(self, peer, isDeadEnd);
  if (abandoned !== undefined) {
    const reason =
      'the target is alone with a generation that never got as far as the source, which has gone on without it';
    return transfer(self, [21, 20], { source: abandoned === self ? peer : self, full: false, reason });
  }
  const source = contradictory ? undefined : onlyOne(self, peer, knows);
  if (source !== undefined) {
    const target = source === self ? peer : self;
    const byBitmap = advancedSinceTracking(source, target);
    const reason = `the target's generation is in the source's history${byBitmap ? ', newer than what its slot tracks' : ''}`;
    return transfer(self, [21, 20], { source, full: !byBitmap, reason });
  }
  if (haveCrossed(self, peer)) {
    return transfer(self, [22, 22], {
      source: onlyOne(self, peer, (side) => side.primary) ?? (self.node < peer.node ? self : peer),
      full: false,
      discards: true,
      reason:
        'two Primaries have moved on from the same generation at the same time, each with all writes of the other',
    });
  }
  if (!isFresh(self.slot) && sameGeneration(self.slot, peer.slot)) {
    return diverged(self, peer, 22, 'both sides have moved on from the same generation');
  }
  const ancestors = lineage(peer);
  if (lineage(self).some((g) => contains(ancestors, g)))
    return diverged(self, peer, 23, 'both sides have moved on from a common ancestor');
  return diverged(self, peer, 24, 'no generation in common');
}

/**
 * `side` is alone with a change of generation that died on its way. It was meant to reach `other` too (the slot for it
 * tracks nothing), but the Primary that made it is gone, and `other` has gone on by itself from where it had lost `side`.
 * What only `side` has was therefore not confirmed by `other`, and no write was begun without `other`: that would have
 * set the slot. This is so for the crashed Primary, for a node that its change reached in time, and for one that had the
 * change by a resync since; whether the crash is remembered does not matter. Activity log and marks of `side` name the
 * blocks of the lost change, `other` has tracked its own. Not while a Primary still writes through `side`: then both are
 * alive. A crashed Primary also gives way to a Primary that is where it was itself just before, and has written nothing; but
 * not to one whose own disk is behind: that one lives on the data of others, perhaps on what this very node has.
 *
 * Only the Primary itself knows whether it answered, without `other`, what was under way when it lost `other`; a Secondary
 * that received these writes does not. As with rule 18, whoever lets `other` be promoted vouches for that.
 */
function isDeadEnd(side: View, other: View): boolean {
  if (side.primary || contains(lineage(other), side.current)) return false;
  if (!isNone(side.slot) && !wroteNothing(side, other)) return false;
  if (hasWhatItShows(side, other)) return false;
  const [previous] = side.history;
  if (has(side, UUID_FLAGS.CRASHED_PRIMARY)) {
    const livesOnItsDisk = other.primary && diskAtLeast(other.disk, 'Consistent');
    if (previous !== undefined && livesOnItsDisk && sameGeneration(previous, other.current)) return true;
  } else if (side.disk === 'UpToDate' && !has(side, UUID_FLAGS.STABLE)) return false;
  return !isFresh(other.slot) && contains(side.history, other.slot) && !contains(side.history, other.current);
}

/**
 * The Primary had lost `other` already, and crashed before a block was begun without it: each would be marked, or in the activity
 * log. Its change of generation is all that is new.
 */
const wroteNothing = (crashed: View, other: View): boolean =>
  has(crashed, UUID_FLAGS.CRASHED_PRIMARY) && crashed.bits === 0 && sameGeneration(crashed.slot, other.slot);

/** The target was brought forward along our lineage, by a third node, after our slot began to track: its marks cover more than enough. */
function advancedSinceTracking(source: View, target: View): boolean {
  if (isFresh(source.slot)) return false;
  const position = (g: Generation): number => source.history.findIndex((old) => sameGeneration(old, g));
  // A generation that the source never had says nothing about age.
  return position(target.current) >= 0 && position(source.slot) > position(target.current);
}

/** Everything that the data of this side descends from, as far as it is remembered. */
function lineage(side: View): readonly Generation[] {
  const slots = side.thirdSlots.map((entry) => entry.generation);
  return [side.current, side.slot, side.spare, ...slots, ...side.history].filter((g) => !isFresh(g));
}
