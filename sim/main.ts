#!/usr/bin/env node
/**
 * `lockstep sim …`: lists and runs scenarios, sweeps seeds, replays and shrinks failures, proves itself with mutants.
 * Exit codes: 0 no violation, 1 a violation, 2 wrong usage, 3 a run that does not repeat itself.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { argv as processArguments, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { mkdirSync, writeFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { asOperationError } from '../common/errors.ts';
import { addControl } from './control-plane/command.ts';
import { addCrashPoints } from './crash-points/command.ts';
import { addExhaust } from './exhaustive/command.ts';
import { addExploration } from './explore/command.ts';
import { Story } from './explore/story.ts';
import { tableOf } from './mutants/report.ts';
import { runMutants } from './mutants/run.ts';
import { ORACLES } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import { planNamed, planOf, profileNames } from './profiles/registry.ts';
import { loadPlan, parityNames, savePlan, scenarioNames } from './plan-files.ts';
import { shrinkPlan } from './shrink.ts';
import { runPlan } from './simulation.ts';
import type { RunResult } from './run-result.ts';
import { describeOutcome, runTwice, sweep, sweepRange } from './sweep.ts';
import { formatLine } from './trace.ts';

const EXIT = { ok: 0, violation: 1, usage: 2, nondeterminism: 3 } as const;
const TAIL_LINES = 40;

const say = (text: string): void => {
  stdout.write(`${text}\n`);
};
const tell = (text: string): void => {
  stderr.write(`${text}\n`);
};

type Finish = (code: number) => void;

/** @returns the exit code */
export async function runSim(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const finish: Finish = (result) => {
    code = result;
  };
  const parser = yargs([...args])
    .scriptName('lockstep sim')
    .usage('$0 <command>: rehearse failures in virtual time')
    .command('list', 'Show the named scenarios', {}, () => finish(list()))
    .demandCommand(1, 'Name a command; --help shows them.')
    .strict()
    .version(false)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined) throw error;
      tell(message ?? 'wrong usage');
      finish(EXIT.usage);
    });
  addRun(parser, finish);
  addSweep(parser, finish);
  addShrink(parser, finish);
  addExploration(parser, { finish, say });
  addMutants(parser, finish);
  addCrashPoints(parser, finish);
  addControl(parser, { finish, say });
  addExhaust(parser, finish);
  try {
    await parser.parseAsync();
  } catch (error) {
    const known = asOperationError(error);
    tell(`${known.code}: ${known.message}`);
    if (known.because !== undefined) tell(`  cause: ${known.because}`);
    if (known.correction !== undefined) tell(`  ${known.correction}`);
    if (known.code === 'INTERNAL' && error instanceof Error) tell(error.stack ?? '');
    return EXIT.usage;
  }
  return code;
}

function addRun(parser: Argv, finish: Finish): void {
  parser.command(
    ['run <scenario>', 'replay <scenario>'],
    'Run a scenario, a plan file, seed:N or seed:PROFILE:N',
    (y) =>
      y
        .positional('scenario', {
          type: 'string',
          demandOption: true,
          describe: 'a name from `list`, a file, seed:N or seed:PROFILE:N',
        })
        .option('seed', { type: 'number', describe: 'use this seed instead of the one in the plan' })
        .option('report', { type: 'string', describe: 'write plan and trace into this directory' })
        .option('trace', { type: 'boolean', default: false, describe: 'print every event' })
        .option('story', {
          type: 'boolean',
          describe: 'tell what happens in plain sentences; the default for named scenarios on a terminal',
        }),
    (a) => finish(runOne(a.scenario, a)),
  );
}

function addSweep(parser: Argv, finish: Finish): void {
  parser
    .command(
      'sweep',
      'Run many generated plans, each twice',
      (y) =>
        y
          .option('seeds', { type: 'number', default: 200, describe: 'how many' })
          .option('start', { type: 'number', default: 1, describe: 'the first seed' })
          .option('jobs', { type: 'number', default: availableParallelism(), describe: 'processes' })
          .option('failures', { type: 'number', default: 10, describe: 'stop after this many' })
          .option('once', { type: 'boolean', default: false, describe: 'run each seed once, do not compare hashes' })
          .option('profile', { type: 'string', describe: `a swarm with an aim: ${profileNames().join(', ')}` })
          .option('report', { type: 'string', default: 'sim-failures', describe: 'where plans of failures go' }),
      async (a) => finish(await runSweep(a)),
    )
    .command(
      'sweep-range',
      false,
      (y) =>
        y
          .option('start', { type: 'number', demandOption: true })
          .option('seeds', { type: 'number', demandOption: true })
          .option('twice', { type: 'boolean', default: true })
          .option('stop', { type: 'boolean', default: false })
          .option('scenario', { type: 'string' }),
      (a) => sweepRange(a),
    );
}

function addShrink(parser: Argv, finish: Finish): void {
  parser.command(
    'shrink <plan>',
    'Make a failing plan smaller',
    (y) =>
      y
        .positional('plan', { type: 'string', demandOption: true, describe: 'a plan file, seed:N or seed:PROFILE:N' })
        .option('seed', { type: 'number', describe: 'use this seed instead of the one in the plan' })
        .option('runs', { type: 'number', default: 400, describe: 'budget' })
        .option('report', { type: 'string', default: 'sim-failures', describe: 'where the small plan goes' }),
    (a) => finish(shrinkOne(a.plan, a.seed, a.runs, a.report)),
  );
}

function addMutants(parser: Argv, finish: Finish): void {
  parser.command(
    'mutants [ids..]',
    'Seed known bugs into a copy of the core and see the oracles find them',
    (y) =>
      y
        .positional('ids', { type: 'string', array: true, describe: 'ids of the catalogue; all by default' })
        .option('seeds', { type: 'number', default: 600, describe: 'most seeds per mutant' })
        .option('fast', { type: 'boolean', default: false, describe: 'only those that are caught quickly, as CI does' })
        .option('shrink', { type: 'number', default: 0, describe: 'runs to spend on shrinking what caught it' })
        .option('table', { type: 'string', describe: 'write the table (Markdown) to this file' })
        .option('jobs', { type: 'number', default: availableParallelism(), describe: 'bugs at the same time' }),
    async (a) => {
      const { seeds, fast, jobs } = a;
      const onProgress = (text: string): void => {
        if (stderr.isTTY) stderr.write(`\r\u001b[K${text.slice(0, 100)}\r`);
      };
      const options = { ids: a.ids ?? [], seeds, fast, jobs, shrinkRuns: a.shrink, say, onProgress };
      const verdicts = await runMutants(options);
      if (a.table !== undefined) writeFileSync(a.table, tableOf(verdicts));
      finish(verdicts.every(({ expected }) => expected) ? EXIT.ok : EXIT.violation);
    },
  );
}

function list(): number {
  for (const name of [...scenarioNames(), ...parityNames().map((each) => `parity:${each}`)])
    say(`${name.padEnd(34)} ${loadPlan(name).about ?? ''}`);
  return EXIT.ok;
}

function runOne(
  what: string,
  options: {
    readonly seed: number | undefined;
    readonly report: string | undefined;
    readonly trace: boolean;
    readonly story: boolean | undefined;
  },
): number {
  const plan = planNamed(what, options.seed);
  const outcome = runTwice(plan, true);
  if (outcome.kind === 'nondeterminism') {
    tell(describeOutcome(outcome));
    return EXIT.nondeterminism;
  }
  if (outcome.kind === 'crash') {
    tell(describeOutcome(outcome));
    return EXIT.violation;
  }
  const failed = outcome.kind === 'violation';
  const recorded = failed || options.trace || options.report !== undefined;
  const result = runPlan(plan, { recording: recorded });
  if (options.report !== undefined) writeReport(options.report, plan, result);
  if (options.story ?? (stdout.isTTY && !options.trace && scenarioNames().includes(what))) tellStory(plan);
  if (options.trace) for (const line of result.lines) say(formatLine(line));
  else if (failed) for (const line of result.lines.slice(-TAIL_LINES)) tell(formatLine(line));
  return conclude(plan, result);
}

function tellStory(plan: Plan): void {
  let story: Story | undefined;
  runPlan(plan, {
    watchers: (world) => {
      story = new Story(world);
      return [story];
    },
  });
  if (plan.about !== undefined) say(`${plan.about}\n`);
  for (const line of story?.lines ?? []) say(line);
  say('');
}

function conclude(plan: Plan, result: RunResult): number {
  const { statistics: s, violation } = result;
  if (violation !== undefined) {
    tell(`${plan.name} (seed ${plan.seed}): ${violation.oracle}, ${ORACLES[violation.oracle]}`);
    tell(`  ${violation.sentence}`);
    return EXIT.violation;
  }
  say(
    `${plan.name} (seed ${plan.seed}): no violation in ${(s.virtualMs / 1_000).toFixed(1)} virtual s, ${s.events} events; ` +
      `${s.completed} requests, ${s.failed} errors, ${s.deaths} deaths, ${s.promotions} promotions, ` +
      `${s.resyncs} resyncs of ${s.resyncBlocks} blocks; trace ${result.hash}`,
  );
  return EXIT.ok;
}

function writeReport(folder: string, plan: Plan, result: RunResult): void {
  mkdirSync(folder, { recursive: true });
  savePlan(plan, folder, 'plan');
  writeFileSync(join(folder, 'trace.ndjson'), result.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { lines: _lines, ...rest } = result;
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(rest, undefined, 2)}\n`);
}

async function runSweep(options: {
  readonly seeds: number;
  readonly start: number;
  readonly jobs: number;
  readonly failures: number;
  readonly once: boolean;
  readonly report: string;
  readonly profile: string | undefined;
}): Promise<number> {
  const source = options.profile === undefined ? undefined : `profile:${options.profile}`;
  planOf(source, options.start); // an unknown profile is refused before anything starts
  const begun = process.hrtime.bigint();
  const result = await sweep({
    seeds: options.seeds,
    start: options.start,
    jobs: options.jobs,
    twice: !options.once,
    failuresMax: options.failures,
    ...(source === undefined ? {} : { scenario: source }),
    onProgress: (done, failures) => {
      if (stderr.isTTY) stderr.write(`\r${done}/${options.seeds} seeds, ${failures} failures `);
    },
  });
  if (stderr.isTTY) stderr.write('\n');
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  for (const { seed, outcome } of result.failures) {
    const plan = planOf(source, seed);
    const file = savePlan(plan, options.report, plan.name);
    tell(`seed ${seed}: ${describeOutcome(outcome)}`);
    tell(`  repeat: lockstep sim replay ${file}`);
  }
  say(
    `${result.seeds} seeds${options.once ? '' : ', each twice'}: ${result.failures.length} failures; ${(result.virtualMs / 3.6e6).toFixed(2)} ` +
      `virtual hours, ${result.events} events in ${seconds.toFixed(1)} s, ${(result.cpuMs / 1_000).toFixed(1)} CPU s`,
  );
  if (result.failures.some(({ outcome }) => outcome.kind === 'nondeterminism')) return EXIT.nondeterminism;
  return result.failures.length > 0 ? EXIT.violation : EXIT.ok;
}

function shrinkOne(what: string, seed: number | undefined, runs: number, report: string): number {
  const plan = planNamed(what, seed);
  const { violation } = runPlan(plan);
  if (violation === undefined) {
    tell(`${plan.name} does not fail: nothing to shrink`);
    return EXIT.usage;
  }
  const small = shrinkPlan(plan, violation.oracle, runs, (text) => tell(text));
  const name = `${plan.name.replace(/-small$/, '')}-small`;
  const about = plan.about ?? `${violation.oracle}: ${violation.sentence}`;
  const named = { ...small.plan, name, about };
  const file = savePlan(named, report, name);
  say(`${small.plan.entries.length} entries are left after ${small.runs} runs: ${file}`);
  return conclude(named, runPlan(named));
}

// Not `exit()`: a pipe may still have to take what was printed.
if (import.meta.url === pathToFileURL(processArguments[1] ?? '').href)
  process.exitCode = await runSim(processArguments.slice(2));
