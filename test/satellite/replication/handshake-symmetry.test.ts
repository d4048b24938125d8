import { expect } from 'chai';
import fc from 'fast-check';
import type { Generation } from '../../../common/ids.ts';
import type { DiskState, Role } from '../../../common/states.ts';
import { judgeDecision, MIRROR } from '../../../satellite/replication/handshake/verdict.ts';
import { decide, mirrored } from '../../../satellite/replication/handshake/decision.ts';
import type { Decision } from '../../../satellite/replication/handshake/outcome.ts';
import type { HandshakeSide } from '../../../satellite/replication/handshake/view.ts';
import {
  AFTER_SPLIT_BRAIN_0,
  AFTER_SPLIT_BRAIN_1,
  AFTER_SPLIT_BRAIN_2,
  RESYNC_CONFLICT,
} from '../../../common/options/options.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../../../satellite/replication/metadata/generation-id.ts';
import {
  type HandshakePolicies,
  type ReplicationProtocol,
  UUID_FLAGS,
} from '../../../satellite/replication/wire/frames.ts';

import { aSide, G1, G2, G3, G4 } from './handshake-sides.ts';

const { CRASHED_PRIMARY, RECONNECT, PRIMARY_LOST_QUORUM, STABLE, DISCARD_MY_DATA, QUORATE } = UUID_FLAGS;

/** Promises that hold whatever the two sides say. */
function checkLaws(a: HandshakeSide, b: HandshakeSide): void {
  const decision = decide(a, b);
  const opposite = decide(b, a);
  const same = JSON.stringify(sorted(opposite)) === JSON.stringify(sorted(mirrored(decision)));
  if (!same) expect(opposite, 'both ends agree').to.deep.equal(mirrored(decision));
  const { outcome } = decision;
  if (outcome === 'source' || outcome === 'target') {
    const source = outcome === 'source' ? a : b;
    if (source.handshake.diskState === 'Inconsistent') expect.fail('the source is consistent');
    if (sameGeneration(source.handshake.current, JUST_CREATED)) expect.fail('fresh data is never a source');
  }
  const equal = sameGeneration(a.handshake.current, b.handshake.current) && decision.rule >= 5;
  const marked =
    a.handshake.dirtyBits - a.handshake.logDerivedBits > 0 || b.handshake.dirtyBits - b.handshake.logDerivedBits > 0;
  if (equal && marked && outcome !== 'source' && outcome !== 'target' && decision.wait !== true)
    expect.fail('marks between equal generations are never dropped');
  if (!equal && decision.rule >= 16 && outcome === 'no-sync' && decision.wait !== true)
    expect.fail('different generations are never called in sync');
}

/** Also such as do not match: the two ends would not get as far, but `decide` has to be total. */
const anyPolicies = fc.record({
  afterSb0pri: fc.constantFrom(...AFTER_SPLIT_BRAIN_0),
  afterSb1pri: fc.constantFrom(...AFTER_SPLIT_BRAIN_1),
  afterSb2pri: fc.constantFrom(...AFTER_SPLIT_BRAIN_2),
  alwaysAsbp: fc.boolean(),
  rrConflict: fc.constantFrom(...RESYNC_CONFLICT),
});

const sorted = (decision: Decision): unknown[] => Object.entries(decision).sort(([x], [y]) => (x < y ? -1 : 1));

const SWAPPED_0PRI = new Map<HandshakePolicies['afterSb0pri'], HandshakePolicies['afterSb0pri']>([
  ['discard-local', 'discard-remote'],
  ['discard-remote', 'discard-local'],
]);

/** And what they do about it: mirrored verdicts, and never a resync over a Primary in use unless told so. */
function checkVerdicts(a: HandshakeSide, b: HandshakeSide): void {
  checkLaws(a, b);
  const mine = judgeDecision(decide(a, b), a, b);
  const theirs = judgeDecision(decide(b, a), b, a);
  if (MIRROR[mine.verdict] !== theirs.verdict)
    expect(theirs.verdict, 'verdicts are mirrored').to.equal(MIRROR[mine.verdict]);
  if (mine.refusal !== theirs.refusal) expect(theirs.refusal, 'both ends say the same').to.equal(mine.refusal);
  const target = mine.verdict.startsWith('target') ? a : mine.verdict.startsWith('source') ? b : undefined;
  if (target?.role === 'Primary' && target.handshake.diskState === 'UpToDate')
    expect(target.policies.rrConflict).to.equal('violently');
}

describe('Handshake symmetry', () => {
  it('gives both ends mirrored results for every combination of a small world of generations', () => {
    const currents = [NO_GENERATION, JUST_CREATED, G1, G2, G3];
    const slots = [NO_GENERATION, JUST_CREATED, G1, G2, G3];
    const thirds = [NO_GENERATION, G1, G2];
    const histories = [[], [G1], [G3, G2, G1]];
    const sides = (node: number, other: number): HandshakeSide[] =>
      currents.flatMap((current) =>
        slots.flatMap((slot) =>
          thirds.flatMap((third) =>
            histories.map((history) => aSide(node, { current, history, slots: { [other]: slot, 7: third } })),
          ),
        ),
      );
    const [all, others] = [sides(2, 3), sides(3, 2)];
    for (const a of all) for (const b of others) checkLaws(a, b);
  }).timeout(10_000);

  it('gives both ends mirrored results for every combination of flags, roles, disks and marks', () => {
    const flags = [CRASHED_PRIMARY, RECONNECT, PRIMARY_LOST_QUORUM, STABLE];
    const flagSets = Array.from({ length: 16 }, (_, mask) =>
      flags.reduce((sum, flag, i) => ((mask >> i) & 1 ? sum | flag : sum), 0),
    );
    const sides = (node: number): HandshakeSide[] =>
      flagSets.flatMap((set) =>
        (['Inconsistent', 'Outdated', 'UpToDate'] as const).flatMap((disk) =>
          [0, 1].flatMap((bits) =>
            (['Primary', 'Secondary'] as const).map((role) =>
              aSide(node, { flags: set, disk, bits, role, protocol: 'A' }),
            ),
          ),
        ),
      );
    const [all, others] = [sides(2), sides(3)];
    for (const a of all) for (const b of others) checkLaws(a, b);
  }).timeout(10_000);

  it("gives both ends mirrored results for every policy, role, rule, quorum and operator's word", () => {
    const worlds = [
      { slot: G1, history: [] },
      { slot: (G1 | 1n) as Generation, history: [] },
      { slot: NO_GENERATION, history: [G1] },
    ];
    const flagSets = [STABLE, 0, STABLE | QUORATE, STABLE | DISCARD_MY_DATA];
    const sides = (node: number, other: number, current: Generation, policies: Partial<HandshakePolicies>) =>
      worlds.flatMap(({ slot, history }) =>
        flagSets.flatMap((flags) =>
          [0, 3].flatMap((bits) =>
            (['Primary', 'Secondary'] as const).map((role) =>
              aSide(node, { current, slots: { [other]: slot }, history, flags, bits, role, policies }),
            ),
          ),
        ),
      );
    for (const afterSb0pri of AFTER_SPLIT_BRAIN_0) {
      for (const [n, afterSb1pri] of AFTER_SPLIT_BRAIN_1.entries()) {
        const afterSb2pri = AFTER_SPLIT_BRAIN_2[n % 3] ?? 'disconnect';
        const same = { afterSb1pri, afterSb2pri, alwaysAsbp: n > 0 };
        const own = sides(2, 3, G2, { afterSb0pri, ...same });
        const others = sides(3, 2, G3, { afterSb0pri: SWAPPED_0PRI.get(afterSb0pri) ?? afterSb0pri, ...same });
        for (const a of own) for (const b of others) checkVerdicts(a, b);
      }
    }
  }).timeout(60_000);

  it('holds for arbitrary descriptions', () => {
    const generation = fc.constantFrom(NO_GENERATION, JUST_CREATED, G1, (G1 | 1n) as Generation, G2, G3, G4);
    const side = (node: number, other: number) =>
      fc
        .record({
          current: generation,
          own: generation,
          third: generation,
          self: generation,
          history: fc.array(generation, { maxLength: 4 }),
          disk: fc.constantFrom<DiskState>(
            'Diskless',
            'Negotiating',
            'Inconsistent',
            'Outdated',
            'Consistent',
            'UpToDate',
          ),
          bits: fc.nat(3),
          logBits: fc.nat(3),
          flags: fc.nat(8_191),
          spare: generation,
          exposed: generation,
          policies: anyPolicies,
          role: fc.constantFrom<Role>('Primary', 'Secondary'),
          protocol: fc.constantFrom<ReplicationProtocol>('A', 'B', 'C'),
          lastPrimary: fc.constantFrom(4, 5),
          lastDagtag: fc.nat(2),
        })
        .map((o) =>
          aSide(node, {
            ...o,
            logBits: Math.min(o.logBits, o.bits),
            exposed: o.role === 'Primary' ? o.exposed : NO_GENERATION,
            slots: { [other]: o.own, [node]: o.self, 9: o.third },
          }),
        );
    fc.assert(
      fc.property(side(1, 0), side(0, 1), (a, b) => checkVerdicts(a, b)),
      { numRuns: 5_000 },
    );
  });

  it('does not depend on the node ids unless they are the last resort', () => {
    const flagSets = [STABLE, STABLE | CRASHED_PRIMARY, STABLE | RECONNECT, 0];
    for (const flags of flagSets) {
      for (const current of [G1, G2]) {
        const low = decide(aSide(0, { flags, current, slots: { 1: G1 } }), aSide(1, { current: G1, bits: 1 }));
        const high = decide(aSide(1, { flags, current, slots: { 0: G1 } }), aSide(0, { current: G1, bits: 1 }));
        expect(low).to.deep.equal(high);
      }
    }
  });
});
