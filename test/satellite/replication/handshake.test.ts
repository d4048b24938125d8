import { expect } from 'chai';
import type { Generation } from '../../../common/ids.ts';
import { decide, explain, mirrored } from '../../../satellite/replication/handshake/decision.ts';
import type { Decision } from '../../../satellite/replication/handshake/outcome.ts';
import { JUST_CREATED, NO_GENERATION } from '../../../satellite/replication/metadata/generation-id.ts';
import { UUID_FLAGS } from '../../../satellite/replication/wire/frames.ts';

import { aSide, G1, G2, G3, G4, G5, type SideOptions } from './handshake-sides.ts';

const {
  AWAITS_WITNESSES,
  OUTLIVED_RECEIVER,
  CRASHED_PRIMARY,
  RECONNECT,
  PRIMARY_LOST_QUORUM,
  STABLE,
  SYNC_TARGET,
  COVERS_LOSS,
  DISCARD_MY_DATA,
  INCONSISTENT,
} = UUID_FLAGS;

/** Decides for node 0 against node 1, having checked that node 1 agrees. */
function decideBoth(own: SideOptions, other: SideOptions): Decision {
  const [a, b] = [aSide(0, own), aSide(1, other)];
  const decision = decide(a, b);
  expect(decide(b, a)).to.deep.equal(mirrored(decision));
  expect(mirrored(mirrored(decision))).to.deep.equal(decision);
  return decision;
}

interface Row {
  readonly name: string;
  readonly own: SideOptions;
  readonly other: SideOptions;
  readonly expected: Partial<Decision>;
}

function check(rows: readonly Row[]): void {
  for (const row of rows) {
    it(row.name, () => expect(decideBoth(row.own, row.other)).to.include(row.expected));
  }
}

describe('Handshake decision', () => {
  describe('without comparable data', () => {
    check([
      {
        name: 'rule 0: a node without a disk has nothing to sync',
        own: { disk: 'Diskless' },
        other: { current: G2 },
        expected: { rule: 0, outcome: 'no-sync' },
      },
      {
        name: 'rule 0: a size of zero counts as no disk',
        own: { sizeBytes: 0 },
        other: { current: G2 },
        expected: { rule: 0, outcome: 'no-sync' },
      },
      {
        name: 'rule 0: a failed disk counts as no disk',
        own: { disk: 'Failed' },
        other: { current: G2 },
        expected: { rule: 0, outcome: 'no-sync' },
      },
      {
        name: 'rule 1: two fresh disks leave each other alone',
        own: { current: JUST_CREATED, disk: 'Inconsistent' },
        other: { current: NO_GENERATION, disk: 'Inconsistent' },
        expected: { rule: 1, outcome: 'no-sync' },
      },
      {
        name: 'rule 2: a fresh disk is filled from the peer',
        own: { current: JUST_CREATED, disk: 'Inconsistent' },
        other: {},
        expected: { rule: 2, outcome: 'target', full: true },
      },
      {
        name: 'rule 3: a fresh peer is filled from here',
        own: {},
        other: { current: JUST_CREATED, disk: 'Inconsistent' },
        expected: { rule: 3, outcome: 'source', full: true },
      },
      {
        name: 'rule 3: an interrupted first sync continues by bitmap when both ends recorded it',
        own: { slots: { 1: JUST_CREATED }, bits: 7 },
        other: { current: JUST_CREATED, disk: 'Inconsistent', slots: { 0: JUST_CREATED } },
        expected: { rule: 3, outcome: 'source', full: false },
      },
      {
        name: 'rule 3: a peer whose metadata was created anew in the middle of its first sync starts over',
        own: { slots: { 1: JUST_CREATED }, bits: 7 },
        other: { current: JUST_CREATED, disk: 'Inconsistent' },
        expected: { rule: 3, outcome: 'source', full: true },
      },
      {
        name: 'rule 3: a half synced disk fills nobody',
        own: { disk: 'Inconsistent', flags: SYNC_TARGET },
        other: { current: JUST_CREATED, disk: 'Inconsistent' },
        expected: { rule: 3, outcome: 'no-sync', wait: true },
      },
    ]);
  });

  describe('with equal generations', () => {
    check([
      {
        name: 'rule 5: the source that missed the end of a resync repeats what is left',
        own: { slots: { 1: G2 }, bits: 3 },
        other: {},
        expected: { rule: 5, outcome: 'source', full: false },
      },
      {
        name: 'rule 5: without bits it only forgets its slot',
        own: { slots: { 1: G2 } },
        other: {},
        expected: { rule: 5, outcome: 'no-sync', clearOwn: true },
      },
      {
        name: 'rule 5: an outdated would-be source becomes target of an UpToDate peer',
        own: { slots: { 1: G2 }, bits: 3, disk: 'Outdated' },
        other: {},
        expected: { rule: 5, outcome: 'target', full: false },
      },
      {
        name: 'rule 5 does not apply when neither side is UpToDate, and the bits survive',
        own: { slots: { 1: G2 }, bits: 3, disk: 'Outdated' },
        other: { disk: 'Outdated' },
        expected: { rule: 15, outcome: 'source', full: false },
      },
      {
        name: 'rule 5: a Primary is not overwritten by the node that missed the end',
        own: { slots: { 1: G2 }, bits: 3 },
        other: { role: 'Primary' },
        expected: { rule: 5, outcome: 'target' },
      },
      {
        name: 'rule 6: the peer missed the end of a resync',
        own: {},
        other: { slots: { 0: G2 }, bits: 3 },
        expected: { rule: 6, outcome: 'target', full: false },
      },
      {
        name: 'rule 6: without bits the peer only forgets its slot',
        own: {},
        other: { slots: { 0: G2 } },
        expected: { rule: 6, outcome: 'no-sync', clearPeer: true },
      },
      {
        name: 'rule 7: a reconnect without marks needs nothing',
        own: { flags: RECONNECT | STABLE },
        other: { flags: RECONNECT | STABLE },
        expected: { rule: 7, outcome: 'no-sync' },
      },
      {
        name: 'rule 7: marks survive a reconnect and lead to a resync',
        own: { flags: RECONNECT | STABLE },
        other: { flags: RECONNECT | STABLE, bits: 1 },
        expected: { rule: 7, outcome: 'target', full: false },
      },
      {
        name: 'rule 8: under protocol A the crashed Primary is source, for it may hold writes that nobody got',
        own: { protocol: 'A', flags: CRASHED_PRIMARY | STABLE, bits: 1024, logBits: 1024 },
        other: { protocol: 'A', flags: RECONNECT | STABLE },
        expected: { rule: 8, outcome: 'source', full: false },
      },
      {
        name: 'rule 8: a living Primary goes before the crashed one',
        own: { protocol: 'B', flags: CRASHED_PRIMARY | STABLE, bits: 1024, logBits: 1024 },
        other: { protocol: 'B', flags: STABLE, role: 'Primary' },
        expected: { rule: 8, outcome: 'target', full: false },
      },
      {
        name: 'rule 8: a crashed Primary that is known to be outdated does not overwrite an UpToDate disk',
        own: { protocol: 'A', flags: CRASHED_PRIMARY | STABLE, bits: 1024, logBits: 1024, disk: 'Outdated' },
        other: { protocol: 'A' },
        expected: { rule: 8, outcome: 'target' },
      },
      {
        name: 'rule 9: the side that lost quorum alone knows of its last writes',
        own: { flags: PRIMARY_LOST_QUORUM | STABLE, bits: 2 },
        other: {},
        expected: { rule: 9, outcome: 'source' },
      },
      {
        name: 'rule 9: a leftover lost-quorum flag does not drop the marks of the survivor (DRBD issue 145)',
        own: { flags: PRIMARY_LOST_QUORUM | STABLE },
        other: { flags: RECONNECT | STABLE, bits: 16 },
        expected: { rule: 9, outcome: 'target', full: false },
      },
      {
        name: 'rule 10: both lost quorum, the position towards the lost Primary decides',
        own: { flags: PRIMARY_LOST_QUORUM | STABLE, bits: 2, lastPrimary: 4, lastDagtag: 10 },
        other: { flags: PRIMARY_LOST_QUORUM | STABLE, bits: 2, lastPrimary: 4, lastDagtag: 12 },
        expected: { rule: 10, outcome: 'target' },
      },
      {
        name: 'rule 11: the survivor is source for the Primary that crashed',
        own: { flags: RECONNECT | STABLE },
        other: { flags: CRASHED_PRIMARY | STABLE, bits: 9, logBits: 9 },
        expected: { rule: 11, outcome: 'source' },
      },
      {
        name: 'rule 12: the Primary that crashed is target of the survivor',
        own: { flags: CRASHED_PRIMARY | STABLE, bits: 9, logBits: 9 },
        other: { flags: RECONNECT | STABLE },
        expected: { rule: 12, outcome: 'target' },
      },
      {
        name: 'rule 13: a rebooted peer without marks on either side is in sync',
        own: { flags: RECONNECT | STABLE },
        other: {},
        expected: { rule: 13, outcome: 'no-sync' },
      },
      {
        name: 'rule 13: marks towards a rebooted peer are never dropped',
        own: { flags: RECONNECT | STABLE, bits: 16 },
        other: {},
        expected: { rule: 13, outcome: 'source', full: false },
      },
      {
        name: 'rule 14: after a common power loss the crashed Primary is source',
        own: { flags: CRASHED_PRIMARY | STABLE, bits: 5, logBits: 5, disk: 'Consistent' },
        other: { bits: 5, logBits: 5, disk: 'Consistent' },
        expected: { rule: 14, outcome: 'source' },
      },
      {
        name: 'rule 14: not before it has met everybody who may have what its disk has lost',
        own: { flags: CRASHED_PRIMARY | AWAITS_WITNESSES | STABLE, bits: 5, logBits: 5 },
        other: { flags: STABLE, bits: 5, logBits: 5 },
        expected: { rule: 14, outcome: 'no-sync', wait: true },
      },
      {
        name: 'rule 13: what has crashed is not brought back before it is known what it had',
        own: { flags: RECONNECT | STABLE },
        other: { flags: AWAITS_WITNESSES | STABLE, bits: 5, logBits: 5 },
        expected: { rule: 13, outcome: 'no-sync', wait: true },
      },
      {
        name: 'rule 13: what has crashed is brought back at once by who has outlived it beside their Primary',
        own: { flags: RECONNECT | STABLE | OUTLIVED_RECEIVER },
        other: { flags: AWAITS_WITNESSES | STABLE, bits: 5, logBits: 5 },
        expected: { rule: 13, outcome: 'source' },
      },
      {
        name: 'rule 14: two crashed Primaries are told apart by node id at last',
        own: { flags: CRASHED_PRIMARY | STABLE, bits: 5, logBits: 5 },
        other: { flags: CRASHED_PRIMARY | STABLE, bits: 5, logBits: 5 },
        expected: { rule: 14, outcome: 'source' },
      },
      {
        name: 'rule 15: nothing happened, nothing is done',
        own: {},
        other: {},
        expected: { rule: 15, outcome: 'no-sync', full: false },
      },
      {
        name: 'rule 15: the bit that says "written by a Primary" makes no difference',
        own: { current: (G1 | 1n) as Generation },
        other: {},
        expected: { rule: 15, outcome: 'no-sync' },
      },
    ]);
  });

  describe('direction between equal generations with marks', () => {
    check([
      {
        name: 'the Primary is source even when all marks are on the other side',
        own: { role: 'Primary' },
        other: { bits: 8 },
        expected: { outcome: 'source' },
      },
      {
        name: 'a half synced Primary is not',
        own: { role: 'Primary', disk: 'Inconsistent', bits: 8 },
        other: {},
        expected: { outcome: 'target', full: false },
      },
      {
        name: 'the better disk is source',
        own: { disk: 'Outdated', bits: 8 },
        other: {},
        expected: { outcome: 'target' },
      },
      {
        name: 'the writer that marked everything when the link broke is source',
        own: { bits: 2, disk: 'Consistent' },
        other: { bits: 2, flags: COVERS_LOSS | STABLE, disk: 'Consistent' },
        expected: { outcome: 'target' },
      },
      {
        name: 'the neighbour of a living Primary is not overwritten by a node without that link',
        own: { bits: 2 },
        other: { flags: 0 },
        expected: { outcome: 'target' },
      },
      {
        name: 'the neighbour of a Primary that is behind in its stream has to catch up before it is source',
        own: { bits: 2, lastPrimary: 4, lastDagtag: 12 },
        other: { flags: 0, lastPrimary: 4, lastDagtag: 10 },
        expected: { outcome: 'no-sync', wait: true },
      },
      {
        name: 'the neighbour of a Primary is source once it has come as far in its stream',
        own: { bits: 2, lastPrimary: 4, lastDagtag: 12 },
        other: { flags: 0, lastPrimary: 4, lastDagtag: 12 },
        expected: { outcome: 'target' },
      },
      { name: 'the side that alone has marks is source', own: {}, other: { bits: 2 }, expected: { outcome: 'target' } },
      {
        name: 'marks from the activity log of a crashed Secondary do not make it source',
        own: { bits: 2, logBits: 2 },
        other: {},
        expected: { outcome: 'target' },
      },
      {
        name: 'marks from the activity log need no resync when the writer covers the loss',
        own: { bits: 1024, logBits: 1024 },
        other: { flags: COVERS_LOSS | RECONNECT | STABLE, role: 'Primary' },
        expected: { rule: 13, outcome: 'no-sync' },
      },
      {
        name: 'a crashed Primary keeps its activity log marks whatever the peer covers',
        own: { bits: 1024, logBits: 1024, flags: CRASHED_PRIMARY | STABLE },
        other: { flags: COVERS_LOSS | RECONNECT | STABLE, role: 'Primary' },
        expected: { rule: 12, outcome: 'target' },
      },
      {
        name: 'with marks on both sides the one that lived on is source, whatever the node ids',
        own: { bits: 3 },
        other: { bits: 3, flags: RECONNECT | STABLE },
        expected: { rule: 13, outcome: 'target', full: false },
      },
      {
        name: 'positions towards different Primaries are not compared',
        own: { bits: 2, lastPrimary: 4, lastDagtag: 1 },
        other: { bits: 2, lastPrimary: 5, lastDagtag: 12 },
        expected: { outcome: 'source' },
      },
      {
        name: 'the lower node id decides when nothing else does',
        own: { bits: 2 },
        other: { bits: 2 },
        expected: { outcome: 'source' },
      },
    ]);
  });

  describe('disk states (§4.3)', () => {
    check([
      {
        name: 'an Inconsistent disk is completed by an empty resync',
        own: {},
        other: { disk: 'Inconsistent' },
        expected: { outcome: 'source', full: false },
      },
      {
        name: 'a disk that was restarted during a resync waits until it has met everybody who may be newer',
        own: {},
        other: { disk: 'Inconsistent', flags: AWAITS_WITNESSES | STABLE },
        expected: { outcome: 'no-sync', wait: true },
      },
      {
        name: 'a disk under negotiation is worth what its metadata says',
        own: {},
        other: { disk: 'Negotiating', flags: INCONSISTENT },
        expected: { outcome: 'source', full: false },
      },
      {
        name: 'two Inconsistent disks wait for a better one and keep their marks',
        own: { disk: 'Inconsistent', bits: 4 },
        other: { disk: 'Inconsistent' },
        expected: { outcome: 'no-sync', wait: true },
      },
      {
        name: 'the newest data on an Inconsistent disk is offered to nobody',
        own: { current: G2, slots: { 1: G1 }, disk: 'Inconsistent' },
        other: { current: G1 },
        expected: { rule: 18, outcome: 'no-sync', wait: true },
      },
    ]);
  });

  describe('with different generations', () => {
    check([
      {
        name: 'rule 16: the peer has tracked its writes since our generation; a disk without a past may be made anew',
        own: { current: G1 },
        other: { current: G2, slots: { 0: G1 }, spare: G1, bits: 5 },
        expected: { rule: 16, outcome: 'target', full: false, copyFrom: 'spare' },
      },
      {
        name: 'rule 18: we have tracked our writes since the generation of the peer',
        own: { current: G2, slots: { 1: G1 }, bits: 5, spare: G1 },
        other: { current: G1, history: [G3] },
        expected: { rule: 18, outcome: 'source', full: false },
      },
      {
        name: 'rule 18: an interrupted resync goes on with the blocks that are left',
        own: { current: G2, slots: { 1: G1 }, bits: 2, spare: G1 },
        other: { current: G1, disk: 'Inconsistent', bits: 2, flags: INCONSISTENT | STABLE },
        expected: { rule: 18, outcome: 'source', full: false },
      },
      {
        name: 'rule 17: the slot of a third node tells the direction, not what we lack',
        own: { current: G1 },
        other: { current: G2, slots: { 0: G3, 7: G1 } },
        expected: { rule: 17, outcome: 'target', full: true },
      },
      {
        name: "rule 17: our own slot does if it has tracked for longer than the third node's",
        own: { current: G1 },
        other: { current: G2, slots: { 0: G3, 7: G1 }, history: [G1, G3] },
        expected: { rule: 17, outcome: 'target', full: false },
      },
      {
        name: 'rule 19: the spare slot tells what a peer that was made anew lacks',
        own: { current: G2, slots: { 1: G3, 7: G1 }, spare: G1, history: [G3, G1] },
        other: { current: G1 },
        expected: { rule: 19, outcome: 'source', full: false, copyFrom: 'spare' },
      },
      {
        name: 'rule 20: a crashed Primary that changed its generation and wrote nothing gives way',
        own: { current: G2, flags: CRASHED_PRIMARY | STABLE, slots: { 1: G1 }, history: [G1] },
        other: { current: G3, role: 'Primary', slots: { 0: G1 }, history: [G1], bits: 3 },
        expected: { rule: 20, outcome: 'target', full: false },
      },
      {
        name: 'rule 22: with a mark it may hold what somebody has confirmed',
        own: { current: G2, flags: CRASHED_PRIMARY | STABLE, slots: { 1: G1 }, history: [G1], bits: 1, logBits: 1 },
        other: { current: G3, role: 'Primary', slots: { 0: G1 }, history: [G1], bits: 3 },
        expected: { rule: 22, outcome: 'split-brain' },
      },
      {
        name: 'rule 21: without a spare slot a peer of the first generation gets everything',
        own: { current: G2, slots: { 1: G3 }, history: [G3, G1] },
        other: { current: G1 },
        expected: { rule: 21, outcome: 'source', full: true },
      },
      {
        name: 'rule 23: the first generation of the spare slots makes relatives of nodes that have forgotten it',
        own: { current: G2, spare: G1 },
        other: { current: G3, spare: G1 },
        expected: { rule: 23, outcome: 'split-brain' },
      },
      {
        name: 'rule 20: our generation is in the past of the peer',
        own: { current: G1 },
        other: { current: G3, history: [G2, G1] },
        expected: { rule: 20, outcome: 'target', full: true },
      },
      {
        name: 'rule 21: the generation of the peer is in our past',
        own: { current: G3, history: [G2, G1] },
        other: { current: G1 },
        expected: { rule: 21, outcome: 'source', full: true },
      },
      {
        name: 'rule 20: a Primary that shows its clients the data of the peer is behind it, whatever the peer has forgotten',
        own: { role: 'Primary', disk: 'Inconsistent', current: G1, exposed: G3, history: [G4] },
        other: { current: G3, history: [G2, G4] },
        expected: { rule: 20, outcome: 'target' },
      },
      {
        name: 'rule 21: and such a peer is no dead end, whatever the slot of that Primary says',
        own: { current: G3, history: [G2, G4] },
        other: { role: 'Primary', disk: 'Inconsistent', current: G1, exposed: G3, slots: { 0: G2 }, history: [G4] },
        expected: { rule: 21, outcome: 'source' },
      },
      {
        name: 'rule 21: a peer that a third node brought forward since our slot began to track needs no full sync',
        own: { current: G4, history: [G3, G2, G1], slots: { 1: G1 } },
        other: { current: G3 },
        expected: { rule: 21, outcome: 'source', full: false },
      },
      {
        name: 'rule 21: a peer that fell back behind what our slot tracks gets everything',
        own: { current: G4, history: [G3, G2, G1], slots: { 1: G2 } },
        other: { current: G1 },
        expected: { rule: 21, outcome: 'source', full: true },
      },
      {
        name: 'rule 20: a change of generation that died on its way gives way to who has gone on without it',
        own: { current: G2, history: [G1], bits: 3, logBits: 3 },
        other: { current: G3, history: [G1], slots: { 0: G1 }, bits: 5, role: 'Primary' },
        expected: { rule: 20, outcome: 'target', full: false },
      },
      {
        name: 'rule 20: so do two changes that both died',
        own: { current: G3, history: [G2, G1], flags: CRASHED_PRIMARY | STABLE },
        other: { current: G4, history: [G1], slots: { 0: G1 } },
        expected: { rule: 20, outcome: 'target', full: false },
      },
      {
        name: 'rule 23: a change does not give way while its Primary lives',
        own: { current: G2, history: [G1], flags: 0 },
        other: { current: G3, history: [G1], slots: { 0: G1 } },
        expected: { rule: 23, outcome: 'split-brain' },
      },
      {
        name: 'rule 23: nor does one in which writes went on without the other side',
        own: { current: G2, history: [G1], slots: { 1: G2 } },
        other: { current: G3, history: [G1], slots: { 0: G1 } },
        expected: { rule: 23, outcome: 'split-brain' },
      },
      {
        name: 'rule 21: whoever is in our past is never our source, whatever an old slot of it says',
        own: { current: G3, history: [G2, G1] },
        other: { current: G2, history: [G1], slots: { 0: G1 } },
        expected: { rule: 21, outcome: 'source', full: true },
      },
      {
        name: 'rule 22: both moved on from one generation',
        own: { current: G2, slots: { 1: G1 } },
        other: { current: G3, slots: { 0: G1 } },
        expected: { rule: 22, outcome: 'split-brain' },
      },
      {
        name: 'rule 22: the side whose data may be discarded is target by bitmap',
        own: { current: G2, slots: { 1: G1 }, flags: DISCARD_MY_DATA | STABLE },
        other: { current: G3, slots: { 0: G1 } },
        expected: { rule: 22, outcome: 'target', full: false },
      },
      {
        name: 'rule 22: contradictory slots are never resolved by guessing',
        own: { current: G2, slots: { 1: G1 } },
        other: { current: G1, slots: { 0: G2 } },
        expected: { rule: 22, outcome: 'split-brain' },
      },
      {
        name: 'rule 23: a common ancestor is split brain',
        own: { current: G2, history: [G1] },
        other: { current: G3, history: [G1] },
        expected: { rule: 23, outcome: 'split-brain' },
      },
      {
        name: 'rule 23: the side whose data may be discarded is target of a full sync',
        own: { current: G2, history: [G1] },
        other: { current: G3, history: [G1], flags: DISCARD_MY_DATA | STABLE },
        expected: { rule: 23, outcome: 'source', full: true },
      },
      {
        name: 'rule 23 is judged later while a resync from elsewhere may settle it',
        own: { current: G2, history: [G1], flags: SYNC_TARGET | STABLE, disk: 'Inconsistent' },
        other: { current: G3, history: [G1] },
        expected: { rule: 23, outcome: 'split-brain', deferred: true },
      },
      {
        name: 'rule 24: data of two strangers is left alone',
        own: { current: G2, history: [G1] },
        other: { current: G3, history: [G4, G5] },
        expected: { rule: 24, outcome: 'unrelated' },
      },
    ]);
  });

  it('tells people the rule, the outcome and the reason in one line', () => {
    const text = explain(decideBoth({ current: G2, spare: G1 }, { current: G1 }));
    expect(text).to.equal(
      "rule 19: source, bitmap, with the spare slot (the source's spare slot has tracked since the target's generation)",
    );
  });
});
