/**
 * Many seeds on several processes. Every seed runs twice and the trace hashes must match. The parent hands out ranges, the
 * children (this program with `sweep-range`) answer one JSON line per range and one per failure.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../common/errors.ts';
import type { ControlPlan } from './control-plane/plan.ts';
import { runControlPlan } from './control-plane/run.ts';
import { controlPlanOf, isControlPlane } from './control-plane/scenarios.ts';
import { ORACLES, type OracleId } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import { planOf } from './profiles/registry.ts';
import { runPlan } from './simulation.ts';

export type SeedOutcome =
  | { readonly kind: 'ok'; readonly events: number; readonly virtualMs: number }
  | { readonly kind: 'violation'; readonly oracle: OracleId; readonly sentence: string }
  | { readonly kind: 'nondeterminism'; readonly sentence: string }
  | { readonly kind: 'crash'; readonly sentence: string };

export interface SeedFailure {
  readonly seed: number;
  readonly outcome: Exclude<SeedOutcome, { kind: 'ok' }>;
}

export interface SweepResult {
  readonly seeds: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly cpuMs: number;
  readonly failures: readonly SeedFailure[];
}

/**
 * @param scenario a named scenario or `profile:NAME`, run with this seed; undefined: the base swarm's plan of this seed
 * @param twice run again and compare the trace hashes
 */
export async function runSeed(seed: number, twice: boolean, scenario?: string): Promise<SeedOutcome> {
  if (scenario !== undefined && isControlPlane(scenario)) return runControlTwice(controlPlanOf(scenario, seed), twice);
  return runTwice(planOf(scenario, seed), twice);
}

export async function runControlTwice(plan: ControlPlan, twice: boolean): Promise<SeedOutcome> {
  try {
    const first = await runControlPlan(plan);
    const again = twice ? await runControlPlan(plan) : first;
    if (first.hash !== again.hash) {
      return { kind: 'nondeterminism', sentence: `trace hashes ${first.hash} and ${again.hash} of two runs differ` };
    }
    if (first.violation !== undefined) return { kind: 'violation', ...first.violation };
    return { kind: 'ok', events: first.events, virtualMs: first.virtualMs };
  } catch (error) {
    return { kind: 'crash', sentence: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

export function runTwice(plan: Plan, twice: boolean): SeedOutcome {
  try {
    const first = runPlan(plan);
    if (twice) {
      const second = runPlan(plan);
      if (first.hash !== second.hash) {
        return { kind: 'nondeterminism', sentence: `trace hashes ${first.hash} and ${second.hash} of two runs differ` };
      }
    }
    if (first.violation !== undefined) return { kind: 'violation', ...first.violation };
    return { kind: 'ok', events: first.statistics.events, virtualMs: first.statistics.virtualMs };
  } catch (error) {
    return { kind: 'crash', sentence: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** What a child process does: prints one line per failed seed and a summary at the end. */
export async function sweepRange(range: {
  readonly start: number;
  readonly seeds: number;
  readonly twice: boolean;
  readonly stop: boolean;
  readonly scenario: string | undefined;
}): Promise<void> {
  const { start, seeds, twice, stop, scenario } = range;
  let events = 0;
  let virtualMs = 0;
  let done = 0;
  for (let seed = start; seed < start + seeds; seed += 1) {
    const outcome = await runSeed(seed, twice, scenario);
    done += 1;
    if (outcome.kind === 'ok') {
      events += outcome.events;
      virtualMs += outcome.virtualMs;
    } else {
      process.stdout.write(`${JSON.stringify({ seed, outcome })}\n`);
      if (stop) break;
    }
  }
  const cpu = process.cpuUsage();
  const cpuMs = Math.round((cpu.user + cpu.system) / 1_000);
  process.stdout.write(`${JSON.stringify({ done, events, virtualMs, cpuMs })}\n`);
}

export interface SweepOptions {
  readonly seeds: number;
  readonly start: number;
  readonly jobs: number;
  readonly twice: boolean;
  /** Ends the sweep after this many failures. */
  readonly failuresMax: number;
  readonly onProgress?: (done: number, failures: number) => void;
  /** A named scenario or `profile:NAME` with many seeds instead of the base swarm. */
  readonly scenario?: string;
  /** The tree whose simulator runs (mutants use copies). */
  readonly root?: string;
}

const RANGE = 25;

export async function sweep(options: SweepOptions): Promise<SweepResult> {
  let next = options.start;
  const end = options.start + options.seeds;
  const total = { seeds: 0, events: 0, virtualMs: 0, cpuMs: 0 };
  const failures: SeedFailure[] = [];
  const children = new Set<ChildProcess>();
  const worker = async (): Promise<void> => {
    while (next < end && failures.length < options.failuresMax) {
      const count = Math.min(RANGE, end - next);
      const start = next;
      next += count;
      const part = await runRange(start, count, options, children);
      total.seeds += part.seeds;
      total.events += part.events;
      total.virtualMs += part.virtualMs;
      total.cpuMs += part.cpuMs;
      failures.push(...part.failures);
      if (failures.length >= options.failuresMax) for (const child of children) child.kill('SIGKILL');
      options.onProgress?.(total.seeds, failures.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, worker));
  failures.sort((a, b) => a.seed - b.seed);
  return { ...total, failures };
}

async function runRange(
  start: number,
  count: number,
  options: SweepOptions,
  children: Set<ChildProcess>,
): Promise<SweepResult> {
  const program = ownProgram(options.root);
  const stop = options.failuresMax === 1 ? ['--stop'] : [];
  const scenario = options.scenario === undefined ? [] : ['--scenario', options.scenario];
  const args = [
    ...program,
    'sweep-range',
    '--start',
    String(start),
    '--seeds',
    String(count),
    '--twice',
    String(options.twice),
    ...stop,
    ...scenario,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Where the loader for TypeScript is found.
    cwd: options.root ?? fileURLToPath(new URL('..', import.meta.url)),
  });
  children.add(child);
  const exited = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
    child.on('error', () => resolve(-1));
  });
  const failures: SeedFailure[] = [];
  let summary = { done: 0, events: 0, virtualMs: 0, cpuMs: 0 };
  let summarised = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed: unknown = JSON.parse(line);
    if (isFailure(parsed)) failures.push(parsed);
    else if (isSummary(parsed)) {
      summary = parsed;
      summarised = true;
    }
  }
  const code = await exited;
  children.delete(child);
  if (!summarised && code !== null) {
    throw new OperationError(
      'INTERNAL',
      `the simulator process for seeds ${start} to ${start + count - 1} ended with code ${code}`,
    );
  }
  return { seeds: summary.done, events: summary.events, virtualMs: summary.virtualMs, cpuMs: summary.cpuMs, failures };
}

/** How to start this program again: through tsx from the sources, directly when compiled. */
export function ownProgram(root: string | undefined): string[] {
  const own = fileURLToPath(import.meta.url);
  if (own.endsWith('.js')) return [own.replace(/sweep\.js$/, 'main.js')];
  const main = root === undefined ? own.replace(/sweep\.ts$/, 'main.ts') : `${root}/sim/main.ts`;
  return ['--import', 'tsx', main];
}

function isFailure(value: unknown): value is SeedFailure {
  return typeof value === 'object' && value !== null && 'seed' in value && 'outcome' in value;
}

function isSummary(value: unknown): value is { done: number; events: number; virtualMs: number; cpuMs: number } {
  return typeof value === 'object' && value !== null && 'done' in value && 'events' in value;
}

export function describeOutcome(outcome: Exclude<SeedOutcome, { kind: 'ok' }>): string {
  if (outcome.kind === 'violation') return `${outcome.oracle} (${ORACLES[outcome.oracle]}): ${outcome.sentence}`;
  return `${outcome.kind}: ${outcome.sentence}`;
}
