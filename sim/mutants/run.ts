/**
 * Applies one mutant at a time to a copy of what the simulator needs, sweeps seeds until an oracle notices, prints the table.
 * A mutant whose text is not found exactly once is an error; one that no oracle notices is a survivor; both fail the run.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../common/errors.ts';
import type { OracleId } from '../oracles/violation.ts';
import { loadPlan } from '../plan-files.ts';
import { isProfile } from '../profiles/registry.ts';
import { runSeed, sweep } from '../sweep.ts';
import { MUTANTS } from './catalogue.ts';
import type { Mutant } from './mutant.ts';

const PARTS = ['common', 'satellite/replication', 'sim', 'package.json', 'tsconfig.json'] as const;

/** Seeds tried per scenario that a mutant names. */
const SCENARIO_SEEDS = 50;

export interface MutantVerdict {
  readonly mutant: Mutant;
  readonly caughtBy: OracleId | undefined;
  readonly expected: boolean;
  /** What repeats it, as `lockstep sim run` takes it. */
  readonly where: string | undefined;
  readonly seeds: number;
  readonly cpuMs: number;
  /** Entries of the plan that are left after shrinking. */
  readonly shrunk?: number;
}

export interface MutantRunOptions {
  readonly ids: readonly string[];
  /** Only those that are marked as caught quickly. */
  readonly fast?: boolean;
  /** Runs that shrinking one plan may take; 0: not at all. */
  readonly shrinkRuns?: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly start?: number;
  say(text: string): void;
  onProgress?(text: string): void;
}

/** @returns whether every mutant was caught by an expected oracle. @throws OperationError on an unknown id or a stale mutant. */
export async function runMutants(options: MutantRunOptions): Promise<boolean> {
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
  let caught = 0;
  const sizes: number[] = [];
  options.say(`${'id'.padEnd(6)} ${'caught by'.padEnd(9)} ${'where'.padEnd(34)} seeds  CPU s  left  seeded bug`);
  for (const [index, mutant] of chosen.entries()) {
    options.onProgress?.(`${index + 1}/${chosen.length} ${mutant.id}: ${mutant.title}`);
    const verdict = await tryMutant(mutant, options);
    if (verdict.expected) caught += 1;
    if (verdict.shrunk !== undefined) sizes.push(verdict.shrunk);
    options.say(rowOf(verdict));
  }
  sizes.sort((x, y) => x - y);
  const median = sizes.length === 0 ? '' : `; median of ${sizes[sizes.length >> 1]} entries after shrinking`;
  options.say(`${caught} of ${chosen.length} seeded bugs caught${median}`);
  return caught === chosen.length;
}

function rowOf({ mutant, caughtBy, expected, where, seeds, cpuMs, shrunk }: MutantVerdict): string {
  const by = caughtBy ?? 'SURVIVED';
  const note = caughtBy !== undefined && !expected ? ` (expected ${mutant.expected.join(', ')})` : '';
  const cells = [
    mutant.id.padEnd(6),
    by.padEnd(9),
    (where ?? '').padEnd(34),
    String(seeds).padStart(5),
    (cpuMs / 1_000).toFixed(1).padStart(6),
    String(shrunk ?? '-').padStart(5),
  ];
  return `${cells.join(' ')}  ${mutant.title}${note}`;
}

async function tryMutant(
  mutant: Mutant,
  options: Pick<MutantRunOptions, 'seeds' | 'jobs' | 'start' | 'shrinkRuns'>,
): Promise<MutantVerdict> {
  const root = mutatedTree(mutant);
  try {
    let spent = { seeds: 0, cpuMs: 0 };
    for (const scenario of [...(mutant.scenarios ?? []), undefined]) {
      const attempt = await hunt(mutant, root, scenario, options);
      spent = { seeds: spent.seeds + attempt.seeds, cpuMs: spent.cpuMs + attempt.cpuMs };
      if (attempt.caughtBy === undefined) continue;
      const shrunk = attempt.where === undefined ? undefined : shrunkSize(root, attempt.where, options.shrinkRuns ?? 0);
      return { ...attempt, ...spent, ...(shrunk === undefined ? {} : { shrunk }) };
    }
    return { mutant, caughtBy: undefined, expected: false, where: undefined, ...spent };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** One scenario, or the swarm, with as many seeds as it may take. */
async function hunt(
  mutant: Mutant,
  root: string,
  scenario: string | undefined,
  options: { readonly seeds: number; readonly jobs: number; readonly start?: number },
): Promise<MutantVerdict> {
  let start = options.start ?? 1;
  const end = start + (scenario === undefined || isProfile(scenario) ? options.seeds : SCENARIO_SEEDS);
  let seeds = 0;
  let cpuMs = 0;
  while (start < end) {
    const focus = scenario === undefined ? {} : { scenario };
    const result = await sweep({
      seeds: end - start,
      start,
      jobs: options.jobs,
      twice: false,
      failuresMax: 1,
      root,
      ...focus,
    });
    seeds += result.seeds;
    cpuMs += result.cpuMs;
    const failure = result.failures[0];
    if (failure === undefined) break;
    // Only what the untouched core passes says anything about the mutant.
    if (runSeed(failure.seed, false, scenario).kind === 'ok') {
      const caughtBy = failure.outcome.kind === 'violation' ? failure.outcome.oracle : undefined;
      const expected = caughtBy !== undefined && mutant.expected.includes(caughtBy);
      return { mutant, caughtBy, expected, where: whereOf(scenario, failure.seed), seeds, cpuMs };
    }
    start = failure.seed + 1;
  }
  return { mutant, caughtBy: undefined, expected: false, where: undefined, seeds, cpuMs };
}

/** As `lockstep sim run` takes it. */
function whereOf(scenario: string | undefined, seed: number): string {
  if (scenario === undefined) return `seed:${seed}`;
  return isProfile(scenario) ? `seed:${scenario.slice('profile:'.length)}:${seed}` : `${scenario} --seed ${seed}`;
}

/** Shrinks in the tree of the mutant. @returns the entries that are left; undefined when not asked for, or in vain. */
function shrunkSize(root: string, where: string, runs: number): number | undefined {
  if (runs === 0) return undefined;
  const report = join(root, 'shrunk');
  const args = ['--import', 'tsx', 'sim/main.ts', 'shrink', ...where.split(' '), '--runs', String(runs)];
  spawnSync(process.execPath, [...args, '--report', report], { cwd: root, stdio: 'ignore' });
  const [file] = existsSync(report) ? readdirSync(report) : [];
  return file === undefined ? undefined : loadPlan(join(report, file)).entries.length;
}

export function projectRoot(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

/** A copy of the tree with this bug in it, in a temporary directory that the caller removes. */
export function mutatedTree(mutant: Mutant): string {
  const root = mkdtempSync(join(tmpdir(), `lockstep-mutant-${mutant.id}-`));
  try {
    copyTree(root);
    applyMutant(mutant, root);
    return root;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function copyTree(root: string): void {
  const from = projectRoot();
  for (const part of PARTS) cpSync(join(from, part), join(root, part), { recursive: true });
  symlinkSync(join(from, 'node_modules'), join(root, 'node_modules'), 'dir');
}

/** @throws OperationError when the text is not there exactly once. */
function applyMutant(mutant: Mutant, root: string): void {
  const file = join(root, mutant.file);
  const source = readFileSync(file, 'utf8');
  const pieces = source.split(mutant.find);
  if (pieces.length !== 2) {
    throw new OperationError(
      'INVALID_ARGUMENT',
      `mutant ${mutant.id} matches ${pieces.length - 1} times in ${mutant.file}`,
      {
        correction: 'The core has changed: adapt the mutant in sim/mutants/catalogue.ts.',
      },
    );
  }
  writeFileSync(file, pieces.join(mutant.replace));
}
