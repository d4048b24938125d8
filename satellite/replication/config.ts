/** What a node is told about a resource. All nodes of a resource must be told the same peers and protocols. */
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import type { ConnectionOptions, DiskOptions, ReplicationOptions } from '../../common/options/options.ts';
import type { ReplicationProtocol } from './wire/frames.ts';

export interface VolumeConfig {
  readonly volume: VolumeNumber;
  readonly sizeBytes: Bytes;
  /** False on a node that reaches this volume only over the network (DRBD: client). */
  readonly diskful: boolean;
  /** What differs from the options of the resource. */
  readonly options?: Partial<DiskOptions>;
}

export interface PeerConfig {
  readonly node: NodeId;
  readonly name: string;
  readonly protocol: ReplicationProtocol;
  /** The peer is meant to have a disk: it owns a bitmap slot on every diskful node. */
  readonly diskful: boolean;
  /** Bitmap slot of this peer on this node; undefined when either side is diskless. */
  readonly slot: number | undefined;
  /** What differs from the options of the resource. */
  readonly options?: Partial<ConnectionOptions>;
}

export interface ResourceConfig {
  /** What it is called on this node. */
  readonly name: string;
  /** What metadata and peers know it as; absent: by its name. It never changes. */
  readonly knownAs?: string;
  readonly node: NodeId;
  readonly volumes: readonly VolumeConfig[];
  readonly peers: readonly PeerConfig[];
  readonly options: ReplicationOptions;
}
