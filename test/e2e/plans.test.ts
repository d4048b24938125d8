/**
 * The simulator's scenarios on real satellites: the same plan, the same oracles, and what became of each node has to be the
 * same. docs/simulator.md, "Plans on real processes", says what is left out.
 */
import { expect } from 'chai';
import { Ending, type Fact } from '../../sim/ending.ts';
import { loadPlan } from '../../sim/plan-files.ts';
import type { Plan } from '../../sim/plan.ts';
import { runPlan } from '../../sim/simulation.ts';
import { runOnProcesses } from './plans/run-on-processes.ts';
import { progress } from './programs.ts';

interface Alike {
  readonly scenario: string;
  /** What depends on who was faster: not compared. */
  readonly races?: readonly Fact[];
}

/** Of several nodes that have what another lacks, the first one that is asked gives it. */
const SOURCES_RACE: readonly Fact[] = ['gave a resync'];

const SCENARIOS: readonly Alike[] = [
  { scenario: 'node-loss' },
  { scenario: 'partition-primary' },
  { scenario: 'flapping-link', races: [] },
  { scenario: 'power-cut-all' },
  // The two disks are back at nearly the same time: whether the third replica has to be compared with one of them is chance.
  { scenario: 'disk-failure', races: ['was synced', 'was Outdated', ...SOURCES_RACE] },
  { scenario: 'replica-add' },
  { scenario: 'planned-failover' },
  // The client goes on wherever it may, and who has got further than others when their writer dies is chance.
  { scenario: 'diskless-primary', races: ['was Primary', 'was synced', 'was Outdated', ...SOURCES_RACE] },
  // Links are cut one by one: a write may or may not slip through to the second peer.
  { scenario: 'quorum-loss-and-return', races: ['was synced', 'was Outdated', ...SOURCES_RACE] },
  { scenario: 'split-brain-without-quorum', races: ['was Primary', ...SOURCES_RACE] },
  { scenario: 'graceful-disconnect' },
  { scenario: 'slow-and-silent-peers' },
  { scenario: 'rolling-upgrade' },
];

function simulate(plan: Plan): { readonly violation: unknown; readonly ending: Ending } {
  const ending = new Ending(plan.nodes.length);
  const { violation } = runPlan(plan, {
    watchers: () => [{ notified: (node, event) => ending.notified(node.id, event) }],
  });
  return { violation, ending };
}

describe('a plan', function () {
  this.timeout(120_000);

  for (const { scenario, races = SOURCES_RACE } of SCENARIOS) {
    it(`${scenario} ends alike in the simulator and on processes`, async () => {
      const plan = loadPlan(scenario);
      const simulated = simulate(plan);
      const real = await runOnProcesses(plan);
      progress(`${real.completed} operations, ${real.resyncs} resyncs of ${real.resyncBlocks} blocks`);
      expect(real.violation, real.lines.join('\n')).to.equal(undefined);
      expect(simulated.violation, 'in the simulator').to.equal(undefined);
      expect(real.ending.sentences(races)).to.deep.equal(simulated.ending.sentences(races));
    });
  }

  it('is lost on processes whose disks lie about their flushes, and that is seen', async () => {
    const plan = loadPlan('power-loss-all');
    const { violation } = await runOnProcesses(plan, 'lying');
    expect(violation?.oracle).to.be.oneOf(['O1', 'O3', 'O4']);
  });

  it('is refused on processes, before anything starts, where it needs the simulator', async () => {
    const plan = loadPlan('damaged-frames');
    const refusal = await runOnProcesses(plan).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).to.include({ code: 'PLAN_INVALID' });
  });
});
