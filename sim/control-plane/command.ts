/** `lockstep sim control`: runs of the control plane, from seeds or by name. */
import type { Argv } from 'yargs';
import { describeOutcome, sweep } from '../sweep.ts';
import { formatLine } from '../trace.ts';
import { runControlPlan } from './run.ts';
import { CONTROL_PLANE, controlPlanOf } from './scenarios.ts';

interface Ends {
  finish(code: number): void;
  say(text: string): void;
}

export function addControl(parser: Argv, { finish, say }: Ends): void {
  parser.command(
    'control [scenario]',
    'The control plane: a named scenario, or many seeds, each twice',
    (y) =>
      y
        .positional('scenario', { type: 'string', describe: 'a name of docs/simulator.md; without it seeds are swept' })
        .option('start', { type: 'number', default: 1, describe: 'the first seed' })
        .option('seeds', { type: 'number', default: 100, describe: 'how many; 1 shows its run' })
        .option('jobs', { type: 'number', default: 2, describe: 'processes' })
        .option('trace', { type: 'boolean', default: false, describe: 'print every event of one run' }),
    async (a) => {
      const source = a.scenario === undefined ? CONTROL_PLANE : `${CONTROL_PLANE}:${a.scenario}`;
      finish(
        a.scenario !== undefined || a.seeds === 1
          ? await showOne(source, a.start, a.trace, say)
          : await sweepMany(source, a, say),
      );
    },
  );
}

async function showOne(source: string, seed: number, trace: boolean, say: (text: string) => void): Promise<number> {
  const plan = controlPlanOf(source, seed);
  const result = await runControlPlan(plan, { recording: trace });
  for (const line of result.lines) say(formatLine(line));
  const { violation, acknowledged, refused, events, virtualMs, hash } = result;
  const end = violation === undefined ? 'no violation' : `${violation.oracle}: ${violation.sentence}`;
  say(
    `${plan.name}: ${end}; ${acknowledged} wishes acknowledged, ${refused} refused, ${events} events in ` +
      `${Math.round(virtualMs / 1_000)} virtual s; trace ${hash}`,
  );
  return violation === undefined ? 0 : 1;
}

async function sweepMany(
  source: string,
  options: { readonly start: number; readonly seeds: number; readonly jobs: number },
  say: (text: string) => void,
): Promise<number> {
  const result = await sweep({ ...options, twice: true, failuresMax: 20, scenario: source });
  for (const { seed, outcome } of result.failures) {
    say(`seed ${seed}: ${describeOutcome(outcome)}`);
    say(`  repeat: lockstep sim control --start ${seed} --seeds 1 --trace`);
  }
  say(
    `${result.seeds} seeds, each twice: ${result.failures.length} failures; ${(result.virtualMs / 3.6e6).toFixed(2)} ` +
      `virtual hours, ${result.events} events, ${(result.cpuMs / 1_000).toFixed(1)} CPU s`,
  );
  return result.failures.length > 0 ? 1 : 0;
}
