/** What is remembered of quorum and suspension, as plain data: per volume, and per resource. */
import { EMPTY_MASK, type Generation, type PeerMask } from '../../../common/ids.ts';
import type { ClientInput } from '../events.ts';
import { NO_GENERATION } from '../metadata/generation-id.ts';
import type { QuorumRecord } from '../metadata/superblock.ts';
import type { ClientRequestId } from '../payload.ts';
import type { SuspensionReason } from './reasons.ts';

export interface VolumeQuorum {
  have: boolean;
  /** Kept by diskless nodes alone. */
  byTieBreaker: boolean;
  /** The voters that were here when quorum was last decided by ourselves; kept on disk (DRBD 9 §6.1, rule 7). */
  members: PeerMask;
  /** Primary without quorum (flag PRIMARY_LOST_QUORUM of the handshake). */
  lost: boolean;
  /** What the superblock that was submitted last says. */
  written: QuorumRecord & { readonly outdated: PeerMask };
  /** Records on their way to disk. */
  writing: number;
  /** The newest generation that a Primary has shown us: a diskless node votes for nobody who has another one. */
  claimed: Generation;
}

export interface IoSuspension {
  /** Requests of clients wait while there is any; in print order. */
  suspended: readonly SuspensionReason[];
  /** Requests that arrived meanwhile, or that have to be done again. */
  held: ClientInput[];
  /** `suspend-io` commands that wait for what is in flight. */
  readonly suspending: ClientRequestId[];
  /** Was Primary, had to step down under its clients: everything fails until the last of them has closed. */
  forceIoFailures: boolean;
  /** Every connected peer has to have seen this STATE of ours before a write completes; 0: none. */
  unconfirmed: number;
}

export function newVolumeQuorum(): VolumeQuorum {
  const nothing = { haveQuorum: false, primaryLostQuorum: false, members: EMPTY_MASK, outdated: EMPTY_MASK };
  return {
    have: false,
    byTieBreaker: false,
    members: EMPTY_MASK,
    lost: false,
    written: nothing,
    writing: 0,
    claimed: NO_GENERATION as Generation,
  };
}

export const newIoSuspension = (): IoSuspension => ({
  suspended: [],
  held: [],
  suspending: [],
  forceIoFailures: false,
  unconfirmed: 0,
});
