import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { MARKS } from '../../sim/explore/marks.ts';
import { describeCoverage, measureCoverage } from '../../sim/explore/measure.ts';

/** Of the swarm and of each profile named below. Enough for every mark that is not open; more are measured by the command. */
const SEEDS = 60;

describe('coverage', () => {
  it('reaches every mark that is not open, within a bounded number of seeds', function () {
    this.timeout(600_000);
    const profiles = [undefined, 'triggers', 'membership', 'congestion', 'split-brain', 'small-timeouts'];
    const report = measureCoverage({ seeds: SEEDS, start: 1, profiles });
    const missed = report.unreached.filter(({ open }) => open === undefined).map(({ id }) => id);
    expect(missed, describeCoverage(report).join('\n')).to.deep.equal([]);
    expect(report.states).to.be.greaterThan(100);
    expect(report.transitions).to.be.greaterThan(report.states);
    expect(report.byFault).to.include.keys('crash', 'power-loss', 'cut');
  });

  it('names every open mark, with its reason, in docs/simulator.md', () => {
    const text = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
    for (const { id, open } of MARKS) if (open !== undefined) expect(text, id).to.contain(`\`${id}\``);
  });

  it('has marks with ids of their own', () => {
    expect(new Set(MARKS.map(({ id }) => id)).size).to.equal(MARKS.length);
  });
});
