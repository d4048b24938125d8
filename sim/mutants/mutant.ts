/** One seeded bug. */
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
  /** Any of these kills it. */
  readonly expected: readonly OracleId[];
}
