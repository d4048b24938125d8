/** From the engine's and the pools' state to the messages that the controller watches. */
import type { OperationError } from '../../common/errors.ts';
import type { ConnectionState } from '../../proto/gen/lockstep/satellite/v1/ConnectionState.ts';
import type { ResourceState } from '../../proto/gen/lockstep/satellite/v1/ResourceState.ts';
import type { StoragePoolState } from '../../proto/gen/lockstep/satellite/v1/StoragePoolState.ts';
import type { VolumeState } from '../../proto/gen/lockstep/satellite/v1/VolumeState.ts';
import { exportName } from '../engine/nbd-exports.ts';
import type { PoolState } from '../provision/storage-pools.ts';
import type { ConnectionStatus, PeerDeviceStatus, ResourceStatus, VolumeStatus } from '../replication/status.ts';
import { errorAnswer } from './desired.codec.ts';

export interface VolumePlace {
  /** Empty when diskless or not open. */
  readonly path: string;
  readonly allocatedKib: number;
  readonly pool: string;
}

export function resourceState(
  status: ResourceStatus,
  places: (volume: number) => VolumePlace,
  problems: readonly OperationError[],
): ResourceState {
  return {
    name: status.name,
    nodeId: status.node,
    role: status.role,
    inUse: status.role === 'Primary',
    mayPromote: status.mayPromote,
    promotionScore: status.promotionScore,
    volumes: status.volumes.map((volume) => volumeState(status.name, volume, places(volume.volume))),
    connections: status.connections.map(connectionState),
    problems: problems.map((problem) => errorAnswer(problem, { resource: status.name })),
  };
}

/** A resource that the local record names and that could not be brought up at all. */
export function brokenResourceState(name: string, node: number, problems: readonly OperationError[]): ResourceState {
  return {
    name,
    nodeId: node,
    role: 'Secondary',
    problems: problems.map((problem) => errorAnswer(problem, { resource: name })),
  };
}

function volumeState(resource: string, volume: VolumeStatus, place: VolumePlace): VolumeState {
  return {
    volumeNumber: volume.volume,
    diskState: volume.disk,
    sizeKib: Math.floor(volume.sizeBytes / 1024),
    allocatedKib: place.allocatedKib,
    backingPath: place.path,
    nbdExport: exportName(resource, volume.volume),
    open: volume.open,
    storagePoolName: place.pool,
  };
}

function connectionState(connection: ConnectionStatus): ConnectionState {
  return {
    peerNodeId: connection.peer,
    peerName: connection.name,
    connectionState: connection.state,
    peerRole: connection.peerRole,
    protocol: connection.protocol,
    peerDevices: connection.peerDevices.map((device) => ({
      volumeNumber: device.volume,
      replicationState: device.replication,
      peerDiskState: device.peerDisk,
      outOfSyncKib: Math.ceil(device.outOfSyncBytes / 1024),
      ...doneOf(device),
    })),
  };
}

function doneOf(device: PeerDeviceStatus): { donePercent?: number } {
  if (device.resyncTotalBlocks === 0) return {};
  return {
    donePercent: Math.min(100, Math.floor((10_000 * device.resyncDoneBlocks) / device.resyncTotalBlocks) / 100),
  };
}

export function storagePoolState({ pool, totalKib, freeKib, error }: PoolState): StoragePoolState {
  return {
    name: pool.name,
    providerKind: pool.kind,
    totalCapacityKib: totalKib,
    freeCapacityKib: freeKib,
    reports: error === undefined ? [] : [errorAnswer(error)],
  };
}
