import { expect } from 'chai';
import { loadPlan } from '../../sim/plan-files.ts';
import { planOf } from '../../sim/profiles/registry.ts';
import { runPlan } from '../../sim/simulation.ts';

const lostIn = (plan: Parameters<typeof runPlan>[0]): number =>
  runPlan(plan, { recording: true }).lines.filter(({ text }) => text.startsWith('is left dead')).length;

describe('a run that heals only a core', () => {
  it('leaves the others dead for ever, and the core converges and serves', () => {
    const plan = { ...loadPlan('node-crash-during-write'), heal: { core: [0, 1] } };
    const { violation, lines } = runPlan(plan, { recording: true });
    expect(violation).to.equal(undefined);
    expect(lines.filter(({ text }) => text === 'is left dead').map(({ node }) => node)).to.deep.equal([2]);
  });

  it('heals everybody when the named core cannot serve', () => {
    const plan = { ...loadPlan('diskless-primary'), heal: { core: [3] } };
    expect(runPlan(plan).violation).to.equal(undefined);
    expect(lostIn(plan)).to.equal(0);
  });

  it('draws cores that miss somebody in most runs of its profile', () => {
    let missing = 0;
    for (let seed = 1; seed <= 20; seed += 1) if (lostIn(planOf('profile:core-liveness', seed)) > 0) missing += 1;
    expect(missing).to.be.at.least(12);
  });
});
