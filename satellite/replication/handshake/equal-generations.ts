/** Rows 4 to 15 of the decision table: both ends have the same generation. Marks are never dropped because of that (§4.4). */
import { diskAtLeast, diskRank } from '../../../common/states.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { UUID_FLAGS } from '../wire/frames.ts';
import { type Decision, noSync, transfer, waiting } from './outcome.ts';
import { has, isNone, onlyOne, type View } from './view.ts';

/** Rows 4 to 15 with §4.3 and §4.4: equal generations. */
export function decideEqual(self: View, peer: View): Decision {
  const decision = chooseSource(self, peer);
  if (decision.outcome !== 'source' && decision.outcome !== 'target') return decision;
  const [source, target] = decision.outcome === 'source' ? [self, peer] : [peer, self];
  if (source.primary || target.primary) return decision;
  if (has(source, UUID_FLAGS.AWAITS_WITNESSES))
    return waiting(decision.rule, 'the source has crashed, and waits for those who may have what its disk has lost');
  // It has forgotten how far it had come in its Primary's stream; the source may have lost that Primary earlier.
  const mayHaveMore =
    has(target, UUID_FLAGS.AWAITS_WITNESSES) &&
    !has(source, UUID_FLAGS.OUTLIVED_RECEIVER) &&
    diskAtLeast(target.disk, 'Consistent');
  return mayHaveMore && has(source, UUID_FLAGS.STABLE)
    ? waiting(decision.rule, 'the target has crashed, and waits for those who know what it has and the source has not')
    : decision;
}

function chooseSource(self: View, peer: View): Decision {
  const missed = onlyOne(self, peer, missedFinish);
  const rule = equalRule(self, peer, missed);
  if (self.disk === 'Inconsistent' && peer.disk === 'Inconsistent') {
    return waiting(rule, 'generations are equal, neither side has consistent data');
  }
  const inconsistent = onlyOne(self, peer, (side) => side.disk === 'Inconsistent');
  if (inconsistent !== undefined) {
    const source = inconsistent === self ? peer : self;
    const reason = `generations are equal, the target's disk is Inconsistent`;
    return transfer(self, [rule, rule], { source, full: false, reason });
  }
  if (self.bits === 0 && peer.bits === 0) {
    const same = noSync(rule, 'generations are equal and no block is marked');
    if (rule !== 5 && rule !== 6) return same;
    return missed === self ? { ...same, clearOwn: true } : { ...same, clearPeer: true };
  }
  if (gotEquallyFar(self, peer)) {
    const same = noSync(rule, 'generations are equal, both sides got equally far in the stream of the lost Primary');
    return { ...same, clearOwn: true, clearPeer: true };
  }
  const { CRASHED_PRIMARY, AWAITS_SYNCHRONOUS_PEER } = UUID_FLAGS;
  if (
    !self.primary &&
    !peer.primary &&
    [self, peer].some((side) => has(side, CRASHED_PRIMARY) && has(side, AWAITS_SYNCHRONOUS_PEER))
  ) {
    return waiting(rule, 'the crashed Primary waits for a peer that has all it acknowledged');
  }
  if ([self, peer].every((side) => side.disk === 'UpToDate' && has(side, UUID_FLAGS.FOLLOWS_DISKFUL_PRIMARY))) {
    return waiting(rule, 'generations are equal, the Primary that both sides follow settles the marks');
  }
  for (const criterion of DIRECTION) {
    const source = criterion.pick(self, peer, missed);
    if (source !== undefined) {
      if (criterion.waitsForStream === true && furthestInStream(self, peer) === (source === self ? peer : self)) {
        return waiting(rule, 'the follower of the living Primary has not come as far in its stream as the other side');
      }
      return transfer(self, [rule, rule], {
        source,
        full: false,
        checksum: true,
        reason: `generations are equal, blocks are marked, the source ${criterion.because}`,
      });
    }
  }
  const source = self.node < peer.node ? self : peer;
  return transfer(self, [rule, rule], {
    source,
    full: false,
    checksum: true,
    reason: 'generations are equal, blocks are marked, the source has the lower node id',
  });
}

/** Rows 5 and 6: `side` was source of a resync that the other side knows to be finished and this one does not. */
function missedFinish(side: View, other: View): boolean {
  return (
    !isNone(side.slot) &&
    isNone(other.slot) &&
    !sameGeneration(side.slot, side.current) &&
    (side.disk === 'UpToDate' || other.disk === 'UpToDate')
  );
}

function equalRule(self: View, peer: View, missed: View | undefined): number {
  if (missed !== undefined) return missed === self ? 5 : 6;
  const { RECONNECT, CRASHED_PRIMARY, PRIMARY_LOST_QUORUM } = UUID_FLAGS;
  const reconnects = Number(has(self, RECONNECT)) + Number(has(peer, RECONNECT));
  const crashed = Number(has(self, CRASHED_PRIMARY)) + Number(has(peer, CRASHED_PRIMARY));
  const lostQuorum = Number(has(self, PRIMARY_LOST_QUORUM)) + Number(has(peer, PRIMARY_LOST_QUORUM));
  if (reconnects === 2) return 7;
  if (self.weakProtocol && crashed === 1) return 8;
  if (lostQuorum === 1) return 9;
  if (lostQuorum === 2) return 10;
  if (has(peer, CRASHED_PRIMARY) && has(self, RECONNECT)) return 11;
  if (has(self, CRASHED_PRIMARY) && has(peer, RECONNECT)) return 12;
  if (reconnects === 1) return 13;
  return crashed > 0 ? 14 : 15;
}

interface Criterion {
  readonly because: string;
  readonly pick: (self: View, peer: View, missed: View | undefined) => View | undefined;
  /** The source must have all that the target got from the same Primary; until then nobody is target. */
  readonly waitsForStream?: boolean;
}

/** The side that got more of what the Primary of both wrote. */
function furthestInStream(self: View, peer: View): View | undefined {
  if (self.lastPrimary === undefined || self.lastPrimary !== peer.lastPrimary) return undefined;
  return onlyOne(self, peer, (side, other) => side.lastDagtag > other.lastDagtag);
}

/** The survivors of one loss: what they have marked, they have both got (§4.6). */
function gotEquallyFar(self: View, peer: View): boolean {
  const isOfLoss = (side: View): boolean => side.disk === 'UpToDate' && has(side, UUID_FLAGS.MARKS_OF_LOSS);
  if (!isOfLoss(self) || !isOfLoss(peer) || self.lastPrimary === undefined) return false;
  return self.lastPrimary === peer.lastPrimary && self.lastDagtag === peer.lastDagtag;
}

/** A disk that is known to be old decides nothing against a better one. */
const isFit = (side: View, other: View): boolean =>
  diskAtLeast(side.disk, 'Consistent') || diskRank(side.disk) >= diskRank(other.disk);

/** Direction of a resync between equal generations: the first criterion that tells the sides apart. */
const DIRECTION: readonly Criterion[] = [
  // Not one that has been living on the data of its peers, and brings its own disk back.
  {
    because: 'is Primary',
    pick: (self, peer) => onlyOne(self, peer, (side, other) => side.primary && isFit(side, other)),
  },
  {
    because: 'was the writer when the link broke',
    pick: (self, peer) =>
      onlyOne(self, peer, (side, other) => has(side, UUID_FLAGS.COVERS_LOSS) && side.bits > 0 && isFit(side, other)),
  },
  { because: 'is the better end after the crash of a Primary', pick: pickAfterCrash },
  {
    because: 'has the better disk',
    pick: (self, peer) => onlyOne(self, peer, (side, other) => diskRank(side.disk) > diskRank(other.disk)),
  },
  // Not the other way round: a source without the Primary would put stale blocks over what the Primary's neighbour just got.
  // But that Primary may be dead already, and the target may be the only one that has its last acknowledged writes.
  {
    because: 'follows a living Primary',
    pick: (self, peer) => onlyOne(self, peer, (side) => !has(side, UUID_FLAGS.STABLE)),
    waitsForStream: true,
  },
  // Before the slots are asked: a slot may be stale, because a third node has brought its peer up to date meanwhile.
  {
    because: 'got more of what the lost Primary wrote',
    pick: furthestInStream,
  },
  {
    because: 'missed the end of a resync',
    pick: (_self, _peer, missed) => (missed?.disk === 'UpToDate' ? missed : undefined),
  },
  {
    because: 'is UpToDate while the other side missed the end of a resync',
    pick: (self, peer, missed) => (missed === undefined ? undefined : missed === self ? peer : self),
  },
  {
    because: 'alone knows of writes that the other side may lack',
    pick: (self, peer) => onlyOne(self, peer, (side) => side.bits > side.logBits),
  },
  { because: 'did not crash', pick: (self, peer) => onlyOne(self, peer, (side) => side.logBits === 0) },
  // Rows 9 and 10: what it wrote when it had lost quorum already may be there only. A flag that is left over decides nothing
  // against the other side's own marks.
  {
    because: 'lost quorum as Primary',
    pick: (self, peer) => onlyOne(self, peer, (side) => has(side, UUID_FLAGS.PRIMARY_LOST_QUORUM)),
  },
  // As rows 11 and 12: whoever was away has missed what was acknowledged meanwhile, and marks of its own may be left over.
  {
    because: 'lived on while the other side was away',
    pick: (self, peer) => onlyOne(self, peer, (side, other) => has(side, UUID_FLAGS.RECONNECT) && isFit(side, other)),
  },
];

/** Rows 8, 11, 12 and 14. */
function pickAfterCrash(self: View, peer: View): View | undefined {
  const { RECONNECT, CRASHED_PRIMARY } = UUID_FLAGS;
  const crashed = onlyOne(self, peer, (side) => has(side, CRASHED_PRIMARY));
  if (has(self, RECONNECT) && has(peer, RECONNECT)) return undefined;
  let source: View | undefined;
  if (self.weakProtocol && crashed !== undefined) source = crashed;
  else if (has(self, RECONNECT)) source = has(peer, CRASHED_PRIMARY) ? self : undefined;
  else if (has(peer, RECONNECT)) source = has(self, CRASHED_PRIMARY) ? peer : undefined;
  else source = crashed;
  if (source === undefined) return undefined;
  return isFit(source, source === self ? peer : self) ? source : undefined;
}
