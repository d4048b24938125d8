/** The way into the replication core (`ReplicationInput`), and what it tells people and tools (`ReplicationEvent`). */
import type { NodeId, PeerMask, VolumeNumber } from '../../common/ids.ts';
import type { ConnectionState, DiskState, ReplicationState, Role } from '../../common/states.ts';
import type { Bytes } from '../../common/units.ts';
import type { PeerConfig, VolumeConfig } from './config.ts';
import type { HandlerName, HandlerRunId } from './handlers/handler-calls.ts';
import type { OptionChange } from '../../common/options/option-table.ts';
import type { SuspensionReason } from './quorum/reasons.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from './payload.ts';
import type { Frame } from './wire/frames.ts';
import type { ClusterChangeKind } from './wire/two-phase-frames.ts';

export type FirstGeneration = 'clear-bitmap' | 'force-resync';
export type LinkLossReason = 'reset' | 'closed' | 'timeout' | 'protocol-error';

export type ReplicationInput =
  // Clients (NBD). Every one of these is answered by exactly one `completeClient`.
  | {
      readonly kind: 'client-read';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly offset: Bytes;
      readonly length: Bytes;
    }
  | {
      readonly kind: 'client-write';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly offset: Bytes;
      readonly payload: Payload;
      readonly fua: boolean;
    }
  /** Trim (`discard`) or write-zeroes. Both leave zeroes on every replica; `mayUnmap` lets them free space. */
  | {
      readonly kind: 'client-zero';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly offset: Bytes;
      readonly length: Bytes;
      readonly discard: boolean;
      readonly mayUnmap: boolean;
      readonly fua: boolean;
    }
  | { readonly kind: 'client-flush'; readonly id: ClientRequestId; readonly volume: VolumeNumber }
  /** Opening read-write promotes (auto-promote); the last read-write close demotes what an open promoted. */
  | {
      readonly kind: 'open';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly mode: 'read-write' | 'read-only';
    }
  | { readonly kind: 'close'; readonly volume: VolumeNumber; readonly mode: 'read-write' | 'read-only' }
  // Administration. Answered by `completeClient` as well.
  | { readonly kind: 'promote'; readonly id: ClientRequestId; readonly force: boolean }
  | { readonly kind: 'demote'; readonly id: ClientRequestId }
  | { readonly kind: 'connect'; readonly id: ClientRequestId; readonly peer: NodeId; readonly discardMyData?: boolean }
  | { readonly kind: 'disconnect'; readonly id: ClientRequestId; readonly peer: NodeId }
  /** `metadata` is the whole metadata area as read from the backing store. Answered once the disk state is known and durable. */
  | {
      readonly kind: 'attach';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly metadata: Uint8Array;
      /** What the data area holds; absent: what the superblock says. */
      readonly capacityBytes?: Bytes;
    }
  /**
   * A cluster-wide change of the size (sizes/requests.ts). Without `sizeBytes`: as much as all disks hold, at most what the volume
   * was configured for. Answered when it is durable here.
   */
  | {
      readonly kind: 'resize';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly sizeBytes?: Bytes;
      readonly assumeClean: boolean;
      readonly assumePeerHasSpace: boolean;
      /** Needed to make it smaller. */
      readonly force: boolean;
    }
  /** Other blocks for the bitmap of this node, while it is in use. */
  | {
      readonly kind: 'set-bitmap-block-size';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly blockBytes: Bytes;
    }
  /** The backing store of the attached disk holds this much now; `wantedBytes`: what the volume is configured for from now on. */
  | {
      readonly kind: 'backing-grown';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly capacityBytes: Bytes;
      readonly areaBytes: Bytes;
      readonly wantedBytes: Bytes;
      /** What was added reads as zeroes from here on; absent: it holds anything. */
      readonly zeroedFrom?: Bytes;
    }
  /** `force`: at once, what is under way fails. */
  | {
      readonly kind: 'detach';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly force: boolean;
    }
  /** Compares the two replicas, from `start` (where the last verify was broken off, if any) to `stop`. Answered when it runs. */
  | {
      readonly kind: 'verify';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly peer: NodeId;
      readonly start?: Bytes;
      readonly stop?: Bytes;
    }
  /** This node's replica (`invalidate`; no peer: the best source) or the peer's is made anew. `resetBitmap`: all blocks, not only the marked ones. */
  | {
      readonly kind: 'invalidate';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly peer?: NodeId;
      readonly resetBitmap: boolean;
    }
  | {
      readonly kind: 'invalidate-remote';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly peer: NodeId;
      readonly resetBitmap: boolean;
    }
  | { readonly kind: 'add-volume'; readonly volume: VolumeConfig }
  | { readonly kind: 'remove-volume'; readonly id: ClientRequestId; readonly volume: VolumeNumber }
  /** Refused, with nothing changed, without a bitmap slot for it or under the node id of another node. */
  | { readonly kind: 'add-peer'; readonly id: ClientRequestId; readonly peer: PeerConfig }
  | { readonly kind: 'remove-peer'; readonly id: ClientRequestId; readonly peer: NodeId }
  /** Of a peer that was removed: its slot becomes free, its vote and its claim to the node id end. */
  | { readonly kind: 'forget-peer'; readonly id: ClientRequestId; readonly peer: NodeId }
  /** Diskful → diskless by intention (the disk is detached); and diskless → diskful (a disk may be attached). */
  | { readonly kind: 'retire-disk'; readonly id: ClientRequestId; readonly volume: VolumeNumber }
  | { readonly kind: 'intend-disk'; readonly id: ClientRequestId; readonly volume: VolumeNumber }
  /** Requests wait from here on; answered when everything that was in flight has settled, on the peers too. */
  | { readonly kind: 'suspend-io'; readonly id: ClientRequestId }
  /** The data here no longer pass for newest; refused on a Primary and beside one that keeps this node in sync. */
  | { readonly kind: 'outdate'; readonly id: ClientRequestId }
  | { readonly kind: 'resume-io'; readonly id: ClientRequestId }
  /** A pause of the resync with this peer, whether one is running or not. Answered at once; see resync/suspension.ts. */
  | {
      readonly kind: 'pause-sync' | 'resume-sync';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly peer: NodeId;
    }
  /** From the order of all resyncs of this node: this one waits for its turn, or it does not. Not answered. */
  | {
      readonly kind: 'resync-turn';
      readonly volume: VolumeNumber;
      readonly peer: NodeId;
      readonly reason: 'dependency' | 'max-parallel';
      readonly waits: boolean;
    }
  /** Replicas that are just created: skip their initial sync, or start it from here. See generation/initial.ts. */
  | {
      readonly kind: 'new-current-uuid';
      readonly id: ClientRequestId;
      readonly volume: VolumeNumber;
      readonly how: FirstGeneration;
    }
  | { readonly kind: 'set-options'; readonly id: ClientRequestId; readonly change: OptionChange }
  /** Another name on this node alone; disks and peers know the resource by the one that it was made with. */
  | { readonly kind: 'rename'; readonly id: ClientRequestId; readonly name: string }
  /** Clean end: everything in flight settles, bitmaps and metadata are written, links close. Answered when done. */
  | { readonly kind: 'shutdown'; readonly id: ClientRequestId }
  // The host.
  /** A handler has ended, by itself or by the driver's limit of time: then with an exit code that means nothing. */
  | { readonly kind: 'handler-done'; readonly run: HandlerRunId; readonly exitCode: number }
  | { readonly kind: 'disk-done'; readonly io: IoId; readonly ok: boolean; readonly payload?: Payload }
  | { readonly kind: 'link-up'; readonly peer: NodeId; readonly link: LinkId }
  | { readonly kind: 'link-failed'; readonly peer: NodeId }
  | { readonly kind: 'link-down'; readonly peer: NodeId; readonly link: LinkId; readonly reason: LinkLossReason }
  /** A peer says that it is up: worth an attempt now. */
  | { readonly kind: 'peer-knocks'; readonly peer: NodeId }
  | { readonly kind: 'frame'; readonly peer: NodeId; readonly link: LinkId; readonly frame: Frame }
  | { readonly kind: 'timer'; readonly timer: TimerId };

/** What clients ask of the data; the other inputs are about roles, administration and the host. */
export type ClientInput = Extract<
  ReplicationInput,
  { kind: 'client-read' | 'client-write' | 'client-zero' | 'client-flush' }
>;

export type ReplicationEvent =
  | { readonly kind: 'role'; readonly role: Role }
  | {
      readonly kind: 'disk';
      readonly volume: VolumeNumber;
      readonly from: DiskState;
      readonly to: DiskState;
      readonly reason: string;
    }
  | {
      readonly kind: 'connection';
      readonly peer: NodeId;
      readonly from: ConnectionState;
      readonly to: ConnectionState;
      readonly reason: string;
    }
  | { readonly kind: 'quorum'; readonly volume: VolumeNumber; readonly have: boolean }
  | {
      readonly kind: 'suspended';
      readonly reasons: readonly SuspensionReason[];
      readonly forceIoFailures: boolean;
    }
  | { readonly kind: 'peer-role'; readonly peer: NodeId; readonly role: Role }
  | {
      readonly kind: 'peer-disk';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly from: DiskState;
      readonly to: DiskState;
    }
  | {
      readonly kind: 'replication';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly from: ReplicationState;
      readonly to: ReplicationState;
    }
  /** Verdict of the GI handshake. */
  | {
      readonly kind: 'handshake';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly verdict: string;
      readonly rule: number;
      readonly ownBits: number;
      readonly peerBits: number;
    }
  | { readonly kind: 'generation'; readonly volume: VolumeNumber; readonly current: string }
  /** A resync ended on this node. `blocks` were copied, as target or as source. */
  | {
      readonly kind: 'resync-end';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly side: 'source' | 'target';
      readonly blocks: number;
      /** Of these, found alike by their digests and not copied (target). */
      readonly equal?: number;
    }
  /** A verify has found these bytes different. */
  | {
      readonly kind: 'out-of-sync';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly offset: Bytes;
      readonly length: Bytes;
    }
  /** A verify that this node drove is over: blocks looked at, of these different, and changed meanwhile. */
  | {
      readonly kind: 'verify-end';
      readonly peer: NodeId;
      readonly volume: VolumeNumber;
      readonly blocks: number;
      readonly different: number;
      readonly skipped: number;
      /** Why it was broken off. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'activity-log-applied';
      readonly volume: VolumeNumber;
      readonly extents: number;
      readonly bits: number;
    }
  /**
   * An attach met damage that it can live with, and writes these places anew. `superblock`: only one of the two copies
   * was whole, after a write that a crash tore, or because a disk lost what it had kept: then flags and generations are
   * those before the last write. `bitmapSectors` could not be read: all their blocks count as different.
   */
  | {
      readonly kind: 'metadata-damaged';
      readonly volume: VolumeNumber;
      readonly superblock: boolean;
      readonly bitmapSectors: number;
    }
  /** A cluster-wide change: agreed to here, applied here, or given up here. */
  | {
      readonly kind: 'cluster-change';
      readonly phase: 'joined' | 'committed' | 'aborted';
      readonly initiator: NodeId;
      readonly transaction: number;
      readonly change: ClusterChangeKind;
      readonly reachable: PeerMask;
      readonly primaries: PeerMask;
    }
  /** An administrator's handler is run (`call`), or would be if there were one (`none`); it has ended (`response`). */
  | ({
      readonly kind: 'handler';
      readonly name: HandlerName;
      readonly peer: NodeId | undefined;
      readonly volume: VolumeNumber | undefined;
    } & ({ readonly phase: 'call' | 'none' } | { readonly phase: 'response'; readonly exitCode: number }))
  /** Two Primaries wrote the same bytes at the same time: the link to this one is given up (allow-two-primaries). */
  | { readonly kind: 'concurrent-write'; readonly peer: NodeId }
  | { readonly kind: 'bits-set'; readonly volume: VolumeNumber; readonly peer: NodeId; readonly count: number }
  | { readonly kind: 'self-check'; readonly peer: NodeId; readonly volume: VolumeNumber; readonly finding: string };
