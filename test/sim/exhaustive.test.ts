import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { scopeOf } from '../../sim/exhaustive/scope.ts';
import { type SearchResult, search } from '../../sim/exhaustive/search.ts';
import { HashSet } from '../../sim/exhaustive/state-hash.ts';
import { MUTANTS } from '../../sim/mutants/catalogue.ts';
import { mutatedTree } from '../../sim/mutants/run.ts';

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

  it('visits every state of two nodes, one block and two writes, and finds nothing', () => {
    const result = search(scopeOf({ writes: 2, crashes: 0, cuts: 0, opens: 1 }));
    expect(told(result)).to.equal('');
    expect(result.closed).to.equal(true);
    expect(result.states).to.be.greaterThan(4_000);
    expect(result.healed).to.be.greaterThan(20);
  });

  it('finds the same states again', () => {
    const scope = scopeOf({ writes: 1, crashes: 0, opens: 1 });
    expect(search(scope)).to.deep.equal(search(scope));
  });

  it('finds an acknowledgement before the peer has answered (M01), in the fewest steps', () => {
    const { counterexample } = searchMutant('M01', '--writes 1 --crashes 0 --opens 1');
    expect(counterexample?.oracle).to.equal('O1');
    expect(counterexample?.path.length).to.be.lessThan(10);
  });

  it('finds an acknowledgement when the peer has received, not written (M02)', () => {
    expect(searchMutant('M02', '--writes 1 --crashes 0 --opens 1').counterexample?.oracle).to.equal('O1');
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
