import { expect } from 'chai';
import fc from 'fast-check';
import { decideQuorum, type QuorumPolicy, type Votes } from '../../../../satellite/replication/quorum/votes.ts';

const NOBODY: Votes = {
  upToDate: 0,
  present: 0,
  outdated: 0,
  quorumless: 0,
  unknown: 0,
  diskless: 0,
  missingDiskless: 0,
};
const MAJORITY: QuorumPolicy = { threshold: 'majority', minimumRedundancy: 'off', dynamicVoters: true };
const STRICT: QuorumPolicy = { ...MAJORITY, dynamicVoters: false };

function isQuorate(votes: Partial<Votes>, policy: QuorumPolicy = MAJORITY, had = false): boolean {
  return decideQuorum({ ...NOBODY, ...votes }, policy, had).quorate;
}

describe('Quorum', () => {
  const table: readonly [string, Partial<Votes>, QuorumPolicy, boolean, boolean][] = [
    ['is always there when it is off', {}, { ...MAJORITY, threshold: 'off' }, false, true],
    ['is not there without any voter', { diskless: 3 }, MAJORITY, true, false],
    ['needs two of three', { upToDate: 1, unknown: 2 }, MAJORITY, true, false],
    ['has two of three', { upToDate: 2, unknown: 1 }, MAJORITY, false, true],
    ['counts voters that are behind', { upToDate: 1, present: 1, unknown: 1 }, MAJORITY, false, true],
    ['is not there in half of four', { upToDate: 2, unknown: 2 }, MAJORITY, true, false],
    [
      'of all is broken by one absent node',
      { upToDate: 2, unknown: 1 },
      { ...MAJORITY, threshold: 'all' },
      true,
      false,
    ],
    ['of all counts those who are left', { upToDate: 2, outdated: 1 }, { ...MAJORITY, threshold: 'all' }, true, true],
    ['takes a number as it is', { upToDate: 3, unknown: 2 }, { ...MAJORITY, threshold: 4 }, true, false],
    ['stays with the last one when all others are outdated', { upToDate: 1, outdated: 2 }, MAJORITY, false, true],
    ['does not in strict mode', { upToDate: 1, outdated: 2 }, STRICT, true, false],
    ['is lost to one unknown among the outdated', { upToDate: 1, outdated: 1, unknown: 1 }, MAJORITY, true, false],
    ['leaves out who cannot have it', { upToDate: 1, quorumless: 1 }, MAJORITY, true, true],
    [
      'fears the absent ones once they might be a majority',
      { upToDate: 1, quorumless: 1, outdated: 1 },
      MAJORITY,
      true,
      false,
    ],
    ['is kept by a tie-breaker', { upToDate: 1, unknown: 1, diskless: 1 }, MAJORITY, true, true],
    ['is not regained by a tie-breaker', { upToDate: 1, unknown: 1, diskless: 1 }, MAJORITY, false, false],
    ['is not kept by a missing tie-breaker', { upToDate: 1, unknown: 1, missingDiskless: 1 }, MAJORITY, true, false],
    [
      'asks for most of the tie-breakers',
      { upToDate: 1, unknown: 1, diskless: 1, missingDiskless: 2 },
      MAJORITY,
      true,
      false,
    ],
    ['breaks no tie among odd voters', { upToDate: 1, unknown: 2, diskless: 1 }, MAJORITY, true, false],
    [
      'asks for redundancy',
      { upToDate: 1, present: 1, unknown: 1 },
      { ...MAJORITY, minimumRedundancy: 2 },
      true,
      false,
    ],
  ];
  for (const [what, votes, policy, had, expected] of table) {
    it(what, () => expect(isQuorate(votes, policy, had)).to.equal(expected));
  }

  const votes = fc.record({
    upToDate: fc.nat(4),
    present: fc.nat(4),
    outdated: fc.nat(4),
    quorumless: fc.nat(4),
    unknown: fc.nat(4),
    diskless: fc.nat(3),
    missingDiskless: fc.nat(3),
  });

  it('is never regained through diskless nodes', () => {
    fc.assert(
      fc.property(votes, fc.boolean(), (some, dynamicVoters) => {
        const policy = { ...MAJORITY, dynamicVoters };
        const without = { ...some, diskless: 0, missingDiskless: 0 };
        expect(isQuorate(some, policy, false)).to.equal(isQuorate(without, policy, false));
      }),
    );
  });

  it('never gets lost because a voter arrives', () => {
    fc.assert(
      fc.property(votes, fc.boolean(), (some, had) => {
        fc.pre(some.unknown > 0);
        const more = { ...some, unknown: some.unknown - 1, upToDate: some.upToDate + 1 };
        if (isQuorate(some, MAJORITY, had)) expect(isQuorate(more, MAJORITY, had)).to.equal(true);
      }),
    );
  });

  it('is never in two partitions at once that only know of each other that they are apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(3), fc.nat(3), (voters, cut, left, right) => {
        const here = Math.min(cut, voters);
        const there = voters - here;
        const a = { upToDate: here, unknown: there, diskless: left, missingDiskless: right };
        const b = { upToDate: there, unknown: here, diskless: right, missingDiskless: left };
        expect(isQuorate(a, MAJORITY, true) && isQuorate(b, MAJORITY, true)).to.equal(false);
      }),
    );
  });

  it('is never in two partitions at once, whatever splits and losses they went through', () => {
    const losses = fc.array(fc.record({ side: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 7 }), losses, (voters, splits) => {
        const model = new Partitions(voters);
        for (const { side } of splits) {
          model.split(side);
          expect(model.quorateGroups(), JSON.stringify(splits)).to.be.at.most(1);
        }
      }),
    );
  });
});

/** Voters that fall apart further and further; each remembers who was with it when it had quorum. */
class Partitions {
  private readonly group: number[];
  private readonly have: boolean[];
  private readonly members: Set<number>[];
  private nextGroup = 1;

  constructor(voters: number) {
    const all = Array.from({ length: voters }, (_, i) => i);
    this.group = all.map(() => 0);
    this.have = all.map(() => true);
    this.members = all.map(() => new Set(all));
  }

  split(side: readonly boolean[]): void {
    const fresh = new Map<number, number>();
    this.group.forEach((group, node) => {
      if (side[node] !== true) return;
      if (!fresh.has(group)) fresh.set(group, this.nextGroup++);
      this.group[node] = fresh.get(group) ?? group;
    });
    for (const node of this.group.keys()) this.assess(node);
  }

  private assess(node: number): void {
    const here = this.group.flatMap((group, other) => (group === this.group[node] ? [other] : []));
    const away = this.group.flatMap((group, other) => (group === this.group[node] ? [] : [other]));
    const had = this.have[node] === true;
    const quorumless = away.filter((other) => had && !this.members[node]?.has(other)).length;
    const unknown = away.length - quorumless;
    this.have[node] = isQuorate({ upToDate: here.length, quorumless, unknown }, MAJORITY, had);
    if (this.have[node]) this.members[node] = new Set(here);
  }

  quorateGroups(): number {
    return new Set(this.group.filter((_, node) => this.have[node])).size;
  }
}
