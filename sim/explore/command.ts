/** `lockstep sim coverage` and `lockstep sim soak`. */
import { availableParallelism } from 'node:os';
import { stderr } from 'node:process';
import type { Argv } from 'yargs';
import { profileNames } from '../profiles/registry.ts';
import { describeCoverage, measureCoverage, saveCoverage } from './measure.ts';
import { soak } from './soak.ts';

interface Terminal {
  finish(code: number): void;
  say(text: string): void;
}

export function addExploration(parser: Argv, terminal: Terminal): void {
  addCoverage(parser, terminal);
  addSoak(parser, terminal);
}

function addCoverage(parser: Argv, { finish, say }: Terminal): void {
  parser.command(
    'coverage',
    'Run seeds and tell which states, transitions and marks they reach',
    (y) =>
      y
        .option('seeds', { type: 'number', default: 200, describe: 'how many, of each profile' })
        .option('start', { type: 'number', default: 1, describe: 'the first seed' })
        .option('profile', {
          type: 'string',
          array: true,
          describe: `swarms with an aim, or "all": ${profileNames().join(', ')}`,
        })
        .option('report', { type: 'string', describe: 'write coverage.json into this directory' }),
    ({ seeds, start, profile, report: folder }) => {
      const named = profile ?? [];
      const all = [undefined, ...profileNames()];
      const profiles = named.length === 0 ? [undefined] : named.includes('all') ? all : named;
      const onProgress = (done: number): void => {
        if (stderr.isTTY) stderr.write(`\r${done}/${seeds * profiles.length} runs `);
      };
      const report = measureCoverage({ seeds, start, profiles, onProgress });
      if (stderr.isTTY) stderr.write('\n');
      for (const line of describeCoverage(report)) say(line);
      if (folder !== undefined) saveCoverage(report, folder);
      finish(0);
    },
  );
}

function addSoak(parser: Argv, { finish, say }: Terminal): void {
  parser.command(
    'soak',
    'Seed every known bug, then run ever new seeds of the swarm and of all profiles',
    (y) =>
      y
        .option('minutes', { type: 'number', default: 10, describe: 'how long' })
        .option('jobs', { type: 'number', default: availableParallelism(), describe: 'processes' })
        .option('seeds', { type: 'number', default: 200, describe: 'of each profile, per round' })
        .option('start', { type: 'number', describe: 'the first seed; by default one that no earlier soak has had' })
        .option('mutants', { type: 'boolean', default: true, describe: 'seed the known bugs first' })
        .option('shrink', { type: 'number', default: 200, describe: 'runs to spend on shrinking each of them' })
        .option('summary', { type: 'string', describe: 'write a summary (Markdown) to this file' }),
    async ({ minutes, jobs, seeds, mutants, shrink, summary, start }) => {
      const now = new Date();
      const isClean = await soak({
        minutes,
        jobs,
        seeds,
        mutants,
        shrinkRuns: shrink,
        summary,
        // A soak of a minute does not get through as many seeds as this leaves for it.
        start: start ?? Math.floor(now.getTime() / 60_000) * 20_000,
        clock: () => performance.now(),
        day: now.toISOString().slice(0, 10),
        say,
      });
      finish(isClean ? 0 : 1);
    },
  );
}
