/** Copies of what the simulator needs, each with one seeded bug in it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../common/errors.ts';
import type { Mutant } from './mutant.ts';

const PARTS = [
  'common',
  'controller',
  'satellite/replication',
  'sim',
  'test/sim/regressions',
  'package.json',
  'tsconfig.json',
] as const;

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
      { correction: 'The core has changed: adapt the mutant in sim/mutants.' },
    );
  }
  writeFileSync(file, pieces.join(mutant.replace));
}
