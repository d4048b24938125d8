/** What is remembered of a reconciliation between the survivors of a lost Primary, as plain data (see reconcile.ts). */
import type { NodeId, PeerMask, VolumeNumber } from '../../../common/ids.ts';
import type { DataFrame } from '../wire/frames.ts';

export type PeerDagtag = Extract<DataFrame, { type: 'PEER_DAGTAG' }>;

/** From the loss of the Primary until it is known what is newest here: this node may not be promoted. */
export interface Hold {
  readonly lost: NodeId;
  /** Survivors that have not been compared with yet. */
  owed: PeerMask;
  /** Volumes that were UpToDate. */
  readonly volumes: ReadonlySet<VolumeNumber>;
}

/** Of a connection. */
export interface ReconciliationState {
  /** Our picture on this link that the peer has not answered. */
  told: PeerDagtag | undefined;
  /** The peer's picture, kept while we still follow the Primary that it has lost. */
  report: PeerDagtag | undefined;
  /** Numbers the pictures on this link. */
  toldCount: number;
}

/** Of a volume on a connection, from the last loss of its link or of a Primary. */
export interface DeviceLoss {
  /** The two have met before in this incarnation, to the end (flag RECONNECT). */
  wasConnected: boolean;
  /** We were the writer, with a disk to mark on, when the link broke: everything that the peer may lack is marked there. */
  coversLoss: boolean;
  /** The pair had no mark before the Primary was lost, and this many for it; -1: it had. */
  lossMarks: number;
  /** Of equal generation, this disk is to be the target of a survivor that got further. */
  gaveWay: boolean;
}

export const newReconciliation = (): ReconciliationState => ({ told: undefined, report: undefined, toldCount: 0 });
