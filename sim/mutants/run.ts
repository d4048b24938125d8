/**
 * Applies one mutant at a time to a copy of what the simulator needs, sweeps seeds until an oracle notices, prints the table.
 * A mutant whose text is not found exactly once is an error; one that no oracle notices is a survivor; both fail the run.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../common/errors.ts';
import type { OracleId } from '../oracles/violation.ts';
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
  /** Scenario or swarm, and the seed. */
  readonly where: string | undefined;
  readonly seeds: number;
  readonly cpuMs: number;
}

export interface MutantRunOptions {
  readonly ids: readonly string[];
  readonly seeds: number;
  readonly jobs: number;
  readonly start?: number;
  say(text: string): void;
}

/** @returns whether every mutant was caught by an expected oracle. @throws OperationError on an unknown id or a stale mutant. */
export async function runMutants(options: MutantRunOptions): Promise<boolean> {
  const unknown = options.ids.find((id) => !MUTANTS.some((mutant) => mutant.id === id));
  if (unknown !== undefined) {
    throw new OperationError('INVALID_ARGUMENT', `there is no mutant "${unknown}"`, {
      correction: `Known ids: ${MUTANTS.map((mutant) => mutant.id).join(', ')}`,
    });
  }
  const chosen = options.ids.length === 0 ? MUTANTS : MUTANTS.filter((mutant) => options.ids.includes(mutant.id));
  let allCaught = true;
  for (const mutant of chosen) {
    const verdict = await tryMutant(mutant, options);
    if (!verdict.expected) allCaught = false;
    const by = verdict.caughtBy ?? 'SURVIVED';
    const note = verdict.caughtBy !== undefined && !verdict.expected ? ` (expected ${mutant.expected.join(', ')})` : '';
    const at = verdict.where ?? '';
    options.say(
      `${mutant.id.padEnd(5)} ${by.padEnd(9)} ${at.padEnd(28)} ${String(verdict.seeds).padStart(5)} seeds ${(verdict.cpuMs / 1_000).toFixed(1).padStart(6)} CPU s  ${mutant.title}${note}`,
    );
  }
  return allCaught;
}

async function tryMutant(
  mutant: Mutant,
  options: { readonly seeds: number; readonly jobs: number; readonly start?: number },
): Promise<MutantVerdict> {
  const root = mkdtempSync(join(tmpdir(), `lockstep-mutant-${mutant.id}-`));
  try {
    copyTree(root);
    applyMutant(mutant, root);
    let spent = { seeds: 0, cpuMs: 0 };
    for (const scenario of [...(mutant.scenarios ?? []), undefined]) {
      const attempt = await hunt(mutant, root, scenario, options);
      spent = { seeds: spent.seeds + attempt.seeds, cpuMs: spent.cpuMs + attempt.cpuMs };
      if (attempt.caughtBy !== undefined) return { ...attempt, ...spent };
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
      return { mutant, caughtBy, expected, where: `${scenario ?? 'seed'}:${failure.seed}`, seeds, cpuMs };
    }
    start = failure.seed + 1;
  }
  return { mutant, caughtBy: undefined, expected: false, where: undefined, seeds, cpuMs };
}

export function projectRoot(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
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
