/** Frames of the cluster-wide two-phase changes (DRBD 9, §1.6); the machine behind them is in `cluster-change/`. */
import type { NodeId, PeerMask, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';

/** What all reachable nodes agree on before it happens. */
export type ClusterChange =
  | { readonly kind: 'promote' }
  | { readonly kind: 'demote' }
  /** Nothing changes: the survivors of a loss learn who is there and who is Primary. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'connect'; readonly peer: NodeId }
  | { readonly kind: 'disconnect'; readonly peer: NodeId }
  | { readonly kind: 'attach'; readonly volume: VolumeNumber }
  | { readonly kind: 'detach'; readonly volume: VolumeNumber }
  | ResizeChange;

export interface ResizeChange {
  readonly kind: 'resize';
  readonly volume: VolumeNumber;
  /** At most this; what it comes to is in the commit. */
  readonly sizeBytes: Bytes;
  /** The new area holds the same on all disks: nothing is marked. */
  readonly assumeClean: boolean;
  /** Disks that are not there count as large enough. */
  readonly assumePeerHasSpace: boolean;
  /** The volume may become smaller. */
  readonly shrink: boolean;
  /** Exactly this size or none. */
  readonly exact: boolean;
}

export type ClusterChangeKind = ClusterChange['kind'];

/** Why a node says no. */
export type Objection =
  | 'other-primary'
  | 'being-stopped'
  | 'last-data'
  | 'no-such-volume'
  | 'no-such-peer'
  | 'no-quorum'
  | 'size'
  | 'reconciling'
  | 'resync'
  | 'in-use'
  | 'no-disk';

/** Who began it, and its number: random, never 0. */
export interface ChangeId {
  readonly initiator: NodeId;
  readonly transaction: number;
}

/** What the nodes behind an answer found, put together. */
export interface Tally {
  readonly reachable: PeerMask;
  readonly primaries: PeerMask;
  /** Primaries with a disk of their own (for `resize`). */
  readonly diskfulPrimaries: PeerMask;
  /** Nodes that a capable Primary has no link to (DRBD: weak). A Primary without data outdates nobody and names none. */
  readonly weak: PeerMask;
  /** The most that every disk can hold, for `resize`; 0: no disk answered. */
  readonly maxSizeBytes: Bytes;
}

export type TwoPhaseDataFrame =
  | (ChangeId & {
      readonly type: 'TWOPC_PREPARE';
      /** Nodes that the receiver passes it on to, as far as it is connected with them. */
      readonly nodesToReach: PeerMask;
      readonly change: ClusterChange;
    })
  | (ChangeId & {
      readonly type: 'TWOPC_COMMIT';
      readonly reachable: PeerMask;
      /** Who is Primary after the change. */
      readonly primaries: PeerMask;
      /** Who of the reachable nodes has no link to a capable Primary after the change. */
      readonly weak: PeerMask;
      /** What a `resize` comes to; otherwise 0. */
      readonly sizeBytes: Bytes;
    })
  | (ChangeId & { readonly type: 'TWOPC_ABORT' });

export type TwoPhaseControlFrame =
  | (ChangeId & { readonly type: 'TWOPC_YES'; readonly tally: Tally })
  | (ChangeId & { readonly type: 'TWOPC_NO'; readonly objection: Objection })
  /** Busy with another change: try again later. */
  | (ChangeId & { readonly type: 'TWOPC_RETRY' });
