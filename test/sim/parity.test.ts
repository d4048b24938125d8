import { expect } from 'chai';
import { readFileSync } from 'node:fs';
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

  it('is told completely in docs/parity.md, which names no plan that does not exist', () => {
    const text = readFileSync(new URL('../../docs/parity.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Test'));
    const named = rows.flatMap((row) =>
      [...(row.split(' | ')[1] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []),
    );
    const known = [...parityNames(), ...scenarioNames()];
    expect(named.filter((name) => !name.startsWith('seed:') && !known.includes(name))).to.deep.equal([]);
    expect(parityNames().filter((name) => !named.includes(name))).to.deep.equal([]);
  });
});
