import { expect } from 'chai';
import { planNamed, profileNames } from '../../../sim/profiles/registry.ts';
import { parsePlan } from '../../../sim/plan.ts';
import { describeOutcome, sweep } from '../../../sim/sweep.ts';

/** Of each profile, in the run of CI; the soak takes as many as its time allows. */
const SEEDS = Number(process.env['SIM_PROFILE_SEEDS'] ?? '50');

describe('Profiles of the swarm', () => {
  for (const name of profileNames()) {
    it(`"${name}" makes plans of the format, the same from the same seed`, () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const plan = planNamed(`seed:${name}:${seed}`);
        expect(parsePlan(JSON.parse(JSON.stringify(plan)))).to.deep.equal(plan);
        expect(planNamed(`seed:${name}:${seed}`)).to.deep.equal(plan);
      }
    });

    it(`"${name}" holds every promise on seeds 1 to ${SEEDS}, each run twice with equal traces`, async function () {
      this.timeout(Math.max(60_000, SEEDS * 2_000));
      const result = await sweep({
        seeds: SEEDS,
        start: 1,
        jobs: 2,
        twice: true,
        failuresMax: 5,
        scenario: `profile:${name}`,
      });
      const report = result.failures.map(
        ({ seed, outcome }) => `${describeOutcome(outcome)}\n    repeat: npx tsx sim/main.ts run seed:${name}:${seed}`,
      );
      expect(report, report.join('\n')).to.deep.equal([]);
      expect(result.seeds).to.equal(SEEDS);
    });
  }

  it('refuse a name that is not theirs', () => {
    expect(() => planNamed('seed:nothing-of-the-kind:1')).to.throw('there is no profile');
  });
});
