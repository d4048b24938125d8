/** What a seeded bug is. */
import type { OracleId } from '../oracles/violation.ts';

export interface Mutant {
  readonly id: string;
  readonly title: string;
  /** Relative to the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Tried first: scenarios that go where the bug is. */
  readonly scenarios?: readonly string[];
  /** Caught within a few seeds of its scenarios or of the swarm: part of the subset that CI runs. */
  readonly fast?: boolean;
  /** Any of these kills it. */
  readonly expected: readonly OracleId[];
}
