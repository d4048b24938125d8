/**
 * Who is source and who is target when two nodes meet: the decision table of DRBD 9's GI handshake as a pure function.
 * Row numbers are those of the table (drbd.md §4.2); 0 = one side has no disk. Both ends evaluate it on the same two
 * descriptions and must come to mirrored results, so nothing here may depend on which side is "self" except through
 * the symmetric criteria below, the last of which is the node id.
 *
 * Differences from DRBD, all towards safety: marked blocks are never dropped because generations are equal; a fresh
 * peer continues an interrupted full sync by bitmap only with proof that it took part in it; nothing is ever copied from an Inconsistent disk.
 * And one that spares an operator: a change of generation that died with its Primary is no split brain (`isDeadEnd`).
 * Not decided here: split-brain policies, what becomes of a Primary that is to be target, when to try again.
 */
import { assert } from '../../../common/assert.ts';
import type { Generation, NodeId } from '../../../common/ids.ts';
import { type DiskState, diskAtLeast, diskRank, type Role } from '../../../common/states.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { type PeerGeneration, type ReplicationProtocol, UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';

/** One end of the link as both ends know it. `handshake.current` is the own generation, also while it is sync target. */
export interface HandshakeSide {
  readonly node: NodeId;
  readonly role: Role;
  /** Of this connection. */
  readonly protocol: ReplicationProtocol;
  readonly handshake: VolumeHandshake;
  readonly lastPrimary: NodeId | undefined;
  readonly lastDagtag: number;
}

export type Outcome = 'no-sync' | 'source' | 'target' | 'split-brain' | 'unrelated';

export interface Decision {
  /** Blocks are compared before they are copied, whatever the options say. */
  readonly checksum?: boolean;
  /** Row of the table, seen from this side. */
  readonly rule: number;
  /** What this side becomes. `no-sync` never allows to drop a bit. */
  readonly outcome: Outcome;
  /** Every block is marked first; otherwise the union of both bitmaps is the work list. */
  readonly full: boolean;
  /** The source copies its slot of this node into its slot of the target before the bitmaps are exchanged. */
  readonly copyFrom?: NodeId;
  /** This side's slot for the peer is left over from a finished resync and has no bits: forget its generation. */
  readonly clearOwn?: boolean;
  readonly clearPeer?: boolean;
  /**
   * Only with `no-sync`: something has to be copied, but no side can be source yet. The pair is not in sync, so neither
   * disk may be raised because of this link; decide again when a disk state or generation of either side changes.
   */
  readonly wait?: boolean;
  /** For people; the same text on both ends. */
  readonly reason: string;
}

/** A side reduced to what the table asks for. */
interface View {
  readonly node: NodeId;
  readonly primary: boolean;
  readonly disk: DiskState;
  readonly flags: number;
  readonly current: Generation;
  /** What a Primary that is behind itself has moved its peers on to; NO_GENERATION otherwise. */
  readonly exposed: Generation;
  /** Bitmap generation of the slot for the other side; NO_GENERATION = tracks nothing. */
  readonly slot: Generation;
  /** Slots of third nodes, by node id. */
  readonly thirdSlots: readonly PeerGeneration[];
  readonly history: readonly Generation[];
  /** Marks that count. */
  readonly bits: number;
  /** How many of them are only suspected after a crash. */
  readonly logBits: number;
  readonly weakProtocol: boolean;
  readonly lastPrimary: NodeId | undefined;
  readonly lastDagtag: number;
}

/**
 * Total: every pair of descriptions has a decision, and `decide(a, b)` equals `mirrored(decide(b, a))`.
 * Marks that a crashed Secondary has only from its activity log do not count if the other side names COVERS_LOSS: the
 * caller drops those on both outcomes.
 */
export function decide(self: HandshakeSide, peer: HandshakeSide): Decision {
  assert(self.node !== peer.node, 'a node does not shake hands with itself');
  const own = viewOf(self, peer);
  const other = viewOf(peer, self);
  const decision = decideBetween(own, other);
  const copies = decision.outcome === 'source' || decision.outcome === 'target';
  return copies && (awaitsPrimary(own, other) || awaitsPrimary(other, own))
    ? waiting(decision.rule, 'the Primary in sight of one side knows what the crashed one lacks')
    : decision;
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
  const copy = decision.copyFrom === undefined ? '' : `, with the slot of node ${decision.copyFrom}`;
  const clear = decision.clearOwn === true || decision.clearPeer === true ? ', stale slot cleared' : '';
  return `rule ${decision.rule}: ${decision.outcome}${how}${copy}${clear}${decision.wait === true ? ', waits' : ''} (${decision.reason})`;
}

function viewOf(side: HandshakeSide, other: HandshakeSide): View {
  const { handshake: told } = side;
  const logBits = Math.min(told.logDerivedBits, told.dirtyBits);
  const keepsLog = side.role === 'Primary' || (told.flags & UUID_FLAGS.CRASHED_PRIMARY) !== 0;
  const redundant = !keepsLog && (other.handshake.flags & UUID_FLAGS.COVERS_LOSS) !== 0;
  return {
    node: side.node,
    primary: side.role === 'Primary',
    disk: effectiveDisk(told),
    flags: told.flags,
    current: told.current,
    exposed: told.exposed,
    slot: told.bitmap.find((entry) => entry.node === other.node)?.generation ?? NO_GENERATION,
    thirdSlots: told.bitmap
      .filter((entry) => entry.node !== other.node && entry.node !== side.node)
      .sort((a, b) => a.node - b.node),
    history: told.history,
    bits: redundant ? told.dirtyBits - logBits : told.dirtyBits,
    logBits: redundant ? 0 : logBits,
    weakProtocol: side.protocol !== 'C' || other.protocol !== 'C',
    lastPrimary: side.lastPrimary,
    lastDagtag: side.lastDagtag,
  };
}

/** `side` is a Primary that lives on the data of others, and those have moved on without `other`. */
function leftBehind(side: View, other: View): boolean {
  return (
    !isNone(side.exposed) && !sameGeneration(side.exposed, other.current) && !contains(other.history, side.exposed)
  );
}

/** What the disk is worth for a resync. Transient states without readable data count as Diskless. */
function effectiveDisk(told: VolumeHandshake): DiskState {
  if (told.sizeBytes === 0 || !diskAtLeast(told.diskState, 'Negotiating') || told.diskState === 'DUnknown')
    return 'Diskless';
  if ((told.flags & UUID_FLAGS.INCONSISTENT) !== 0) return 'Inconsistent';
  return told.diskState === 'Negotiating' ? 'Consistent' : told.diskState;
}

const isFresh = (g: Generation): boolean => isNone(g) || sameGeneration(g, JUST_CREATED);
const isNone = (g: Generation): boolean => sameGeneration(g, NO_GENERATION);
const has = (side: View, flag: number): boolean => (side.flags & flag) !== 0;
const contains = (list: readonly Generation[], g: Generation): boolean => list.some((each) => sameGeneration(each, g));

/** The side for which `test` holds, if it holds for exactly one. */
function onlyOne(a: View, b: View, test: (side: View, other: View) => boolean): View | undefined {
  const first = test(a, b);
  return first === test(b, a) ? undefined : first ? a : b;
}

function noSync(rule: number, reason: string): Decision {
  return { rule, outcome: 'no-sync', full: false, reason };
}

function waiting(rule: number, reason: string): Decision {
  return { rule, outcome: 'no-sync', full: false, wait: true, reason };
}

interface Transfer {
  readonly source: View;
  readonly full: boolean;
  readonly copyFrom?: NodeId;
  readonly reason: string;
}

/** @param rules row seen by the source, row seen by the target. */
function transfer(self: View, rules: readonly [number, number], how: Transfer): Decision {
  const isSource = how.source === self;
  const rule = isSource ? rules[0] : rules[1];
  // Whoever is newest but half written can serve nobody; the older side must not pass for current meanwhile.
  if (how.source.disk === 'Inconsistent') return waiting(rule, `${how.reason}, but the source's disk is Inconsistent`);
  return {
    rule,
    outcome: isSource ? 'source' : 'target',
    full: how.full,
    ...(how.copyFrom === undefined ? {} : { copyFrom: how.copyFrom }),
    reason: how.reason,
  };
}

/** Rows 1 to 3. */
function decideFresh(self: View, peer: View): Decision {
  const fresh = onlyOne(self, peer, (side) => isFresh(side.current));
  if (fresh === undefined) return noSync(1, 'both sides are just created');
  const source = fresh === self ? peer : self;
  // A full sync that was interrupted: the source recorded it in its slot. So must have the target, or its metadata was
  // created anew since and the blocks copied before are gone with the old disk.
  const continues = sameGeneration(source.slot, JUST_CREATED) && !isNone(fresh.slot);
  const reason = continues ? 'the first full sync of the target was interrupted' : 'the target is just created';
  return transfer(self, [3, 2], { source, full: !continues, reason });
}

/** Rows 4 to 15 with §4.3 and §4.4: equal generations. */
function decideEqual(self: View, peer: View): Decision {
  const missed = onlyOne(self, peer, missedFinish);
  const rule = equalRule(self, peer, missed);
  if (self.disk === 'Inconsistent' && peer.disk === 'Inconsistent') {
    return waiting(rule, 'generations are equal, neither side has consistent data');
  }
  const inconsistent = onlyOne(self, peer, (side) => side.disk === 'Inconsistent');
  if (inconsistent !== undefined) return completeDisk(self, peer, inconsistent, rule);
  if (self.bits === 0 && peer.bits === 0) {
    const same = noSync(rule, 'generations are equal and no block is marked');
    if (rule !== 5 && rule !== 6) return same;
    return missed === self ? { ...same, clearOwn: true } : { ...same, clearPeer: true };
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
        reason: `generations are equal, blocks are marked, the source ${criterion.because}`,
      });
    }
  }
  const source = self.node < peer.node ? self : peer;
  return transfer(self, [rule, rule], {
    source,
    full: false,
    reason: 'generations are equal, blocks are marked, the source has the lower node id',
  });
}

/** §4.3: the side that is Inconsistent is target. If it is being synced from elsewhere, its slot tells what it was before. */
function completeDisk(self: View, peer: View, target: View, rule: number): Decision {
  const source = target === self ? peer : self;
  const reason = `generations are equal, the target's disk is Inconsistent`;
  const before = target.slot;
  const known = isNone(before) || sameGeneration(before, source.current) || sameGeneration(before, source.slot);
  if (!has(target, UUID_FLAGS.SYNC_TARGET) || known)
    return transfer(self, [rule, rule], { source, full: false, reason });
  const third = source.thirdSlots.find((entry) => sameGeneration(entry.generation, before));
  if (third === undefined) return transfer(self, [rule, rule], { source, full: true, reason });
  return transfer(self, [rule, rule], { source, full: false, copyFrom: third.node, reason });
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

/** A disk that is known to be old decides nothing against a better one. */
const isFit = (side: View, other: View): boolean =>
  diskAtLeast(side.disk, 'Consistent') || diskRank(side.disk) >= diskRank(other.disk);

/** Direction of a resync between equal generations: the first criterion that tells the sides apart. */
const DIRECTION: readonly Criterion[] = [
  { because: 'is Primary', pick: (self, peer) => onlyOne(self, peer, (side) => side.primary) },
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

/** Rows 16 to 24: both sides have data of different generations. */
function decideByLineage(self: View, peer: View): Decision {
  const tracks = (side: View, other: View): boolean => sameGeneration(side.slot, other.current);
  const source = onlyOne(self, peer, tracks);
  if (source !== undefined) {
    return transfer(self, [18, 16], {
      source,
      full: false,
      reason: `the source has tracked its writes since the target's generation`,
    });
  }
  // Each began to track at the other's generation: impossible in one lineage unless a disk was put back in time.
  if (tracks(self, peer)) return diverged(self, peer, 22, 'each side has moved on from the generation of the other');
  const third = (side: View, other: View) =>
    side.thirdSlots.find((entry) => sameGeneration(entry.generation, other.current));
  const byThird = onlyOne(self, peer, (side, other) => third(side, other) !== undefined);
  const copied = byThird === undefined ? undefined : third(byThird, byThird === self ? peer : self);
  if (byThird !== undefined && copied !== undefined) {
    const reason = `the source's slot of node ${copied.node} has tracked since the target's generation`;
    return transfer(self, [19, 17], { source: byThird, full: false, copyFrom: copied.node, reason });
  }
  return decideByHistory(self, peer, third(self, peer) !== undefined);
}

/** Rows 20 to 24. */
function decideByHistory(self: View, peer: View, contradictory: boolean): Decision {
  const knows = (side: View, other: View): boolean => contains(side.history, other.current);
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
 * alive. A crashed Primary also gives way to a Primary that is where it was itself just before, and has written nothing.
 *
 * Only the Primary itself knows whether it answered, without `other`, what was under way when it lost `other`; a Secondary
 * that received these writes does not. As with rule 18, whoever lets `other` be promoted vouches for that.
 */
function isDeadEnd(side: View, other: View): boolean {
  if (side.primary || !isNone(side.slot) || contains(lineage(other), side.current)) return false;
  const [previous] = side.history;
  if (has(side, UUID_FLAGS.CRASHED_PRIMARY)) {
    if (previous !== undefined && other.primary && sameGeneration(previous, other.current)) return true;
  } else if (side.disk === 'UpToDate' && !has(side, UUID_FLAGS.STABLE)) return false;
  return !isFresh(other.slot) && contains(side.history, other.slot) && !contains(side.history, other.current);
}

/** The target was brought forward along our lineage, by a third node, after our slot began to track: its marks cover more than enough. */
function advancedSinceTracking(source: View, target: View): boolean {
  if (isFresh(source.slot)) return false;
  const position = (g: Generation): number => source.history.findIndex((old) => sameGeneration(old, g));
  return position(source.slot) > position(target.current);
}

/** Everything that the data of this side descends from, as far as it is remembered. */
function lineage(side: View): readonly Generation[] {
  const slots = side.thirdSlots.map((entry) => entry.generation);
  return [side.current, side.slot, ...slots, ...side.history].filter((g) => !isFresh(g));
}

/** Rows 22 to 24, unless an operator named the victim (`discard-my-data`) or a running resync will settle the lineage. */
function diverged(self: View, peer: View, rule: 22 | 23 | 24, reason: string): Decision {
  if (has(self, UUID_FLAGS.SYNC_TARGET) || has(peer, UUID_FLAGS.SYNC_TARGET))
    return waiting(rule, `${reason}, and a side is being synced from elsewhere`);
  if (rule === 24) return { rule, outcome: 'unrelated', full: false, reason };
  const victim = onlyOne(self, peer, (side) => has(side, UUID_FLAGS.DISCARD_MY_DATA));
  if (victim === undefined) return { rule, outcome: 'split-brain', full: false, reason };
  const source = victim === self ? peer : self;
  return transfer(self, [rule, rule], {
    source,
    full: rule === 23,
    reason: `${reason}; the target discards its data`,
  });
}
