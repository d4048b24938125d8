import { expect } from 'chai';
import { Ending } from '../../sim/ending.ts';
import { judge, NO_MIGRATIONS } from '../../sim/expectations.ts';
import { loadPlan } from '../../sim/plan-files.ts';
import { runPlan } from '../../sim/simulation.ts';

describe('what a scenario expects', () => {
  const outcome = (ending: Ending) => ({ ...NO_MIGRATIONS, resyncs: 0, resyncBlocks: 0, completed: 0, ending });

  it('is what becomes of a node, and what must not', () => {
    const ending = new Ending(2);
    ending.notified(1, { kind: 'role', role: 'Primary' });
    expect(ending.sentences()).to.deep.equal(['n0 nothing', 'n1 was Primary']);
    judge({ became: [{ node: 1, facts: ['was Primary'], never: ['was Outdated'] }] }, outcome(ending));
    expect(() => judge({ became: [{ node: 0, facts: ['was Primary'] }] }, outcome(ending))).to.throw('n0');
    expect(() => judge({ became: [{ node: 1, never: ['was Primary'] }] }, outcome(ending))).to.throw('n1 was Primary');
  });

  it('is judged in the simulator', () => {
    const plan = loadPlan('node-loss');
    const wrong = { ...plan, expect: { became: [{ node: 2, never: ['was synced' as const] }] } };
    expect(runPlan(wrong).violation?.oracle).to.equal('O16');
  });
});

describe('a paced client', () => {
  it('thinks after each answer, however fast that came', () => {
    const plan = { ...loadPlan('diskless-primary'), entries: [], expect: undefined };
    const { statistics } = runPlan({ ...plan, workload: { ...plan.workload, paced: true } });
    const hasty = runPlan({ ...plan, workload: { ...plan.workload, paced: false } }).statistics;
    expect(statistics.completed).to.equal(400);
    // 400 pauses of 20 ms on average.
    expect(statistics.virtualMs).to.be.within(7_500, 11_000);
    expect(hasty.virtualMs).to.be.lessThan(statistics.virtualMs / 2);
  });
});
