/** Where a connection stands in the streams of writes that it carries, one of ours and one of the peer's. Plain numbers. */
import { EMPTY_MASK, type NodeId, type PeerMask } from '../../../common/ids.ts';
import type { Millis } from '../../../common/units.ts';
import { type Hold, newReconciliation, type ReconciliationState } from '../reconciliation/progress.ts';

/** Our writes to the peer. */
export interface SentStream {
  epochWrites: number;
  /** Everything that the peer got over this link, and whatever was in its cache before, is stable there. */
  stable: boolean;
  readonly barriers: { readonly epoch: number; readonly writes: number }[];
  inFlightBytes: number;
  unackedWrites: number;
  lastProgress: Millis;
  /** The ping timer that first found it to owe an answer; -1: it owed none the last time. */
  owesSince: number;
  /** While Ahead: nothing was in flight when the link was last looked at. */
  aheadIdle: boolean;
}

/** The peer's writes to us. */
export interface ReceivedStream {
  rxWrites: number;
  rxActive: number;
  rxBarrier: { readonly epoch: number; flushesPending: number; phase: 'drain' | 'flush' } | undefined;
  rxGeneration: boolean;
  /** The peer has answered for a disk of ours that still waits for others. */
  rxNegotiation: boolean;
  /** A volume changes its size here, or a frame speaks of a size that this node has still to take on. */
  rxRelayout: boolean;
  /** Position of the peer's stream as received on this link, and as peer-acknowledged. */
  receivedDagtag: number;
  peerAckedDagtag: number;
  /** From here on the peer's writes come to us, all of them; infinite while they do not. */
  servedFrom: number;
}

/** What STATE frames have told each other. */
export interface StateExchange {
  stateSeen: number;
  /** Highest of our sequences the peer has seen, and its stream position then. */
  peerSeen: number;
  peerDagtag: number;
}

/** What is remembered of the last loss of the link. */
export interface LossMemory extends ReconciliationState {
  /** A handshake with it came to an end in this incarnation, whatever the verdict was. */
  met: boolean;
  /** A Primary and this node have agreed on who is left, and the peer was not among them; see handshake/witnesses.ts. */
  outlived: boolean;
  /** The other nodes that have had our whole stream since then, and our position then: see loss-cover.ts. */
  lostWith: PeerMask;
  lostAt: number;
  /** Lost while completions waited: what it had not confirmed is sent again, or marked when they go on. */
  owed: boolean;
}

export interface LinkMemory extends SentStream, ReceivedStream, StateExchange, LossMemory {
  /** Since the start: each has ended its link. */
  damagedFrames: number;
}

export function newStreams(): LinkMemory {
  return {
    epochWrites: 0,
    stable: false,
    barriers: [],
    inFlightBytes: 0,
    unackedWrites: 0,
    lastProgress: 0 as Millis,
    owesSince: -1,
    aheadIdle: false,
    rxWrites: 0,
    rxActive: 0,
    rxBarrier: undefined,
    rxGeneration: false,
    rxNegotiation: false,
    rxRelayout: false,
    receivedDagtag: 0,
    peerAckedDagtag: 0,
    servedFrom: Number.POSITIVE_INFINITY,
    stateSeen: 0,
    peerSeen: 0,
    peerDagtag: 0,
    met: false,
    outlived: false,
    lostWith: EMPTY_MASK,
    lostAt: 0,
    owed: false,
    damagedFrames: 0,
    ...newReconciliation(),
  };
}

/** Of a resource. */
export interface PrimaryMemory {
  /** Last node that wrote to us, and how far its stream had come (input of the reconciliation). */
  lastPrimary: NodeId | undefined;
  lastDagtag: number;
  /** When the link to that node was lost. */
  lastPrimarySeen: Millis;
  /** A Primary was lost, and the survivors have not been compared yet. */
  hold: Hold | undefined;
}
