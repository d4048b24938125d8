/** `lockstep sim crash-points`: power fails at every persistence point of a plan, one run for each. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Argv } from 'yargs';
import type { Plan } from '../plan.ts';
import { savePlan } from '../plan-files.ts';
import { planNamed } from '../profiles/registry.ts';
import { crashPlan } from './enumerate.ts';
import { type CrashPointSummary, crashRange, runCrashPoints } from './run.ts';

export function addCrashPoints(parser: Argv, finish: (code: number) => void): void {
  parser
    .command(
      'crash-points <plans..>',
      'Cut the power at every persistence point of a plan: of the acting node, of all nodes, with three kinds of survivors',
      (y) =>
        y
          .positional('plans', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'scenarios, plan files, seed:N, or seed:short:N (a seed cut down to some hundred points)',
          })
          .option('double', { type: 'boolean', default: false, describe: 'crash again during each recovery' })
          .option('jobs', { type: 'number', default: availableParallelism(), describe: 'processes' })
          .option('report', { type: 'string', default: 'sim-failures', describe: 'where plans of failures go' }),
      async (a) => {
        let failed = false;
        for (const what of a.plans) if (!(await enumerate(planNamed(what), a))) failed = true;
        finish(failed ? 1 : 0);
      },
    )
    .command(
      'crash-points-range <plan>',
      false,
      (y) =>
        y
          .positional('plan', { type: 'string', demandOption: true })
          .option('first', { type: 'number', demandOption: true })
          .option('count', { type: 'number', demandOption: true })
          .option('double', { type: 'boolean', default: false }),
      (a) => {
        stdout.write(`${JSON.stringify(crashRange(planNamed(a.plan), a.first, a.count, a.double))}\n`);
      },
    );
}

async function enumerate(
  plan: Plan,
  options: { readonly double: boolean; readonly jobs: number; readonly report: string },
): Promise<boolean> {
  const summary = await runCrashPoints(plan, {
    double: options.double,
    jobs: options.jobs,
    onProgress: (done, points, failures) => {
      if (stderr.isTTY) stderr.write(`\r${plan.name}: ${done}/${points} points, ${failures} failures `);
    },
  });
  if (stderr.isTTY) stderr.write('\n');
  for (const failure of summary.failures) {
    const file = savePlan(crashPlan(plan, failure.case), options.report, crashPlan(plan, failure.case).name);
    stderr.write(`${failure.oracle}: ${failure.sentence}\n  repeat: lockstep sim replay ${file}\n`);
  }
  if (summary.failures.length > 0) writeSummary(summary, options.report);
  const { points, runs, events, cpuMs } = summary;
  const found = summary.failures.length;
  stdout.write(`${JSON.stringify({ plan: plan.name, points, runs, events, cpuMs, failures: found })}\n`);
  return found === 0;
}

function writeSummary(summary: CrashPointSummary, folder: string): void {
  writeFileSync(join(folder, `${summary.plan}-crash-points.json`), `${JSON.stringify(summary, undefined, 2)}\n`);
}
