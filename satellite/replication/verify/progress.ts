/** What a peer device remembers about online verify. Plain data; behaviour: driver.ts, responder.ts. */
import type { NodeId } from '../../../common/ids.ts';
import type { DigestAlgorithm } from '../digest.ts';

/** A range whose two digests are on their way. */
export interface VerifyRange {
  readonly firstBlock: number;
  readonly blocks: number;
  readonly offset: number;
  readonly length: number;
  /** Digests of this node, one per block, once it has read. */
  own: Uint8Array | undefined;
  /** The peer's reply; empty digests: it could not compare. */
  theirs:
    | { readonly digests: Uint8Array; readonly dagtagNode: NodeId | undefined; readonly dagtag: number }
    | undefined;
  /** Blocks that a write has touched since the range was registered: 1 each. */
  readonly touched: Uint8Array;
  /** In `Resource.dagtagWaiters`: the reply is from further on in a Primary's stream. */
  waits: boolean;
}

/** On the node that drives it (VerifyS). */
export interface VerifyRun {
  readonly algorithm: DigestAlgorithm;
  /** Next block to ask for, and the first one that is not to be verified. */
  cursor: number;
  readonly end: number;
  /** In order of their blocks. */
  readonly ranges: Map<number, VerifyRange>;
  readonly total: number;
  done: number;
  different: number;
  skipped: number;
}

export interface DeviceVerify {
  run: VerifyRun | undefined;
  /** Where a verify that was broken off goes on. */
  resumeAt: number;
  /** Marks that verify made: they are for an administrator to resync, not for the self-check. */
  found: boolean;
}

export const newVerify = (): DeviceVerify => ({ run: undefined, resumeAt: 0, found: false });
