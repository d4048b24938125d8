/**
 * The volumes of a resource are one to its application: what it wrote to the one relies on what it wrote to the other. So a split
 * brain is decided for all of them together. The policies count what both sides have changed on all volumes that have parted, and
 * do not give the one volume to the one side and the next volume to the other (DRBD 9 does: it judges each by itself).
 */
import type { Decision } from './outcome.ts';
import { decide } from './decision.ts';
import { changedBytes, type HandshakeSide, viewOf, wasPrimaryWhenParted } from './view.ts';

type Pair = readonly [self: HandshakeSide, peer: HandshakeSide];

/** @param pairs the two ends of a link, volume by volume. @returns in the same order */
export function decideTogether(pairs: readonly Pair[]): Decision[] {
  const alone = pairs.map(([self, peer]) => decide(self, peer));
  const parted = pairs.filter((_, index) => hasParted(alone[index]));
  if (parted.length === 0) return alone;
  const leader = leaderAmong(pairs, alone);
  const whole = (side: 0 | 1): HandshakeSide['whole'] => {
    const views = parted.map((pair) => viewOf(pair[side], pair[side === 0 ? 1 : 0]));
    return {
      changes: views.reduce((sum, view) => sum + changedBytes(view), 0),
      wasPrimary: views.some(wasPrimaryWhenParted),
      leads: leader !== undefined && views[0]?.node === leader,
    };
  };
  const [own, theirs] = [whole(0), whole(1)];
  return pairs.map(([self, peer], index) => {
    const decision = alone[index] as Decision;
    return hasParted(decision) ? decide({ ...self, whole: own }, { ...peer, whole: theirs }) : decision;
  });
}

const hasParted = (decision: Decision | undefined): boolean => decision?.rule === 22 || decision?.rule === 23;

/**
 * Of a decision that was interrupted, some volumes may remember the direction (rows 16 to 21) and some not, and what is left of the
 * changes is less than it was. The others follow those.
 */
function leaderAmong(pairs: readonly Pair[], decisions: readonly Decision[]): HandshakeSide['node'] | undefined {
  const sources = new Set<HandshakeSide['node']>();
  for (const [index, [self, peer]] of pairs.entries()) {
    const { rule, outcome } = decisions[index] as Decision;
    if (rule < 16 || rule > 21 || (outcome !== 'source' && outcome !== 'target')) continue;
    sources.add(outcome === 'source' ? self.node : peer.node);
  }
  return sources.size === 1 ? [...sources][0] : undefined;
}
