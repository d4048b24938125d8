import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from '../../../sim/mutants/catalogue.ts';
import { runMutants } from '../../../sim/mutants/run.ts';
import { projectRoot } from '../../../sim/mutants/tree.ts';

describe('mutants of the core', () => {
  it('match the code of today, each exactly once', () => {
    for (const { id, file, find } of MUTANTS) {
      const pieces = readFileSync(join(projectRoot(), file), 'utf8').split(find).length;
      expect(pieces - 1, `${id} in ${file}`).to.equal(1);
    }
  });

  it('are caught by an oracle that is meant to', async function () {
    // The others are hunted by `make soak`.
    this.timeout(600_000);
    const table: string[] = [];
    const verdicts = await runMutants({ ids: [], fast: true, seeds: 300, jobs: 2, say: (line) => table.push(line) });
    expect(
      verdicts.every(({ expected }) => expected),
      `\n${table.join('\n')}`,
    ).to.equal(true);
  });
});
