import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from '../../sim/mutants/catalogue.ts';
import { huntNames, loadPlan, scenarioNames } from '../../sim/plan-files.ts';
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

describe('plans for seeded bugs', () => {
  const named = MUTANTS.flatMap(({ scenarios }) => scenarios ?? []);

  for (const name of huntNames()) {
    it(`hold every promise where the bug is not: ${name}`, function () {
      this.timeout(60_000);
      const plan = loadPlan(name);
      expect(plan.about, 'a plan says what it is about').to.be.a('string');
      expect(plan.entries, 'it is small').to.have.length.at.most(6);
      expect(named, 'a seeded bug names it').to.include(name);
      mustPass(plan);
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
