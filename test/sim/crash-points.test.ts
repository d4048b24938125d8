import { expect } from 'chai';
import { crashPlan } from '../../sim/crash-points/enumerate.ts';
import { runCrashPoints } from '../../sim/crash-points/run.ts';
import { shortPlan } from '../../sim/profiles/short.ts';
import { loadPlan } from '../../sim/plan-files.ts';
import { runPlan } from '../../sim/simulation.ts';

/** A resync, a failover, a broken link, a diskless node, three replicas. */
const SEEDS = [1, 2, 3, 6, 8];

describe('Power cuts at every persistence point', function () {
  this.timeout(300_000);

  for (const seed of SEEDS) {
    it(`of the short plan of seed ${seed} break no promise`, async () => {
      const plan = shortPlan(seed);
      const summary = await runCrashPoints(plan, { double: false, jobs: 2 });
      expect(summary.points).to.be.greaterThan(50);
      expect(summary.runs).to.equal(summary.points * 6);
      const report = summary.failures.map(
        (each) => `${crashPlan(plan, each.case).name}: ${each.oracle}: ${each.sentence}`,
      );
      expect(report, report.join('\n')).to.deep.equal([]);
    });
  }

  it('happen between two effects of one turn: what comes after the point never leaves the node', () => {
    const plan = loadPlan('power-loss-primary');
    const sent = (nth: number): string[] => {
      const when = { event: 'persistence-point' as const, nth };
      const cut = { when, do: 'power-loss' as const, node: 'subject' as const, survivors: 'nothing' as const };
      const { lines } = runPlan({ ...plan, shuffle: false, entries: [cut] }, { recording: true });
      const death = lines.findIndex(({ text }) => text.includes('loses power'));
      return lines.slice(0, death).flatMap(({ text }) => (text.startsWith('-> ') ? [text] : []));
    };
    // One more point, at most one more frame.
    const counts = Array.from({ length: 40 }, (_, i) => sent(i + 60).length);
    for (let i = 1; i < counts.length; i += 1) expect((counts[i] ?? 0) - (counts[i - 1] ?? 0)).to.be.within(0, 1);
    expect(new Set(counts).size).to.be.greaterThan(5);
  });
});
