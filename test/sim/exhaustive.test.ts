import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { NodeId } from '../../common/ids.ts';
import { collector, type InUse, noneInUse, ranksIn } from '../../sim/exhaustive/renumbering.ts';
import { scopeOf } from '../../sim/exhaustive/scope.ts';
import { type SearchResult, search } from '../../sim/exhaustive/search.ts';
import { HashSet } from '../../sim/exhaustive/state-hash.ts';
import { MUTANTS } from '../../sim/mutants/catalogue.ts';
import { mutatedTree } from '../../sim/mutants/tree.ts';

const told = ({ counterexample }: SearchResult): string =>
  counterexample === undefined ? '' : [counterexample.sentence, ...counterexample.path].join('\n');

/** The search in a copy of the tree that has this bug in it. */
function searchMutant(id: string, budgets: string): SearchResult {
  const mutant = MUTANTS.find((each) => each.id === id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
  const root = mutatedTree(mutant);
  try {
    const program = ['--import', 'tsx', join(root, 'sim/main.ts'), 'exhaust', '--json', '--seconds', '120'];
    const { stdout } = spawnSync(process.execPath, [...program, ...budgets.split(' ')], {
      cwd: root,
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as SearchResult;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('The exhaustive search', function () {
  this.timeout(600_000);

  it('visits every state of two nodes, one block, two writes and one crash, and finds nothing', () => {
    const result = search(scopeOf({ writes: 2, crashes: 1, opens: 1 }));
    expect(told(result)).to.equal('');
    expect(result.closed).to.equal(true);
    expect(result.states).to.be.greaterThan(100_000);
    expect(result.healed).to.be.greaterThan(1_000);
  });

  it('visits every state of one write without failures with disks that are late', () => {
    const result = search(scopeOf({ writes: 1, crashes: 0, opens: 1, instantDisks: false }));
    expect(told(result)).to.equal('');
    expect(result.closed).to.equal(true);
    expect(result.states).to.be.greaterThan(800);
  });

  it('finds the same states again', () => {
    const scope = scopeOf({ writes: 1, crashes: 0, opens: 1 });
    expect(search(scope)).to.deep.equal(search(scope));
  });

  it('finds an acknowledgement before the peer has answered (M01), in the fewest steps', () => {
    const { counterexample } = searchMutant('M01', '--writes 1 --crashes 0 --opens 1 --no-instant-disks');
    expect(counterexample?.oracle).to.equal('O1');
    expect(counterexample?.path.length).to.be.lessThan(10);
  });

  for (const [id, budgets, title] of [
    ['M02', '--writes 1 --opens 1', 'an acknowledgement when the peer has received, not written'],
    ['M03', '--writes 1 --opens 1', 'a lost peer that is not marked for writes whose barrier is open'],
    ['M07', '--writes 1 --opens 1', 'an activity log that is ignored after a crash'],
  ] as const) {
    it(`finds ${title} (${id})`, () => {
      const { counterexample } = searchMutant(id, budgets);
      expect(counterexample?.oracle).to.match(/^O/);
    });
  }
});

describe('Numbers that begin again', () => {
  const nodes = 2;
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { maxLength: 8 });

  function useOf(all: readonly number[]): InUse {
    const use = noneInUse(nodes);
    for (const value of all) collector(nodes, use)('state', 1 as NodeId, value);
    return use;
  }

  it('become their ranks, and what they were', () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const { toRank, fromRank } = ranksIn(useOf(all), nodes);
        const sorted = [...all].sort((a, b) => a - b);
        const ranks = sorted.map((value) => toRank('state', 1 as NodeId, value));
        expect(ranks).to.deep.equal(sorted.map((_, i) => i + 1));
        expect(ranks.map((rank) => fromRank('state', 1 as NodeId, rank))).to.deep.equal(sorted);
      }),
    );
  });

  it('leave a node alone exactly if none of its own would change', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 255 }), (all, chosen) => {
        const { toRank, keep } = ranksIn(useOf(all), nodes);
        const own = all.filter((_, i) => ((chosen >>> i) & 1) === 1);
        expect(keep(useOf(own))).to.equal(own.every((value) => toRank('state', 1 as NodeId, value) === value));
      }),
    );
  });
});

describe('The set of hashes', () => {
  it('knows what was added, also after it has grown', () => {
    const set = new HashSet(16);
    const hashes = Array.from({ length: 500 }, (_, i) => [Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b)] as const);
    for (const [high, low] of hashes) expect(set.add(high, low)).to.equal(true);
    for (const [high, low] of hashes) expect(set.add(high, low)).to.equal(false);
    expect(set.size).to.equal(500);
  });
});
