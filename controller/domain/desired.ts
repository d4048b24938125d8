/** What a satellite is told: the desired state of one node, in the terms of proto/lockstep/satellite/v1. */
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Protocol } from './resource-definition.ts';
import type { ProviderKind } from './storage-pool.ts';

export interface DesiredPool {
  readonly name: string;
  readonly providerKind: ProviderKind;
  readonly directory: string;
  readonly devices: readonly string[];
  readonly delete: boolean;
}

export interface DesiredVolume {
  readonly volume: VolumeNumber;
  readonly sizeKib: number;
  readonly diskful: boolean;
  readonly storagePool: string;
  readonly blockBytes: number;
  readonly peerSlots: number;
  /** 16 hex digits; undefined: JUST_CREATED. Counts only when the satellite makes the volume. */
  readonly initialGeneration: string | undefined;
  /** DRBD's disk options by name, as far as they differ from what the satellite has by itself. */
  readonly options: Readonly<Record<string, string>>;
  readonly delete: boolean;
}

export interface DesiredPeer {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly address: string;
  readonly replicationPort: number;
  readonly protocol: Protocol;
  readonly diskful: boolean;
  readonly bitmapSlot: number | undefined;
  /** DRBD's net and peer-device options. */
  readonly options: Readonly<Record<string, string>>;
}

export interface DesiredResource {
  readonly name: string;
  readonly nodeId: NodeId;
  readonly volumes: readonly DesiredVolume[];
  readonly peers: readonly DesiredPeer[];
  /** DRBD's resource options. */
  readonly options: Readonly<Record<string, string>>;
  readonly delete: boolean;
}

export interface DesiredNode {
  readonly pools: readonly DesiredPool[];
  readonly resources: readonly DesiredResource[];
}
