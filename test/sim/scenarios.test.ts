import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPlan, scenarioNames } from '../../sim/plan-files.ts';
import { describeOutcome, runTwice } from '../../sim/sweep.ts';
import type { Plan } from '../../sim/plan.ts';

function mustPass(plan: Plan): void {
  const outcome = runTwice(plan, true);
  expect(outcome.kind, outcome.kind === 'ok' ? '' : describeOutcome(outcome)).to.equal('ok');
}

describe('named scenarios', () => {
  for (const name of scenarioNames()) {
    it(`hold every promise: ${name}`, function () {
      this.timeout(60_000);
      const plan = loadPlan(name);
      expect(plan.about, 'a scenario says what it is about').to.be.a('string');
      mustPass(plan);
      if (plan.nodes.length < 10) for (let seed = 2; seed <= 6; seed += 1) mustPass({ ...plan, seed });
    });
  }
});

describe('regressions', () => {
  const folder = fileURLToPath(new URL('./regressions/', import.meta.url));
  for (const file of readdirSync(folder)
    .filter((each) => each.endsWith('.json'))
    .sort()) {
    it(`stay fixed: ${file}`, function () {
      this.timeout(60_000);
      mustPass(loadPlan(folder + file));
    });
  }
});
