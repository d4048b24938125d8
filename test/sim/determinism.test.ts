import { expect } from 'chai';
import { generatePlan } from '../../sim/generate.ts';
import { parsePlan } from '../../sim/plan.ts';
import { loadPlan } from '../../sim/plan-files.ts';
import { shrinkPlan } from '../../sim/shrink.ts';
import { runPlan } from '../../sim/simulation.ts';
import { OperationError } from '../../common/errors.ts';

describe('a run', () => {
  it('has the same trace again, also after other runs in the same process', () => {
    const first = [1, 2, 3].map((seed) => runPlan(generatePlan(seed)).hash);
    const again = [3, 1, 2].map((seed) => runPlan(generatePlan(seed)).hash);
    expect(again).to.deep.equal([first[2], first[0], first[1]]);
    expect(new Set(first).size).to.equal(3);
  });

  it('is not changed by being recorded', () => {
    const plan = generatePlan(4);
    const recorded = runPlan(plan, { recording: true });
    expect(recorded.hash).to.equal(runPlan(plan).hash);
    expect(recorded.lines.length).to.be.greaterThan(100);
  });

  it('depends on the plan alone: a plan that went through JSON gives the same trace', () => {
    for (const seed of [5, 6, 7]) {
      const plan = generatePlan(seed);
      expect(runPlan(parsePlan(JSON.parse(JSON.stringify(plan)))).hash).to.equal(runPlan(plan).hash);
    }
  });

  it('changes with the seed', () => {
    const plan = loadPlan('node-crash-during-write');
    expect(runPlan(plan).hash).not.to.equal(runPlan({ ...plan, seed: 2 }).hash);
  });
});

describe('plans', () => {
  it('that are generated follow the format', () => {
    for (let seed = 1; seed <= 300; seed += 1) parsePlan(JSON.parse(JSON.stringify(generatePlan(seed))));
  });

  it('that are wrong are refused with the place', () => {
    const plan = generatePlan(1);
    const wrong: readonly unknown[] = [
      undefined,
      [],
      {},
      { ...plan, version: 2 },
      { ...plan, nodes: [] },
      { ...plan, nodes: [{ diskful: false }] },
      { ...plan, entries: [{ do: 'explode', at: 1 }] },
      { ...plan, entries: [{ do: 'crash', node: 0 }] },
      { ...plan, entries: [{ do: 'crash', node: 0, at: -1 }] },
      { ...plan, volumes: [{ blocks: 8, blockBytes: 5_000 }] },
    ];
    for (const each of wrong) {
      expect(() => parsePlan(each))
        .to.throw(OperationError)
        .with.property('code', 'PLAN_INVALID');
    }
  });

  it('that fail shrink to smaller ones that fail alike', () => {
    // A promise that cannot hold: more requests than the workload has.
    const plan = { ...loadPlan('node-crash-during-write'), expect: { completedAtLeast: 10_000 } };
    const small = shrinkPlan(plan, 'O26', 60);
    expect(small.plan.entries.length).to.equal(0);
    expect(small.plan.workload.operations).to.be.lessThan(plan.workload.operations);
    expect(runPlan(small.plan).violation?.oracle).to.equal('O26');
  });
});
