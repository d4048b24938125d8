import { expect } from 'chai';
import { type Generation, nodeId, volumeNumber } from '../../../common/ids.ts';
import type { Role } from '../../../common/states.ts';
import { bytes } from '../../../common/units.ts';
import { decide, mirrored } from '../../../satellite/replication/handshake/decision.ts';
import { policyMismatch } from '../../../satellite/replication/handshake/split-brain.ts';
import { decideTogether } from '../../../satellite/replication/handshake/together.ts';
import { handlersOf, judgeDecision } from '../../../satellite/replication/handshake/verdict.ts';
import type { HandshakeSide } from '../../../satellite/replication/handshake/view.ts';
import { NO_GENERATION } from '../../../satellite/replication/metadata/generation-id.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';
import { type HandshakePolicies, UUID_FLAGS } from '../../../satellite/replication/wire/frames.ts';

const COMMON = 0x100n as Generation;
const PRIMARY_THEN = 0x101n as Generation;
const { STABLE, QUORATE, DISCARD_MY_DATA } = UUID_FLAGS;

interface Side {
  readonly bits?: number;
  readonly role?: Role;
  readonly slot?: Generation;
  readonly flags?: number;
  readonly policies?: Partial<HandshakePolicies>;
}

const { afterSb0pri, afterSb1pri, afterSb2pri, alwaysAsbp, rrConflict } = DEFAULT_OPTIONS;

/** Node 0 and node 1 have both moved on from one generation. */
function sides(own: Side, other: Side, both: Partial<HandshakePolicies>): [HandshakeSide, HandshakeSide] {
  const make = (node: number, o: Side): HandshakeSide => ({
    node: nodeId(node),
    role: o.role ?? 'Secondary',
    protocol: 'C',
    policies: { afterSb0pri, afterSb1pri, afterSb2pri, alwaysAsbp, rrConflict, ...both, ...o.policies },
    lastPrimary: undefined,
    lastDagtag: 0,
    handshake: {
      volume: volumeNumber(0),
      sizeBytes: bytes(1_048_576),
      capacityBytes: bytes(1_048_576),
      usedBytes: bytes(0),
      blockBytes: bytes(4_096),
      diskState: 'UpToDate',
      current: BigInt((node + 2) * 0x100) as Generation,
      exposed: NO_GENERATION,
      bitmap: [{ node: nodeId(1 - node), generation: o.slot ?? COMMON }],
      spare: NO_GENERATION,
      history: [COMMON],
      dirtyBits: o.bits ?? 1,
      logDerivedBits: 0,
      flags: o.flags ?? STABLE,
    },
  });
  return [make(0, own), make(1, other)];
}

/** What node 0 does; node 1 has been asked as well. */
function verdict(own: Side, other: Side, both: Partial<HandshakePolicies> = {}): string {
  const [a, b] = sides(own, other, both);
  const decision = decide(a, b);
  expect(decide(b, a)).to.deep.equal(mirrored(decision));
  expect(decision.rule).to.equal(22);
  return judgeDecision(decision, a, b).verdict;
}

describe('Split brain', () => {
  it('is refused on both ends unless something decides', () => {
    expect(verdict({}, {})).to.equal('refuse');
    const [a, b] = sides({}, {}, {});
    const judgement = judgeDecision(decide(a, b), a, b);
    expect(handlersOf(judgement, a.node)).to.deep.equal(['initial-split-brain', 'split-brain']);
    expect(handlersOf(judgeDecision(decide(b, a), b, a), b.node)).to.deep.equal(['initial-split-brain', 'split-brain']);
  });

  it('is left alone, without a call for help, while a side follows a Primary', () => {
    const [a, b] = sides({ flags: 0 }, {}, { afterSb0pri: 'discard-least-changes' });
    const judgement = judgeDecision(decide(a, b), a, b);
    expect(judgement.verdict).to.equal('refuse');
    expect(handlersOf(judgement, a.node)).to.deep.equal([]);
  });

  it('goes to the side that alone has quorum, before any policy', () => {
    const all = { afterSb0pri: 'discard-least-changes' } as const;
    expect(verdict({ bits: 1, flags: STABLE | QUORATE }, { bits: 9 }, all)).to.equal('source-bitmap');
    expect(verdict({ bits: 1, flags: STABLE | QUORATE }, { bits: 9, flags: STABLE | QUORATE }, all)).to.equal(
      'target-bitmap',
    );
  });

  it('without a Primary is resolved as after-sb-0pri says', () => {
    const by = (afterSb0pri: HandshakePolicies['afterSb0pri'], own: Side, other: Side): string =>
      verdict(own, { ...other }, { afterSb0pri });
    expect(by('discard-zero-changes', { bits: 0 }, { bits: 3 })).to.equal('target-bitmap');
    expect(by('discard-zero-changes', { bits: 1 }, { bits: 3 })).to.equal('refuse');
    expect(by('discard-least-changes', { bits: 1 }, { bits: 3 })).to.equal('target-bitmap');
    expect(by('discard-least-changes', { bits: 3 }, { bits: 3 })).to.equal('source-bitmap');
    expect(by('discard-younger-primary', { slot: PRIMARY_THEN }, { bits: 9 })).to.equal('source-bitmap');
    expect(by('discard-older-primary', { slot: PRIMARY_THEN, bits: 9 }, {})).to.equal('target-bitmap');
    expect(by('discard-younger-primary', { bits: 1 }, { bits: 2 })).to.equal('target-bitmap');
  });

  it('comes to one result for all volumes, by what has changed on all of them', () => {
    const by = (afterSb0pri: HandshakePolicies['afterSb0pri'], ...volumes: [Side, Side][]): string[] => {
      const pairs = volumes.map(([own, other]) => sides(own, other, { afterSb0pri }));
      const decisions = decideTogether(pairs);
      const opposite = decideTogether(pairs.map(([a, b]) => [b, a]));
      expect(opposite).to.deep.equal(decisions.map(mirrored));
      return decisions.map(({ outcome }) => outcome);
    };
    expect(by('discard-least-changes', [{ bits: 1 }, { bits: 3 }], [{ bits: 9 }, { bits: 3 }])).to.deep.equal([
      'source',
      'source',
    ]);
    expect(by('discard-zero-changes', [{ bits: 0 }, { bits: 3 }], [{ bits: 3 }, { bits: 0 }])).to.deep.equal([
      'split-brain',
      'split-brain',
    ]);
    expect(by('discard-younger-primary', [{ slot: PRIMARY_THEN }, {}], [{ bits: 1 }, { bits: 9 }])).to.deep.equal([
      'source',
      'source',
    ]);
  });

  it('goes on in the direction that some volumes remember', () => {
    const policies = { afterSb0pri: 'discard-least-changes' } as const;
    const [winner, loser] = sides({}, { slot: NO_GENERATION }, policies);
    const begun: [HandshakeSide, HandshakeSide] = [
      {
        ...winner,
        handshake: { ...winner.handshake, bitmap: [{ node: loser.node, generation: loser.handshake.current }] },
      },
      loser,
    ];
    const decisions = decideTogether([begun, sides({ bits: 1 }, { bits: 9 }, policies)]);
    expect(decisions.map(({ rule, outcome }) => [rule, outcome])).to.deep.equal([
      [18, 'source'],
      [22, 'source'],
    ]);
  });

  it('knows its own side from the other: local here is remote there', () => {
    const remote = { policies: { afterSb0pri: 'discard-remote' } } as const;
    const local = { policies: { afterSb0pri: 'discard-local' } } as const;
    expect(verdict(local, remote)).to.equal('target-bitmap');
    expect(verdict(remote, local)).to.equal('source-bitmap');
    expect(verdict(local, local), 'both would go').to.equal('refuse');
  });

  it('with one Primary is resolved as after-sb-1pri says', () => {
    const by = (afterSb1pri: HandshakePolicies['afterSb1pri'], primaryBits: number): string =>
      verdict(
        { role: 'Primary', bits: primaryBits },
        { bits: 2 },
        { afterSb0pri: 'discard-least-changes', afterSb1pri },
      );
    expect(by('disconnect', 9)).to.equal('refuse');
    expect(by('consensus', 9)).to.equal('source-bitmap');
    expect(by('consensus', 1), 'it would discard the Primary').to.equal('refuse');
    expect(by('discard-secondary', 1)).to.equal('source-bitmap');
    expect(by('violently-as0p', 9)).to.equal('source-bitmap');
    expect(by('violently-as0p', 1), 'rr-conflict has the last word').to.equal('refuse');
    expect(by('call-pri-lost-after-sb', 9)).to.equal('source-bitmap');
    expect(by('call-pri-lost-after-sb', 1), 'it has to step down first').to.equal('refuse');
  });

  it('names the Primary that has to step down, and calls nobody before it has tried', () => {
    const policies = { afterSb0pri: 'discard-least-changes', afterSb1pri: 'call-pri-lost-after-sb' } as const;
    const [a, b] = sides({ role: 'Primary', bits: 1 }, { bits: 2 }, policies);
    const decision = decide(a, b);
    expect(decision.givesUp).to.equal(0);
    expect(handlersOf(judgeDecision(decision, a, b), a.node)).to.deep.equal(['initial-split-brain']);
  });

  it('with two Primaries lets the loser step down, or nobody connects', () => {
    const primaries: [Side, Side] = [
      { role: 'Primary', bits: 1 },
      { role: 'Primary', bits: 2 },
    ];
    const policies = { afterSb0pri: 'discard-least-changes', afterSb2pri: 'call-pri-lost-after-sb' } as const;
    const [a, b] = sides(...primaries, policies);
    expect(decide(a, b).givesUp).to.equal(0);
    expect(verdict(...primaries, { ...policies, afterSb2pri: 'violently-as0p' })).to.equal('refuse');
  });

  it('is decided by the operator who names one victim, even against the policy', () => {
    const least = { afterSb0pri: 'discard-least-changes' } as const;
    expect(verdict({ bits: 9, flags: STABLE | DISCARD_MY_DATA }, { bits: 1 }, least)).to.equal('target-bitmap');
    const both = { flags: STABLE | DISCARD_MY_DATA };
    expect(verdict(both, both), 'both named: nothing is decided').to.equal('refuse');
    expect(verdict({ ...both, role: 'Primary' }, {}), 'a Primary is in use').to.equal('refuse');
  });

  it('refuses ends that are configured differently, in the words of DRBD', () => {
    const policies = sides({}, {}, {})[0].policies;
    expect(policyMismatch(policies, policies)).to.equal(undefined);
    expect(policyMismatch(policies, { ...policies, afterSb0pri: 'discard-local' })).to.contain('after-sb-0pri');
    expect(policyMismatch(policies, { ...policies, afterSb1pri: 'consensus' })).to.contain('after-sb-1pri');
    expect(policyMismatch(policies, { ...policies, afterSb2pri: 'violently-as0p' })).to.contain('after-sb-2pri');
    const local = { ...policies, afterSb0pri: 'discard-local' } as const;
    expect(policyMismatch(local, local)).to.contain('after-sb-0pri');
    expect(policyMismatch(local, { ...local, afterSb0pri: 'discard-remote' })).to.equal(undefined);
  });
});

describe('A Primary that would become target', () => {
  const behind = (policy: HandshakePolicies['rrConflict']): [HandshakeSide, HandshakeSide] => {
    const [a, b] = sides({ role: 'Primary' }, { flags: STABLE }, { rrConflict: policy });
    const older = { ...a, handshake: { ...a.handshake, current: COMMON, bitmap: [], history: [] } };
    return [older, b];
  };

  it('stays apart, is tried again, calls for help or gives in, as rr-conflict says', () => {
    const outcome = (policy: HandshakePolicies['rrConflict']) => {
      const [a, b] = behind(policy);
      const { verdict, retry } = judgeDecision(decide(a, b), a, b);
      return [verdict, retry, ...handlersOf(judgeDecision(decide(a, b), a, b), a.node)];
    };
    expect(outcome('disconnect')).to.deep.equal(['refuse', false]);
    expect(outcome('auto-discard')).to.deep.equal(['refuse', false]);
    expect(outcome('retry-connect')).to.deep.equal(['refuse', true]);
    expect(outcome('call-pri-lost')).to.deep.equal(['refuse', false, 'pri-lost']);
    expect(outcome('violently')).to.deep.equal(['target-bitmap', false]);
  });
});

describe('Discarding data where there is no conflict', () => {
  it('turns the direction round, back to older data, if those are whole', () => {
    const [a, b] = sides({ flags: STABLE | DISCARD_MY_DATA }, {}, {});
    const older = { ...b, handshake: { ...b.handshake, current: COMMON, bitmap: [], history: [] } };
    const decision = decide(a, older);
    expect(decision).to.include({ rule: 18, outcome: 'target', full: false, discards: true });
    expect(decide(older, a)).to.deep.equal(mirrored(decision));
    const half = { ...older, handshake: { ...older.handshake, diskState: 'Inconsistent' as const } };
    expect(decide(a, half)).to.include({ rule: 18, outcome: 'source' });
  });
});
