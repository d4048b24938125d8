/** What a node is told about a resource. All nodes of a resource must be told the same peers and protocols. */
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes, Millis } from '../../common/units.ts';
import type { ReplicationProtocol } from './wire/frames.ts';

export interface VolumeConfig {
  readonly volume: VolumeNumber;
  readonly sizeBytes: Bytes;
  /** False on a node that reaches this volume only over the network (DRBD: client). */
  readonly diskful: boolean;
}

export interface PeerConfig {
  readonly node: NodeId;
  readonly name: string;
  readonly protocol: ReplicationProtocol;
  /** The peer is meant to have a disk: it owns a bitmap slot on every diskful node. */
  readonly diskful: boolean;
  /** Bitmap slot of this peer on this node; undefined when either side is diskless. */
  readonly slot: number | undefined;
}

/** Names and defaults of DRBD (drbd.md §8.1). */
export interface ReplicationOptions {
  readonly pingIntMs: Millis;
  readonly pingTimeoutMs: Millis;
  /** A peer that owes an answer for timeoutMs × koCount is dropped. */
  readonly timeoutMs: Millis;
  readonly koCount: number;
  readonly connectIntMs: Millis;
  readonly maxEpochSize: number;
  readonly alExtents: number;
  readonly peerAckWindowBytes: Bytes;
  readonly peerAckDelayMs: Millis;
  readonly writeOrdering: 'flush' | 'drain';
  readonly useRle: boolean;
  /** Resync requests in flight per sync target, and the largest one. */
  readonly resyncRequestsMax: number;
  readonly resyncRequestBytes: Bytes;
  readonly selfCheckMs: Millis;
  /** How long a crashed Primary waits for its protocol-C peers before it acts on what it has itself (degr-wfc-timeout). */
  readonly degrWfcTimeoutMs: Millis;
}

export const DEFAULT_OPTIONS: ReplicationOptions = {
  pingIntMs: 10_000 as Millis,
  pingTimeoutMs: 500 as Millis,
  timeoutMs: 6_000 as Millis,
  koCount: 7,
  connectIntMs: 10_000 as Millis,
  maxEpochSize: 2_048,
  alExtents: 1_237,
  peerAckWindowBytes: (2 * 1_048_576) as Bytes,
  peerAckDelayMs: 100 as Millis,
  writeOrdering: 'flush',
  useRle: true,
  resyncRequestsMax: 16,
  resyncRequestBytes: 1_048_576 as Bytes,
  selfCheckMs: 10_000 as Millis,
  degrWfcTimeoutMs: 30_000 as Millis,
};

export interface ResourceConfig {
  readonly name: string;
  readonly node: NodeId;
  readonly volumes: readonly VolumeConfig[];
  readonly peers: readonly PeerConfig[];
  readonly options: ReplicationOptions;
}
