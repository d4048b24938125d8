/** A snapshot of a resource for `status`, `events2`, the controller and the oracles. Sizes in bytes, counters since start. */
import type { NodeId, PeerMask, VolumeNumber } from '../../common/ids.ts';
import type { ConnectionState, DiskState, ReplicationState, Role } from '../../common/states.ts';
import type { Bytes } from '../../common/units.ts';
import type { SuspensionReason } from './quorum/reasons.ts';
import type { ReplicationProtocol } from './wire/frames.ts';

export interface PeerDeviceStatus {
  readonly volume: VolumeNumber;
  readonly replication: ReplicationState;
  readonly peerDisk: DiskState;
  /** The peer is meant to have no disk. */
  readonly peerClient: boolean;
  /** `no`, or why a resync does not run or would not: user, peer, dependency, max-parallel, other-connection, with commas. */
  readonly resyncSuspended: string;
  readonly outOfSyncBytes: Bytes;
  readonly resyncDoneBlocks: number;
  readonly resyncTotalBlocks: number;
  /** Of the target of a resync, bytes per second: since the last mark of its progress, since the one before. Empty: unknown. */
  readonly resyncRates: readonly number[];
  readonly receivedBytes: Bytes;
  readonly sentBytes: Bytes;
  readonly pending: number;
  readonly unacked: number;
  /** Hex, 16 digits. */
  readonly bitmapGeneration: string;
}

export interface ConnectionStatus {
  readonly peer: NodeId;
  readonly name: string;
  readonly protocol: ReplicationProtocol;
  readonly state: ConnectionState;
  readonly reason: string;
  readonly peerRole: Role;
  readonly apInFlightBytes: Bytes;
  readonly rsInFlightBytes: Bytes;
  /** Frames from the peer whose data did not match its checksum or digest. */
  readonly damagedFrames: number;
  readonly peerDevices: readonly PeerDeviceStatus[];
}

export interface VolumeStatus {
  readonly volume: VolumeNumber;
  readonly disk: DiskState;
  readonly client: boolean;
  readonly open: boolean;
  readonly quorum: boolean;
  readonly sizeBytes: Bytes;
  readonly blockBytes: Bytes;
  readonly readBytes: Bytes;
  readonly writtenBytes: Bytes;
  readonly alWrites: number;
  readonly bmWrites: number;
  readonly upperPending: number;
  readonly lowerPending: number;
  /** Nothing enters the activity log: the metadata move. */
  readonly alSuspended: boolean;
  /** `upper`: requests of clients wait. */
  readonly blocked: 'no' | 'upper';
  readonly currentGeneration: string;
  readonly history: readonly string[];
  readonly flags: readonly string[];
}

export interface ResourceStatus {
  readonly name: string;
  readonly node: NodeId;
  readonly role: Role;
  readonly mayPromote: boolean;
  readonly promotionScore: number;
  /** Why I/O waits, in print order; empty: it runs. */
  readonly suspended: readonly SuspensionReason[];
  readonly forceIoFailures: boolean;
  readonly writeOrdering: 'flush' | 'drain';
  readonly primaryNeighbours: PeerMask;
  readonly volumes: readonly VolumeStatus[];
  readonly connections: readonly ConnectionStatus[];
}
