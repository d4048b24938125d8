import { expect } from 'chai';
import { loadPlan, parityNames, scenarioNames } from '../../sim/plan-files.ts';
import { describeOutcome, runTwice } from '../../sim/sweep.ts';
import type { Plan } from '../../sim/plan.ts';

/** The first one twice, for its hash; the others for other orders of messages. */
const SEEDS = 5;

function mustPass(plan: Plan, twice: boolean): void {
  const outcome = runTwice(plan, twice);
  expect(outcome.kind, outcome.kind === 'ok' ? '' : `seed ${plan.seed}: ${describeOutcome(outcome)}`).to.equal('ok');
}

describe('the parity pack', () => {
  for (const name of parityNames()) {
    it(`behaves as DRBD 9 does: ${name}`, function () {
      this.timeout(60_000);
      const plan = loadPlan(`parity:${name}`);
      expect(plan.about, 'a plan says what it is about').to.be.a('string');
      expect(plan.expect?.everyEntry, 'it insists on its own situation').to.equal(true);
      for (let seed = 1; seed <= SEEDS; seed += 1) mustPass({ ...plan, seed }, seed === 1);
    });
  }

  it('shares no name with a scenario, so that both can be run by name', () => {
    expect(parityNames().filter((name) => scenarioNames().includes(name))).to.deep.equal([]);
  });
});
