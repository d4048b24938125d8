import { expect } from 'chai';
import { parsePlan } from '../../sim/plan.ts';
import { PROFILES, planOfSeed } from '../../sim/profiles/registry.ts';
import { describeOutcome, runTwice } from '../../sim/sweep.ts';

const SEEDS = 12;

describe('profiles', () => {
  for (const profile of Object.keys(PROFILES)) {
    it(`follow the plan format and hold every promise: ${profile}`, function () {
      this.timeout(120_000);
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const plan = parsePlan(JSON.parse(JSON.stringify(planOfSeed(seed, profile))));
        const outcome = runTwice(plan, true);
        expect(outcome.kind, `seed ${seed}: ${outcome.kind === 'ok' ? '' : describeOutcome(outcome)}`).to.equal('ok');
      }
    });
  }

  it('are refused with their names when one is unknown', () => {
    expect(() => planOfSeed(1, 'no-such')).to.throw('no profile "no-such"');
  });
});
