import { expect } from 'chai';
import { runControlPlan } from '../../sim/control-plane/run.ts';
import { CONTROL_PLANE, controlPlanOf, controlScenarios } from '../../sim/control-plane/scenarios.ts';
import { describeOutcome, runControlTwice, runSeed } from '../../sim/sweep.ts';

const SEEDS = 150;

describe('the control plane in virtual time', function () {
  this.timeout(120_000);

  for (const name of controlScenarios()) {
    it(`holds every promise in "${name}", twice with equal traces`, async () => {
      const outcome = await runControlTwice(controlPlanOf(`${CONTROL_PLANE}:${name}`, 1), true);
      expect(outcome.kind, outcome.kind === 'ok' ? '' : describeOutcome(outcome)).to.equal('ok');
    });
  }

  it(`holds every promise on seeds 1 to ${SEEDS}, each run twice with equal traces`, async () => {
    const report: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await runSeed(seed, true, CONTROL_PLANE);
      if (outcome.kind !== 'ok') report.push(`seed ${seed}: ${describeOutcome(outcome)}`);
    }
    expect(report, report.join('\n')).to.deep.equal([]);
  });

  it('has another trace with another seed', async () => {
    const [one, two] = [
      await runControlPlan(controlPlanOf(CONTROL_PLANE, 1)),
      await runControlPlan(controlPlanOf(CONTROL_PLANE, 2)),
    ];
    expect(one.hash).not.to.equal(two.hash);
  });

  it('leaves an old image of the store without a satellite that obeys it', async () => {
    let online: string[] = [];
    const result = await runControlPlan(controlPlanOf(`${CONTROL_PLANE}:old-database-restored`, 1), {
      atEnd: ({ leader }) => {
        const context = leader.controller?.context;
        online = context?.state.view.nodes.all().map(({ name }) => context.status.node(name).connection) ?? [];
      },
    });
    expect(result.violation).to.equal(undefined);
    expect([...new Set(online)]).to.deep.equal(['OTHER_CONTROLLER']);
  });
});
