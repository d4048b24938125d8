/** Who of several controllers leads: the one that may change the store and command satellites. */
import type { OperationError } from '../../common/errors.ts';
import type { KvCondition } from '../store/kv-store.ts';

/** One leadership from its beginning to its end. */
export interface Term {
  /** Hold as long as the term does: what every commit of this leader is conditional on. */
  readonly conditions: readonly KvCondition[];
  /** Aborted, with an OperationError NOT_LEADER, before anybody else can lead. */
  readonly ended: AbortSignal;
  /** The state cannot be changed any more. A term that others can take over ends by this. */
  giveUp(reason: OperationError): void;
  /** Lets others take over at once. */
  resign(): Promise<void>;
}

export interface Leadership {
  /** Resolves when this controller leads. @throws the reason of `signal` when that is aborted. */
  campaign(signal: AbortSignal): Promise<Term>;
  /** Where the present leader can be reached, as far as this controller has heard. */
  leader(): string | undefined;
}
