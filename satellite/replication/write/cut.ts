/** A client's request that became several writes. */
import type { ClientOutcome } from '../ports.ts';

export interface CutRequest {
  remaining: number;
  failure: ClientOutcome | undefined;
}
