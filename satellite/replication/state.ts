/**
 * The state of one resource on one node, as plain data: no closures, so that it can be printed, hashed and cloned.
 * Behaviour lives in the folders beside it, each file a set of functions over `Resource`. A part never calls "upwards": what
 * another part has to do next is queued as `Work` and dispatched by `work.ts` before `handle` returns.
 */
import { assert } from '../../common/assert.ts';
import type { Generation, NodeId, PeerMask, VolumeNumber } from '../../common/ids.ts';
import type { ConnectionState, DiskState, ReplicationState, Role } from '../../common/states.ts';
import type { Millis } from '../../common/units.ts';
import type { PeerConfig, ResourceConfig, VolumeConfig } from './config.ts';
import type { DigestAlgorithm } from './digest.ts';
import type { VolumeCounters } from './disk/counters.ts';
import type { LinkMemory, PrimaryMemory } from './link/streams.ts';
import type { CutRequest } from './write/cut.ts';
import type { WriteOrder } from './write/order.ts';
import type { DiskTransit, UnloggedWrites } from './disk/transit.ts';
import type { HandshakeState, HandshakeWork } from './handshake/progress.ts';
import type { HandlerCalls } from './handlers/handler-calls.ts';
import type { FencingState } from './fencing/fencing-state.ts';
import type { IntervalTable, Lock } from './write/intervals.ts';
import type { ActivityLog } from './metadata/activity-log.ts';
import type { Bitmap } from './metadata/bitmap.ts';
import type { MetadataLayout } from './metadata/layout.ts';
import type { Superblock } from './metadata/superblock.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from './payload.ts';
import type { ConnectionOptions, DiskOptions, ReplicationOptions } from '../../common/options/options.ts';
import type { Ports } from './ports.ts';
import type { ChangeOutcome, ClusterChanges, Proposal } from './cluster-change/progress.ts';
import type { IoSuspension, VolumeQuorum } from './quorum/state.ts';
import type { DeviceLoss } from './reconciliation/progress.ts';
import type { Lineage } from './generation/lineage.ts';
import type { Membership } from './membership/former-peers.ts';
import type { SourceProgress, TargetProgress } from './resync/progress.ts';
import type { Suspension } from './resync/suspension-flags.ts';
import type { SlotRecord, SpareSlot } from './generation/slots.ts';
import type { SourceOrder } from './resync/want.ts';
import type { SyncWish } from './resync/wish.ts';
import type { DerivedMarks, FitWork, PeerSize, VolumeSize } from './sizes/state.ts';
import type { DeviceVerify } from './verify/progress.ts';
import type { DataFrame, InSyncFrame } from './wire/frames.ts';

/** One write, discard or write-zeroes of an application on this node (the Primary), until every peer is done with it. */
export interface WriteRequest {
  readonly kind: 'write';
  readonly client: ClientRequestId;
  readonly volume: Volume;
  readonly offset: number;
  readonly length: number;
  readonly operation: 'data' | 'discard' | 'zeroes';
  readonly payload: Payload | undefined;
  readonly mayUnmap: boolean;
  readonly fua: boolean;
  readonly cut: CutRequest | undefined;
  readonly lock: VolumeLock;
  checksum: number;
  /** Assigned at admission, in this order; unique in this incarnation. */
  request: number;
  dagtag: number;
  epoch: number;
  /** The attachment in whose activity log this write holds its extents. */
  activity: Attached | undefined;
  alTransaction: number;
  local: 'none' | 'pending' | 'ok' | 'failed';
  /** Peers that got the data over the link that they still have: they remember it until our PEER_ACK says who else has it. */
  targets: PeerMask;
  /** Peers whose answer the completion waits for (protocols B and C). */
  awaiting: PeerMask;
  /** Peers that hold the write, as far as their protocol tells. */
  held: PeerMask;
  /** Peers that have not yet confirmed the write's epoch as stable. */
  unstable: PeerMask;
  completed: boolean;
  /** The peers have been told who holds it, or are about to be. */
  peerAcked: boolean;
  /** A zeroing request with FUA has its local flush under way or done. */
  flushed: boolean;
}

/** A write received from a Primary, until that Primary's PEER_ACK. */
export interface PeerWrite {
  readonly kind: 'peer-write';
  readonly connection: Connection;
  readonly link: LinkId;
  readonly volume: Volume;
  readonly request: number;
  readonly dagtag: number;
  readonly offset: number;
  readonly length: number;
  readonly operation: 'data' | 'discard' | 'zeroes';
  readonly payload: Payload | undefined;
  readonly mayUnmap: boolean;
  readonly wantsWriteAck: boolean;
  readonly lock: VolumeLock;
  /** The attachment in whose activity log this write holds its extents. */
  activity: Attached | undefined;
  alTransaction: number;
  /** False until the backing store has taken it. */
  applied: boolean;
  /** PEER_ACK arrived or the writer was lost: only the backing store still owes an answer. */
  settled: boolean;
  /** Waits for an earlier write of another Primary since then: see two-primaries/concurrent.ts. */
  heldSince: Millis | undefined;
}

export interface ClientRead {
  readonly kind: 'client-read';
  readonly client: ClientRequestId;
  readonly volume: Volume;
  readonly offset: number;
  readonly length: number;
  readonly request: number;
  /** Where it is being read: this node, or the peer asked. */
  from: NodeId | undefined;
  tried: PeerMask;
}

/** What a client's read has found, held back until every write of this node that it may show has completed. */
export interface ReadReply {
  readonly kind: 'read-reply';
  readonly read: ClientRead;
  readonly payload: Payload;
  readonly lock: VolumeLock;
}

/** A read served for a peer; waits for overlapping writes that are still on their way to the backing store. */
export interface PeerRead {
  readonly kind: 'peer-read';
  readonly connection: Connection;
  readonly link: LinkId;
  readonly volume: Volume;
  readonly offset: number;
  readonly length: number;
  readonly request: number;
  readonly lock: VolumeLock;
}

/** One resync request on the target: locked before it is sent, released when the block is written (or given up). */
export interface TargetRequest {
  readonly kind: 'rs-target';
  readonly connection: Connection;
  readonly link: LinkId;
  readonly device: PeerDevice;
  readonly volume: Volume;
  readonly request: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  readonly offset: number;
  readonly length: number;
  readonly lock: VolumeLock;
  /** `reading`: our own block, for its digest. `deallocated`: zeroes at the source, its discard waits for its neighbours. */
  stage: 'locking' | 'reading' | 'sent' | 'deallocated' | 'writing' | 'written' | 'abandoned';
  /** The source has the same. */
  equal: boolean;
}

/** One resync request on the source: locked from the read until the target's RS_WRITE_ACK. */
export interface SourceRequest extends SourceOrder {
  readonly kind: 'rs-source';
  readonly connection: Connection;
  readonly link: LinkId;
  readonly device: PeerDevice;
  readonly volume: Volume;
  readonly lock: VolumeLock;
}

/** A range read for online verify, on either end; waits for earlier writes to it and holds nothing. */
export interface VerifyRead {
  readonly kind: 'verify-read';
  readonly device: PeerDevice;
  readonly link: LinkId;
  readonly offset: number;
  readonly length: number;
  readonly request: number;
  readonly algorithm: DigestAlgorithm;
  readonly side: 'driver' | 'responder';
  readonly lock: VolumeLock;
}

export type VolumeLock = Lock<LockOwner>;

export type LockOwner = WriteRequest | PeerWrite | PeerRead | ReadReply | TargetRequest | SourceRequest | VerifyRead;

/** A client's flush: the local disk and the barriers of the peers that it must cover. */
export interface FlushRequest {
  readonly client: ClientRequestId;
  readonly volume: Volume;
  /** Peers that still owe the barrier, with the epoch that must be confirmed. */
  readonly waiting: Map<NodeId, number>;
  localPending: boolean;
  copies: number;
  failed: boolean;
}

/** A submitted disk operation. `attachment` tells late completions of an earlier attachment apart. */
export type Io = { readonly volume: Volume; readonly attachment: number; startedAt?: Millis } & (
  | { readonly kind: 'own-write'; readonly owner: WriteRequest }
  | { readonly kind: 'peer-write'; readonly owner: PeerWrite }
  | { readonly kind: 'client-read'; readonly owner: ClientRead }
  | { readonly kind: 'peer-read'; readonly owner: PeerRead }
  | { readonly kind: 'rs-read'; readonly owner: SourceRequest }
  | { readonly kind: 'rs-own-read'; readonly owner: TargetRequest }
  | { readonly kind: 'rs-write'; readonly owner: TargetRequest }
  | { readonly kind: 'rs-discard'; readonly owners: readonly TargetRequest[] }
  | { readonly kind: 'verify-read'; readonly owner: VerifyRead }
  | { readonly kind: 'flush'; readonly then: Work }
  | { readonly kind: 'superblock' }
  | { readonly kind: 'page'; readonly group: SettleGroup }
  | { readonly kind: 'al-block'; readonly transaction: number }
  | { readonly kind: 'al-reset'; readonly transaction: number; readonly then: Work }
);

/** Bitmap pages to be made durable (then the data, if `flush`); groups of a volume run one after the other. */
export interface SettleGroup {
  readonly pages: 'all' | readonly number[];
  readonly flush: boolean;
  readonly then: Work;
  pending: number;
}

export type Work =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'granted'; readonly owner: LockOwner }
  | { readonly kind: 'activity-ready'; readonly volume: Volume }
  | {
      readonly kind: 'activity-block';
      readonly volume: Volume;
      readonly transaction: number;
      readonly block: Uint8Array;
      readonly offset: number;
    }
  | {
      readonly kind: 'generation-persisted';
      readonly volume: Volume;
      readonly previous: Generation;
      readonly current: Generation;
    }
  | { readonly kind: 'slot-persisted'; readonly volume: Volume }
  | { readonly kind: 'slot-settled'; readonly volume: Volume; readonly record: SlotRecord | SpareSlot }
  | HandshakeWork
  | {
      readonly kind: 'received-generation';
      readonly connection: Connection;
      readonly link: LinkId;
      readonly volume: Volume;
      /** Nodes that the Primary does not serve. */
      readonly weak: PeerMask;
    }
  | { readonly kind: 'epoch-flushed'; readonly connection: Connection; readonly link: LinkId }
  | { readonly kind: 'rx-resume'; readonly connection: Connection; readonly link: LinkId }
  | { readonly kind: 'client-flushed'; readonly flush: FlushRequest }
  | { readonly kind: 'zero-flushed'; readonly owner: WriteRequest }
  | {
      readonly kind: 'drop-link';
      readonly connection: Connection;
      readonly state: ConnectionState;
      readonly reason: string;
    }
  | { readonly kind: 'stop-link'; readonly connection: Connection; readonly reason: string }
  | { readonly kind: 'peer-data-lost'; readonly connection: Connection; readonly volume: Volume }
  | { readonly kind: 'disk-failed'; readonly volume: Volume; readonly io: IoId }
  | { readonly kind: 'announce' }
  | { readonly kind: 'tell-in-sync'; readonly volume: Volume }
  | { readonly kind: 'reconsider-resync' }
  | { readonly kind: 'reconsider-roles' }
  | { readonly kind: 'reconsider-changes' }
  | { readonly kind: 'change-decided'; readonly proposal: Proposal }
  | { readonly kind: 'connect-agreed'; readonly connection: Connection; readonly outcome: ChangeOutcome }
  | { readonly kind: 'reissue-reads' }
  | { readonly kind: 'resume-handshakes' }
  | { readonly kind: 'quorum-recorded'; readonly volume: Volume }
  | { readonly kind: 'primary-lost'; readonly connection: Connection }
  | { readonly kind: 'dagtag-advanced' }
  | { readonly kind: 'sync-handler-passed' | 'sync-bitmap-settled'; readonly device: PeerDevice; readonly link: LinkId }
  | { readonly kind: 'outdate-next'; readonly client: ClientRequestId }
  | {
      readonly kind: 'sync-batch-flushed';
      readonly device: PeerDevice;
      readonly link: LinkId;
      readonly batch: readonly TargetRequest[];
    }
  | { readonly kind: 'sync-marks-settled'; readonly device: PeerDevice; readonly target: TargetSync }
  | { readonly kind: 'sync-block-marked'; readonly request: TargetRequest; readonly payload: Payload }
  | { readonly kind: 'sync-target-adopt'; readonly device: PeerDevice }
  | { readonly kind: 'sync-target-adopted'; readonly device: PeerDevice }
  | { readonly kind: 'attach-bits' | 'attach-log'; readonly volume: Volume; readonly client: ClientRequestId }
  | { readonly kind: 'attach-done'; readonly volume: Volume; readonly client: ClientRequestId }
  | { readonly kind: 'detach-settled' | 'detach-written' | 'detach-done'; readonly volume: Volume }
  | { readonly kind: 'relayout-pages' | 'relayout-flushed' | 'relayout-done'; readonly volume: Volume }
  | FitWork
  | { readonly kind: 'crash-flag-cleared' | 'stood-still-known'; readonly volume: Volume }
  | { readonly kind: 'quiesce-settled' | 'quiesce-done'; readonly volume: Volume }
  | { readonly kind: 'unlogged-flagged' | 'unlogged-ended' | 'unlogged-settled'; readonly volume: Volume };

/** What exists only while a disk is attached. */
export interface Attached extends UnloggedWrites {
  layout: MetadataLayout;
  bitmap: Bitmap;
  readonly log: ActivityLog;
  readonly slots: Map<NodeId, SlotRecord>;
  /** The fields of the superblock that change with a new layout at most. */
  identity: Superblock;
  sequence: number;
  superblockBusy: boolean;
  superblockDirty: boolean;
  superblockWaiting: Work[];
  superblockInFlight: Work[];
  settling: SettleGroup | undefined;
  settleQueue: SettleGroup[];
  /** Writes whose extents are staged, in order of arrival; and those that found no slot. */
  logWaiting: (WriteRequest | PeerWrite)[];
  logFull: (WriteRequest | PeerWrite)[];
  /** The empty log is being written: nothing may enter the log until that is durable. */
  logResetting: boolean;
  /** Last activity-log transaction that is durable. */
  logDone: number;
  /** Bits that exist only because the activity log was applied: per node, runs of blocks. Gone once anything else marks the slot. */
  logDerived: Map<NodeId, DerivedMarks>;
  /** Marks made only because a resync wrote blocks that third nodes may lack: per node, runs of blocks. */
  resyncDerived: Map<NodeId, [number, number][]>;
  crashedPrimary: boolean;
  /** What the superblock says of a disk that is on its way in or out. */
  claims: DiskState;
  spare: SpareSlot | undefined;
}

export interface Volume extends VolumeCounters, VolumeSize, Lineage, DiskTransit {
  readonly number: VolumeNumber;
  config: VolumeConfig;
  /** Those of the resource with the volume's own laid over them. */
  options: DiskOptions;
  disk: DiskState;
  readonly quorum: VolumeQuorum;
  /** Counts attachments, so that a late completion of a detached disk is recognised. */
  attachment: number;
  md: Attached | undefined;
  heldForGeneration: WriteRequest[];
  /** Slots whose starting point is on its way to disk: completions wait. */
  slotBusy: number;
  readonly locks: IntervalTable<LockOwner>;
  openReadWrite: number;
  openReadOnly: number;
  /** A resync knows which blocks of this Inconsistent disk are stale: the others may be read. */
  syncing: boolean;
}

/** Resync of one peer device on the target side. */
export interface TargetSync extends TargetProgress {
  /** Zeroes at the source that wait to be discarded together, as runs of adjacent requests. */
  deallocated: TargetRequest[][];
  readonly outstanding: Map<number, TargetRequest>;
  /** Written, waiting for the group flush before they are acknowledged. */
  written: TargetRequest[];
}

/** Resync of one peer device on the source side. */
export interface SourceSync extends SourceProgress {
  readonly outstanding: Map<number, SourceRequest>;
  /** Requests that wait until a Primary's stream has reached us. */
  waitingDagtag: SourceRequest[];
}

/** A volume on a connection. */
export interface PeerDevice extends DeviceLoss, PeerSize {
  readonly connection: Connection;
  readonly volume: Volume;
  replication: ReplicationState;
  peerDisk: DiskState;
  /** The peer has named itself weak in CURRENT_UUID: what it writes does not go to its own disk. */
  peerWeak: boolean;
  /** Seen or declared Outdated or worse, and not seen since. */
  peerOutdated: boolean;
  peerCurrent: Generation;
  target: TargetSync | undefined;
  source: SourceSync | undefined;
  /** The peer's STATE frames up to this sequence were written before its disk failed; -1 = it has not. */
  failedAt: number;
  /** The peer has attached a disk, and we are not in a state to answer yet. */
  asked: Extract<DataFrame, { type: 'UUIDS' }> | undefined;
  readonly suspension: Suspension;
  /** Generation the peer had before a change that it has not confirmed yet. */
  unconfirmed: Generation | undefined;
  /** The handshake found differences but no fit source yet: decided anew when a state changes. */
  waiting: boolean;
  /** This generation was declared to be that of the peer's fresh disk, too, before a block was written in it. */
  skipInitialSync: Generation | undefined;
  /** First time the self check saw leftover bits without anything in flight; -1 = not suspicious. */
  suspectSince: number;
  readonly verify: DeviceVerify;
  /** A resync asked for by an administrator that has not begun. */
  wish: SyncWish | undefined;
  receivedBytes: number;
  sentBytes: number;
}

export interface Connection extends LinkMemory, HandshakeState, FencingState {
  readonly peer: NodeId;
  config: PeerConfig;
  /** Those of the resource with the peer's own laid over them. */
  options: ConnectionOptions;
  state: ConnectionState;
  reason: string;
  link: LinkId | undefined;
  features: number;
  peerRole: Role;
  peerPrimaryNeighbours: PeerMask;
  readonly devices: Map<VolumeNumber, PeerDevice>;
  attempts: number;
  wanted: boolean;
  pingOutstanding: boolean;
  /** Frames behind a barrier or generation that is being made durable. */
  rxQueue: DataFrame[];
  readonly unpeerAcked: PeerWrite[];
}

export type RoleRequest =
  | {
      readonly kind: 'promote';
      readonly client: ClientRequestId;
      readonly force: boolean;
      readonly open: Volume | undefined;
      readonly deadline: Millis;
      proposal: Proposal | undefined;
    }
  | {
      readonly kind: 'demote';
      readonly client: ClientRequestId | undefined;
      readonly volumes: Set<Volume>;
      proposal: Proposal | undefined;
    };

export interface Resource extends PrimaryMemory, IoSuspension, WriteOrder, HandlerCalls, Membership<Connection> {
  config: ResourceConfig;
  options: ReplicationOptions;
  readonly ports: Ports;
  readonly node: NodeId;
  role: Exclude<Role, 'Unknown'>;
  promotedByOpen: boolean;
  readonly volumes: Map<VolumeNumber, Volume>;
  readonly connections: Map<NodeId, Connection>;
  readonly work: Work[];
  readonly ios: Map<IoId, Io>;
  /** Operations of disks that were given up: the backing store still owes their answers. */
  readonly abandoned: Map<IoId, Volume>;
  nextIo: number;
  nextRequest: number;
  /** The transfer log: one ordering domain over all volumes. */
  readonly log: WriteRequest[];
  readonly byRequest: Map<number, WriteRequest>;
  readonly stalledAdmission: WriteRequest[];
  readonly flushes: Set<FlushRequest>;
  readonly reads: Map<number, ClientRead>;
  // roles
  roleRequest: RoleRequest | undefined;
  readonly roleQueue: RoleRequest[];
  readonly changes: ClusterChanges;
  shutdown: ClientRequestId | undefined;
  down: boolean;
  announcing: boolean;
  /** Numbers the STATE frames that this node sends. */
  stateSequence: number;
  dagtagWaiters: number;
  /** PEERS_IN_SYNC ahead of what has reached this node. */
  inSyncWaiting: { readonly connection: Connection; readonly link: LinkId; readonly frame: InSyncFrame }[];
  readonly startedAt: Millis;
}

export function deviceOf(connection: Connection, volume: Volume): PeerDevice {
  const device = connection.devices.get(volume.number);
  assert(device !== undefined, 'every connection has a peer device per volume');
  return device;
}

/** Registers an operation and returns its id. The caller submits it to the port at once. */
export function startIo(r: Resource, io: Io): IoId {
  const id = r.nextIo as IoId;
  r.nextIo += 1;
  r.ios.set(id, io);
  io.volume.lowerPending += 1;
  if (io.volume.options.diskTimeoutMs > 0) {
    io.startedAt = r.ports.now();
    armDiskTimer(r, io.volume, io.volume.options.diskTimeoutMs);
  }
  return id;
}

/** Looks after the oldest operation of the disk (disk-timeout). */
export function armDiskTimer(r: Resource, volume: Volume, delayMs: Millis): void {
  if (volume.diskTimer) return;
  volume.diskTimer = true;
  r.ports.setTimer(`disk-timeout:${volume.number}` as TimerId, delayMs);
}

export function defer(r: Resource, work: Work): void {
  r.work.push(work);
}

export function connectedWith(r: Resource, node: NodeId): Connection | undefined {
  const connection = r.connections.get(node);
  return connection !== undefined && connection.state === 'Connected' ? connection : undefined;
}
