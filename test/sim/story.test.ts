import { expect } from 'chai';
import { Story } from '../../sim/explore/story.ts';
import { soakSummary } from '../../sim/explore/soak.ts';
import { MUTANTS } from '../../sim/mutants/catalogue.ts';
import type { MutantVerdict } from '../../sim/mutants/report.ts';
import { loadPlan } from '../../sim/plan-files.ts';
import { runPlan } from '../../sim/simulation.ts';

function storyOf(name: string): string[] {
  let story: Story | undefined;
  const plan = loadPlan(name);
  const { hash } = runPlan(plan, {
    watchers: (world) => {
      story = new Story(world);
      return [story];
    },
  });
  expect(hash, 'a run is not changed by being told').to.equal(runPlan(plan).hash);
  return story?.lines ?? [];
}

describe('the story of a run', () => {
  it('tells a node loss: who died, who went on, what was copied', () => {
    const text = storyOf('node-loss').join('\n');
    expect(text).to.match(/1\.0 s {2}n2 lost power/);
    expect(text).to.match(/n0 goes on without n2/);
    expect(text).to.match(/n2 starts/);
    expect(text).to.match(/resync n0 → n2 begins: \d+ blocks? to copy/);
    expect(text).to.match(/resync n0 → n2 is done: \d+ blocks?/);
  });

  it('shows beside each sentence what every node is', () => {
    const lines = storyOf('node-loss');
    expect(lines[0]).to.match(/n0 +n1 +n2/);
    const death = lines.find((line) => line.includes('n2 lost power')) ?? '';
    expect(death).to.match(/P U 12 +S U 02 +-$/);
  });
});

describe('the summary of a soak', () => {
  it('has the figures per swarm, what was found and how to repeat it', () => {
    const outcome = { kind: 'violation', oracle: 'O5', sentence: 'two differ' } as const;
    const total = {
      source: 'pct',
      seeds: 200,
      events: 5_000,
      virtualMs: 7_200_000,
      cpuMs: 30_400,
      failures: [{ seed: 7, outcome }],
    };
    const [first, second] = MUTANTS;
    if (first === undefined || second === undefined) throw new Error('there are seeded bugs');
    const spent = { where: 'seed:1', seeds: 1, cpuMs: 2_000 };
    const verdicts: MutantVerdict[] = [
      { ...spent, mutant: first, caughtBy: 'O1', expected: true, shrunk: 3 },
      { ...spent, mutant: second, caughtBy: undefined, expected: false },
    ];
    const text = soakSummary({ day: '2026-11-21', minutes: 60, totals: [total], mutants: verdicts });
    expect(text).to.contain('| pct | 200 | 5000 | 2.00 | 30 | 1 |');
    expect(text).to.contain('`sim run seed:pct:7`: O5');
    expect(text).to.contain('1 violation in 200 seeds. 1 of 2 seeded bugs caught (50 %)');
    expect(text).to.contain('of 3 entries after shrinking; not caught: M02');
  });
});
