/**
 * Seeded bugs: each is one replacement in one file of the core, with the oracles that have to notice. The simulator is only as
 * good as what it catches; a mutant whose `find` no longer matches exactly once fails the run, so the list stays honest.
 * Numbers follow simulation.md §5.6.
 */
import type { OracleId } from '../oracles/violation.ts';

export interface Mutant {
  readonly id: string;
  readonly title: string;
  /** Relative to the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Any of these kills it. */
  readonly expected: readonly OracleId[];
}

export const MUTANTS: readonly Mutant[] = [];
