/**
 * The packets of the data path as typed values; `codec.ts` gives them bytes, `docs/protocol.md` the tables.
 * Names follow DRBD. Data-stream frames keep their order among each other; control frames (acks, pings) travel on
 * their own stream and never queue behind bulk data.
 */
import type { Generation, NodeId, PeerMask, VolumeNumber } from '../../../common/ids.ts';
import type { DiskState, Role } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import type { DigestAlgorithm } from '../digest.ts';
import type { NetOptions } from '../../../common/options/options.ts';
import type { Payload } from '../payload.ts';
import type { TwoPhaseControlFrame, TwoPhaseDataFrame } from './two-phase-frames.ts';

export type Stream = 'data' | 'control';

/** Wire versions that this build speaks. Peers agree on the highest common one or refuse. */
export const WIRE_VERSION_MIN = 1;
export const WIRE_VERSION_MAX = 1;

/** Feature bits, agreed as the intersection of both ends. */
export const FEATURES = {
  trim: 1,
  writeZeroes: 2,
  compressedBitmap: 4,
  payloadChecksum: 8,
  checksumResync: 256,
  thinResync: 512,
  onlineVerify: 1024,
  /** START_SYNC: invalidate and invalidate-remote on a standing link. */
  startSync: 2048,
  /** ENABLE_REPLICATION: a target that is not mirrored to meanwhile. */
  resyncWithoutReplication: 4096,
  /** A digest behind the fields of a frame with payload (data-integrity-alg). */
  payloadDigest: 8192,
} as const;
export const ALL_FEATURES = 1 | 2 | 4 | 8 | 256 | 512 | 1024 | 2048 | 4096 | 8192;

export interface PayloadDigest {
  readonly algorithm: DigestAlgorithm;
  readonly digest: Uint8Array;
}

export type ReplicationProtocol = 'A' | 'B' | 'C';

/** UUID flags of the GI handshake (DRBD 9, §4.1). */
export const UUID_FLAGS = {
  CRASHED_PRIMARY: 1,
  /** This link was up before in this incarnation of the sending node. */
  RECONNECT: 2,
  PRIMARY_LOST_QUORUM: 4,
  /** Sender is Primary, or has no Primary neighbour: its data is nobody's moving target. */
  STABLE: 8,
  SYNC_TARGET: 16,
  /** The sender was the writer when this link broke and has since marked every write that the peer may lack. */
  COVERS_LOSS: 32,
  DISKLESS_PRIMARY: 64,
  DISCARD_MY_DATA: 128,
  INCONSISTENT: 256,
  /** The sender crashed as Primary and has not yet heard of another peer that it served with protocol C to the end. */
  AWAITS_SYNCHRONOUS_PEER: 512,
  /** The sender mirrors a Primary that has an UpToDate disk of its own and can tell who is in sync with whom. */
  FOLLOWS_DISKFUL_PRIMARY: 1024,
  /** The sender's side of a partition has quorum: set only where quorum is asked for. */
  QUORATE: 2048,
  /** No block was written in the sender's generation: a receiver that is just created takes it over as it is. */
  SKIP_INITIAL_SYNC: 4096,
  /** Only in PEER_DAGTAG: all that the sender has marked is what the lost Primary had not confirmed. */
  MARKS_OF_LOSS: 8192,
  /** The sender has a disk and keeps no bitmap for the receiver: it is not meant to have one (DRBD: bitmap no). */
  NO_BITMAP: 16384,
  /** The sender's end of the link has `allow-two-primaries`. */
  ALLOWS_TWO_PRIMARIES: 32768,
  /** The disk was UpToDate until its Primary was lost. If it is Consistent, then only until the survivors have been compared. */
  HELD: 65_536,
  /** The sender's node crashed, and since then it has not met every node that may have what its disk has lost. */
  AWAITS_WITNESSES: 131_072,
  /** The sender followed a Primary on, which had lost the receiver: the receiver got nothing there that the sender has not got. */
  OUTLIVED_RECEIVER: 262_144,
} as const;

/** What both ends have to know to resolve split brain, and a Primary that is to become target, alike. */
export type HandshakePolicies = Pick<
  NetOptions,
  'afterSb0pri' | 'afterSb1pri' | 'afterSb2pri' | 'alwaysAsbp' | 'rrConflict'
>;

export interface PeerGeneration {
  readonly node: NodeId;
  readonly generation: Generation;
}

/** Everything about one volume that the two ends compare to decide who is source and who is target. */
export interface VolumeHandshake {
  readonly volume: VolumeNumber;
  /** Usable size in bytes; 0 = the sender knows none (diskless). */
  readonly sizeBytes: Bytes;
  /** The most that the sender's disk could hold; 0 when diskless. */
  readonly capacityBytes: Bytes;
  /** What the clients of a Primary use; 0 on a Secondary. */
  readonly usedBytes: Bytes;
  /** Bytes per bitmap bit on the sender; 0 when diskless. */
  readonly blockBytes: Bytes;
  readonly diskState: DiskState;
  readonly current: Generation;
  /** On a Primary whose own disk is behind: the generation that it has moved its peers on to; otherwise 0. */
  readonly exposed: Generation;
  /** Bitmap UUIDs of every slot that tracks something. */
  readonly bitmap: readonly PeerGeneration[];
  /** Since when the slots that belong to no node track; 0 = nothing is tracked there, or there is no such slot. */
  readonly spare: Generation;
  /** Newest first, at most 32. */
  readonly history: readonly Generation[];
  /** Bits set towards the receiver. */
  readonly dirtyBits: number;
  /** How many of them come only from applying the activity log after a crash of the sender. */
  readonly logDerivedBits: number;
  readonly flags: number;
}

/** Outcome of the decision table as seen by the sender of the frame. */
export type VerdictKind = 'no-sync' | 'source-bitmap' | 'target-bitmap' | 'source-full' | 'target-full' | 'refuse';

export interface VolumeVerdict {
  readonly volume: VolumeNumber;
  readonly verdict: VerdictKind;
  /** Row of the decision table (DRBD 9 §4.2 numbering); for logs and the mirrored-result assertion. */
  readonly rule: number;
}

export interface VolumeState {
  readonly volume: VolumeNumber;
  readonly diskState: DiskState;
  readonly current: Generation;
}

/** A range that two replicas bring or hold together, and how far in which Primary's stream the answer must have come. */
export interface ResyncRange {
  readonly volume: VolumeNumber;
  readonly request: number;
  readonly offset: Bytes;
  readonly length: Bytes;
  readonly dagtagNode: NodeId | undefined;
  readonly dagtag: number;
}

export type DataFrame =
  | {
      readonly type: 'FEATURES';
      readonly versionMin: number;
      readonly versionMax: number;
      readonly features: number;
      readonly from: NodeId;
      readonly to: NodeId;
    }
  | {
      readonly type: 'PROTOCOL';
      readonly protocol: ReplicationProtocol;
      readonly policies: HandshakePolicies;
      readonly role: Role;
      readonly lastPrimary: NodeId | undefined;
      readonly lastDagtag: number;
      readonly volumes: readonly VolumeHandshake[];
      readonly primaryNeighbours: PeerMask;
      /** Whom the sender is connected with: both ends see from this whether the link joins two parts of the cluster. */
      readonly neighbours: PeerMask;
      /** From a Primary: nodes whose marks towards the receiver are complete (see loss-cover.ts). */
      readonly covered: PeerMask;
    }
  /**
   * On a link that is up: a disk has been attached (the sender's view of that volume), or the answer to it. Two that cross
   * answer each other.
   */
  | {
      readonly type: 'UUIDS';
      readonly answer: boolean;
      /** Counts the attachments of the node that asks. */
      readonly attachment: number;
      readonly role: Role;
      readonly lastPrimary: NodeId | undefined;
      readonly lastDagtag: number;
      readonly handshake: VolumeHandshake;
    }
  /** On a link that is up: the sender has lost this Primary (or answers a peer that has), and this is what it has got. */
  | {
      readonly type: 'PEER_DAGTAG';
      readonly lost: NodeId;
      /** Of the sender's pictures on this link. */
      readonly sequence: number;
      /** The peer's picture that this one belongs to; 0: none was there. */
      readonly answers: number;
      /** `lost`, if the sender knows how far it got in its stream. */
      readonly lastPrimary: NodeId | undefined;
      readonly lastDagtag: number;
      readonly volumes: readonly VolumeHandshake[];
    }
  /** How far the sender's stream has come, for a receiver that does not get it: what it is given next is as of then. */
  | { readonly type: 'DAGTAG'; readonly dagtag: number }
  /** From the target of a resync: mirror to me, or do not; from its source: from here on it does. */
  | { readonly type: 'ENABLE_REPLICATION'; readonly volume: VolumeNumber; readonly on: boolean }
  | { readonly type: 'VERDICT'; readonly volumes: readonly VolumeVerdict[] }
  | {
      readonly type: 'STATE';
      readonly sequence: number;
      readonly seen: number;
      readonly dagtag: number;
      readonly role: Role;
      readonly primaryNeighbours: PeerMask;
      readonly volumes: readonly VolumeState[];
    }
  | {
      readonly type: 'CURRENT_UUID';
      readonly volume: VolumeNumber;
      readonly current: Generation;
      readonly previous: Generation;
      readonly weak: PeerMask;
    }
  | {
      readonly type: 'DATA';
      readonly volume: VolumeNumber;
      readonly request: number;
      readonly dagtag: number;
      readonly offset: Bytes;
      readonly length: Bytes;
      readonly wantsRecvAck: boolean;
      readonly wantsWriteAck: boolean;
      readonly payloadChecksum: number;
      readonly integrity: PayloadDigest | undefined;
      readonly payload: Payload;
    }
  | {
      readonly type: 'TRIM' | 'ZEROES';
      readonly volume: VolumeNumber;
      readonly request: number;
      readonly dagtag: number;
      readonly offset: Bytes;
      readonly length: Bytes;
      readonly wantsRecvAck: boolean;
      readonly wantsWriteAck: boolean;
      readonly mayUnmap: boolean;
    }
  | { readonly type: 'BARRIER'; readonly epoch: number }
  | {
      readonly type: 'DATA_REQUEST';
      readonly volume: VolumeNumber;
      readonly request: number;
      readonly offset: Bytes;
      readonly length: Bytes;
    }
  | {
      readonly type: 'DATA_REPLY';
      readonly request: number;
      readonly payloadChecksum: number;
      readonly integrity: PayloadDigest | undefined;
      readonly payload: Payload;
    }
  | { readonly type: 'OUT_OF_SYNC'; readonly volume: VolumeNumber; readonly offset: Bytes; readonly length: Bytes }
  | {
      readonly type: 'BITMAP';
      readonly volume: VolumeNumber;
      readonly firstBlock: number;
      readonly blocks: number;
      readonly blockBytes: Bytes;
      readonly encoding: 'plain' | 'run-length';
      readonly bits: Uint8Array;
      readonly last: boolean;
    }
  /** RS_THIN_REQUEST: zeroes are answered with RS_DEALLOCATED instead of data. */
  | ({ readonly type: 'RS_DATA_REQUEST' | 'RS_THIN_REQUEST' } & ResyncRange)
  /** With the digest of what the target has there: an equal block is answered with RS_IS_IN_SYNC. */
  | ({
      readonly type: 'RS_CSUM_REQUEST';
      readonly algorithm: DigestAlgorithm;
      readonly digest: Uint8Array;
    } & ResyncRange)
  | { readonly type: 'RS_DEALLOCATED'; readonly request: number }
  /** Online verify begins, or is over for the sender: as the one who drives it, or as the one who answers. */
  | { readonly type: 'OV_STATE'; readonly volume: VolumeNumber; readonly running: boolean; readonly isDriver: boolean }
  | ({ readonly type: 'OV_REQUEST'; readonly algorithm: DigestAlgorithm } & ResyncRange)
  | {
      readonly type: 'OV_REPLY';
      readonly request: number;
      /** How far the answering node had come when it had read: the asking one compares once it has come as far. */
      readonly dagtagNode: NodeId | undefined;
      readonly dagtag: number;
      /** One digest per bitmap block of the request; empty: this range cannot be compared now. */
      readonly digests: Uint8Array;
    }
  /** An administrator asks for a resync between two nodes that are in sync (invalidate, invalidate-remote). */
  | {
      readonly type: 'START_SYNC';
      readonly volume: VolumeNumber;
      readonly youAre: 'source' | 'target';
      /** Every block; otherwise those that are marked already. */
      readonly allBlocks: boolean;
    }
  | { readonly type: 'START_SYNC_REPLY'; readonly volume: VolumeNumber; readonly agreed: boolean }
  | {
      readonly type: 'RS_DATA_REPLY';
      readonly request: number;
      readonly payloadChecksum: number;
      readonly integrity: PayloadDigest | undefined;
      readonly payload: Payload;
    }
  | {
      readonly type: 'RS_FINISHED';
      readonly volume: VolumeNumber;
      readonly current: Generation;
      readonly bitmap: readonly PeerGeneration[];
      readonly history: readonly Generation[];
      /** Nodes that the source is in sync with itself: marks that the target made towards them for this resync may go. */
      readonly inSync: PeerMask;
    }
  | {
      readonly type: 'RESYNC_PAUSED';
      readonly volume: VolumeNumber;
      readonly paused: boolean;
      /** The sender, as target, asks for nothing now, but for no reason of its own. */
      readonly idle: boolean;
    }
  /** The sender stops mirroring the volume to the receiver, or is about to bring it back by a resync. */
  | {
      readonly type: 'AHEAD';
      readonly volume: VolumeNumber;
      readonly ahead: boolean;
      readonly current: Generation;
      readonly history: readonly Generation[];
    }
  /** The sender's disk has got another size, or its bitmap other blocks. */
  | {
      readonly type: 'SIZES';
      readonly volume: VolumeNumber;
      readonly sizeBytes: Bytes;
      readonly blockBytes: Bytes;
      /** The disk was zeroes from here on until it got this size; the size: it was not, or did not grow. */
      readonly zeroesFrom: Bytes;
    }
  | { readonly type: 'PEER_ACK'; readonly dagtag: number; readonly mask: PeerMask }
  | {
      readonly type: 'PEERS_IN_SYNC';
      readonly volume: VolumeNumber;
      readonly current: Generation;
      readonly mask: PeerMask;
      /** How far in that Primary's stream the sender has settled every write; no node: see peers-in-sync.ts. */
      readonly dagtagNode: NodeId | undefined;
      readonly dagtag: number;
    }
  | TwoPhaseDataFrame
  | { readonly type: 'DISCONNECT'; readonly reason: DisconnectReason };

export type InSyncFrame = Extract<DataFrame, { type: 'PEERS_IN_SYNC' }>;

export type DisconnectReason = 'admin' | 'refused' | 'rehandshake' | 'concurrent-write';

export type ControlFrame =
  | { readonly type: 'PING' }
  | { readonly type: 'PING_ACK' }
  | { readonly type: 'RECV_ACK' | 'WRITE_ACK' | 'NEG_ACK'; readonly request: number }
  | { readonly type: 'NEG_DREPLY'; readonly request: number }
  | { readonly type: 'BARRIER_ACK'; readonly epoch: number; readonly writes: number }
  /** Nothing that rests on this disk is acknowledged from here on. STATE frames up to `sequence` were true before. */
  | { readonly type: 'DISK_FAILED'; readonly volume: VolumeNumber; readonly sequence: number }
  | {
      readonly type: 'RS_WRITE_ACK' | 'RS_CANCEL' | 'RS_CANCEL_AHEAD' | 'NEG_RS_DREPLY' | 'RS_IS_IN_SYNC';
      readonly request: number;
    }
  | {
      readonly type: 'RS_DONE';
      readonly volume: VolumeNumber;
      readonly dagtagNode: NodeId | undefined;
      readonly dagtag: number;
    }
  | TwoPhaseControlFrame;

export type Frame = DataFrame | ControlFrame;
export type FrameType = Frame['type'];

/** First bytes on each of the two sockets, before any frame: says which resource, from whom to whom, which stream. */
export interface Hello {
  readonly versionMin: number;
  readonly versionMax: number;
  readonly resource: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** `knock`: not a connection, only "I am up, please dial me now". */
  readonly stream: Stream | 'knock';
  /** The sender has a shared secret with the receiver. */
  readonly authenticates: boolean;
  /** Chosen at random by the dialling side; joins the data and the control socket into one link. */
  readonly link: bigint;
}
