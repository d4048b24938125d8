/**
 * Applies one mutant at a time to a copy of what the simulator needs, sweeps seeds until an oracle notices, tells who did.
 * A mutant whose text is not found exactly once is an error; one that no oracle notices is a survivor; both fail the run.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '../../common/errors.ts';
import { CONTROL_PLANE, isControlPlane } from '../control-plane/scenarios.ts';
import { hasOwnSeed, loadPlan } from '../plan-files.ts';
import { isProfile } from '../profiles/registry.ts';
import { runSeed, sweep } from '../sweep.ts';
import { MUTANTS } from './catalogue.ts';
import type { Mutant } from './mutant.ts';
import { HEADING, type MutantVerdict, rowOf, summaryOf } from './report.ts';
import { mutatedTree } from './tree.ts';

/** Seeds tried per scenario that a mutant names, and per plan that was made or found with one seed. */
const SCENARIO_SEEDS = 50;
const HUNT_SEEDS = 25;

export interface MutantRunOptions {
  readonly ids: readonly string[];
  /** Only those that are marked as caught quickly. */
  readonly fast?: boolean;
  /** Runs that shrinking one plan may take; 0: not at all. */
  readonly shrinkRuns?: number;
  readonly seeds: number;
  /** Mutants that are hunted at the same time. */
  readonly jobs: number;
  readonly start?: number;
  say(text: string): void;
  onProgress?(text: string): void;
}

type HuntOptions = Pick<MutantRunOptions, 'seeds' | 'jobs' | 'start' | 'shrinkRuns'>;

/** @returns what became of each, in the order of the catalogue. @throws OperationError on an unknown id or a stale mutant. */
export async function runMutants(options: MutantRunOptions): Promise<readonly MutantVerdict[]> {
  const unknown = options.ids.find((id) => !MUTANTS.some((mutant) => mutant.id === id));
  if (unknown !== undefined) {
    throw new OperationError('INVALID_ARGUMENT', `there is no mutant "${unknown}"`, {
      correction: `Known ids: ${MUTANTS.map((mutant) => mutant.id).join(', ')}`,
    });
  }
  const chosen = MUTANTS.filter(
    ({ id, fast }) =>
      (options.ids.length === 0 || options.ids.includes(id)) && (options.fast !== true || fast === true),
  );
  const verdicts: MutantVerdict[] = [];
  // Each in a tree of its own: mutants beside each other, and the processes of one only where there are not enough of them.
  const beside = Math.max(1, Math.min(options.jobs, chosen.length));
  const jobs = Math.max(1, Math.floor(options.jobs / beside));
  options.say(HEADING);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let mutant = chosen[next++]; mutant !== undefined; mutant = chosen[next++]) {
      options.onProgress?.(`${next}/${chosen.length} ${mutant.id}: ${mutant.title}`);
      const verdict = await tryMutant(mutant, { ...options, jobs });
      verdicts.push(verdict);
      options.say(rowOf(verdict));
    }
  };
  await Promise.all(Array.from({ length: beside }, worker));
  options.say(summaryOf(verdicts));
  return verdicts.sort((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant));
}

async function tryMutant(mutant: Mutant, options: HuntOptions): Promise<MutantVerdict> {
  const root = mutatedTree(mutant);
  try {
    let spent = { seeds: 0, cpuMs: 0 };
    for (const source of sourcesOf(mutant)) {
      const attempt = await hunt(mutant, root, source, options);
      spent = { seeds: spent.seeds + attempt.seeds, cpuMs: spent.cpuMs + attempt.cpuMs };
      if (attempt.caughtBy === undefined || attempt.where === undefined) continue;
      const shrunk = isControlPlane(source)
        ? undefined
        : await shrunkSize(root, attempt.where, options.shrinkRuns ?? 0);
      return { ...attempt, ...spent, ...(shrunk === undefined ? {} : { shrunk }) };
    }
    return { mutant, caughtBy: undefined, expected: false, where: undefined, ...spent };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The swarm of the data plane finds nothing of the control plane. */
function sourcesOf({ scenarios = [] }: Mutant): readonly (string | undefined)[] {
  return scenarios.some(isControlPlane) ? scenarios : [...scenarios, undefined];
}

/** The seeds that this source of plans is tried with; undefined: the base swarm. */
function rangeOf(source: string | undefined, { seeds, start = 1 }: HuntOptions): { start: number; end: number } {
  if (source === undefined || isProfile(source) || source === CONTROL_PLANE) return { start, end: start + seeds };
  if (isControlPlane(source) || !hasOwnSeed(source)) return { start, end: start + SCENARIO_SEEDS };
  const own = loadPlan(source).seed;
  return { start: own, end: own + HUNT_SEEDS };
}

/** One source of plans with as many seeds as it may take. */
async function hunt(
  mutant: Mutant,
  root: string,
  source: string | undefined,
  options: HuntOptions,
): Promise<MutantVerdict> {
  let { start, end } = rangeOf(source, options);
  let seeds = 0;
  let cpuMs = 0;
  while (start < end) {
    const result = await sweep({
      seeds: end - start,
      start,
      jobs: options.jobs,
      twice: false,
      failuresMax: 1,
      root,
      ...(source === undefined ? {} : { scenario: source }),
    });
    seeds += result.seeds;
    cpuMs += result.cpuMs;
    const failure = result.failures[0];
    if (failure === undefined) break;
    // Only what the untouched core passes says anything about the mutant.
    if ((await runSeed(failure.seed, false, source)).kind === 'ok') {
      const caughtBy = failure.outcome.kind === 'violation' ? failure.outcome.oracle : undefined;
      const expected = caughtBy !== undefined && mutant.expected.includes(caughtBy);
      return { mutant, caughtBy, expected, where: whereOf(source, failure.seed), seeds, cpuMs };
    }
    start = failure.seed + 1;
  }
  return { mutant, caughtBy: undefined, expected: false, where: undefined, seeds, cpuMs };
}

/** As `lockstep sim run` takes it. */
function whereOf(source: string | undefined, seed: number): string {
  if (source === undefined) return `seed:${seed}`;
  if (isControlPlane(source)) return `${source} --start ${seed}`;
  if (isProfile(source)) return `seed:${source.slice('profile:'.length)}:${seed}`;
  return loadPlan(source).seed === seed ? source : `${source} --seed ${seed}`;
}

/** Shrinks in the tree of the mutant. @returns the entries that are left; undefined when not asked for, or in vain. */
async function shrunkSize(root: string, where: string, runs: number): Promise<number | undefined> {
  if (runs === 0) return undefined;
  const report = join(root, 'shrunk');
  const args = ['--import', 'tsx', 'sim/main.ts', 'shrink', ...where.split(' '), '--runs', String(runs)];
  const child = spawn(process.execPath, [...args, '--report', report], { cwd: root, stdio: 'ignore' });
  await new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  const [file] = existsSync(report) ? readdirSync(report) : [];
  return file === undefined ? undefined : loadPlan(join(report, file)).entries.length;
}
