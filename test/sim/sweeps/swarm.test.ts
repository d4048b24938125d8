import { expect } from 'chai';
import { describeOutcome, sweep } from '../../../sim/sweep.ts';

const SEEDS = Number(process.env['SIM_SEEDS'] ?? '5000');
/** Of these, run a second time: each seed of a profile is, too, and `make soak` runs all of them twice. */
const TWICE = Math.ceil(SEEDS / 10);

async function holds(start: number, seeds: number, twice: boolean): Promise<void> {
  const result = await sweep({ seeds, start, jobs: 2, twice, failuresMax: 5 });
  const report = result.failures.map(
    ({ seed, outcome }) =>
      `seed ${seed}: ${describeOutcome(outcome)}\n    repeat: npx tsx sim/main.ts run seed:${seed}`,
  );
  expect(report, report.join('\n')).to.deep.equal([]);
  expect(result.seeds).to.equal(seeds);
}

describe('the swarm', function () {
  this.timeout(Math.max(60_000, SEEDS * 900));

  it(`holds every promise on seeds 1 to ${TWICE}, each run twice with equal traces`, () => holds(1, TWICE, true));

  it(`holds every promise on seeds ${TWICE + 1} to ${SEEDS}`, () => holds(TWICE + 1, SEEDS - TWICE, false));
});
