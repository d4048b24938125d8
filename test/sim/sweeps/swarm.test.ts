import { expect } from 'chai';
import { describeOutcome, sweep } from '../../../sim/sweep.ts';

const SEEDS = Number(process.env['SIM_SEEDS'] ?? '2500');

describe('the swarm', () => {
  it(`holds every promise on seeds 1 to ${SEEDS}, each run twice with equal traces`, async function () {
    this.timeout(Math.max(60_000, SEEDS * 900));
    const result = await sweep({ seeds: SEEDS, start: 1, jobs: 2, twice: true, failuresMax: 5 });
    const report = result.failures.map(
      ({ seed, outcome }) =>
        `seed ${seed}: ${describeOutcome(outcome)}\n    repeat: npx tsx sim/main.ts run seed:${seed}`,
    );
    expect(report, report.join('\n')).to.deep.equal([]);
    expect(result.seeds).to.equal(SEEDS);
  });
});
