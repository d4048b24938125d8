/** What went wrong, for whoever looks later. */
import type { Answer } from './answer.ts';

export interface ErrorReport {
  /** `<term>-<number>`, hexadecimal and decimal, of fixed length: sorted as text, the newest is the last. */
  readonly id: string;
  readonly atMs: number;
  readonly operation: string;
  /** A failure of the controller itself, rather than a refusal. */
  readonly internal: boolean;
  readonly answer: Answer;
}
