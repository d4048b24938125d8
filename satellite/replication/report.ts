/** Renders the state of a resource as the snapshot that `status`, `events2`, the controller and the oracles read. */
import { type NodeId, nodeId, type PeerMask, type VolumeNumber } from '../../common/ids.ts';
import { bytes } from '../../common/units.ts';
import { hex } from './generation/generations.ts';
import { primaryNeighbours } from './roles/primaries.ts';
import { dirtyBits } from './disk/marks.ts';
import { NO_GENERATION } from './metadata/generation-id.ts';
import { hasQuorum } from './quorum/suspension.ts';
import { suspensionReasons } from './resync/suspension.ts';
import { promotionObstacle } from './roles/roles.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type Volume } from './state.ts';
import type { ConnectionStatus, PeerDeviceStatus, ResourceStatus, VolumeStatus } from './status.ts';

export function reportStatus(r: Resource): ResourceStatus {
  const mayPromote = r.role === 'Secondary' && promotionObstacle(r) === undefined;
  return {
    name: r.config.name,
    node: nodeId(r.node),
    role: r.role,
    mayPromote,
    promotionScore: mayPromote ? promotionScore(r) : 0,
    suspended: r.suspended,
    forceIoFailures: r.forceIoFailures,
    writeOrdering: [...r.volumes.values()].some(({ options }) => options.writeOrdering === 'drain') ? 'drain' : 'flush',
    primaryNeighbours: primaryNeighbours(r, undefined) as PeerMask,
    volumes: [...r.volumes.values()].map((volume) => volumeStatus(r, volume)),
    connections: [...r.connections.values()].map((connection) => connectionStatus(connection)),
  };
}

/**
 * Which of several nodes is the best to promote (DRBD 9 §8.3): one whose own disks all serve, then the one with more
 * UpToDate volumes of its own, then the one that sees more UpToDate replicas of its worst volume.
 */
function promotionScore(r: Resource): number {
  const volumes = [...r.volumes.values()];
  const ownUpToDate = volumes.filter((volume) => volume.disk === 'UpToDate').length;
  let replicas = Number.POSITIVE_INFINITY;
  for (const volume of volumes) {
    const peers = [...r.connections.values()].filter(
      (each) => each.state === 'Connected' && deviceOf(each, volume).peerDisk === 'UpToDate',
    ).length;
    replicas = Math.min(replicas, peers + (volume.disk === 'UpToDate' ? 1 : 0));
  }
  const allServe = volumes.length > 0 && ownUpToDate === volumes.length;
  return (allServe ? 10_000 : 0) + 100 * Math.min(ownUpToDate, 99) + Math.min(volumes.length === 0 ? 0 : replicas, 99);
}

function volumeStatus(r: Resource, volume: Volume): VolumeStatus {
  const flags: string[] = [];
  if (volume.md?.crashedPrimary === true) flags.push('crashed-primary');
  if (volume.quorum.lost) flags.push('primary-lost-quorum');
  return {
    volume: volume.number,
    disk: volume.disk,
    client: !volume.config.diskful,
    quorum: hasQuorum(r, volume),
    open: volume.openReadWrite + volume.openReadOnly > 0,
    sizeBytes: volume.sizeBytes,
    blockBytes: bytes(volume.md?.layout.blockBytes ?? 0),
    readBytes: bytes(volume.readBytes),
    writtenBytes: bytes(volume.writtenBytes),
    alWrites: volume.alWrites,
    bmWrites: volume.bmWrites,
    upperPending: volume.upperPending,
    lowerPending: volume.lowerPending,
    currentGeneration: hex(volume.current),
    history: volume.history.map(hex),
    flags,
  };
}

/** What must not grow without bound. */
export interface KeptVisitor {
  generations(volume: VolumeNumber, count: number): void;
  /** Under way with a peer. */
  resyncBytes(peer: NodeId, count: number): void;
  /** Writes in the transfer log. */
  transferLog(writes: number): void;
}

export function visitKept(r: Resource, { generations, resyncBytes, transferLog }: KeptVisitor): void {
  transferLog(r.log.length);
  for (const volume of r.volumes.values()) generations(volume.number, volume.history.length);
  for (const connection of r.connections.values()) resyncBytes(connection.peer, resyncBytesInFlight(connection));
}

function resyncBytesInFlight(connection: Connection): number {
  let inFlight = 0;
  for (const { target, source } of connection.devices.values()) {
    if (target !== undefined) for (const request of target.outstanding.values()) inFlight += request.length;
    if (source !== undefined) for (const request of source.outstanding.values()) inFlight += request.length;
  }
  return inFlight;
}

function connectionStatus(connection: Connection): ConnectionStatus {
  return {
    peer: connection.peer,
    name: connection.config.name,
    protocol: connection.config.protocol,
    state: connection.state,
    reason: connection.reason,
    peerRole: connection.peerRole,
    apInFlightBytes: bytes(connection.inFlightBytes),
    rsInFlightBytes: bytes(resyncBytesInFlight(connection)),
    damagedFrames: connection.damagedFrames,
    peerDevices: [...connection.devices.values()].map(peerDeviceStatus),
  };
}

function peerDeviceStatus(device: PeerDevice): PeerDeviceStatus {
  const { volume, connection, target, source, verify } = device;
  const blockBytes = volume.md?.layout.blockBytes ?? 0;
  const sync = target ?? source;
  return {
    volume: volume.number,
    replication: device.replication,
    peerDisk: device.peerDisk,
    resyncSuspended: suspensionReasons(device).join(',') || 'no',
    outOfSyncBytes: bytes(Math.min(dirtyBits(volume, connection.peer) * blockBytes, volume.sizeBytes)),
    resyncDoneBlocks: sync?.doneBlocks ?? verify.run?.done ?? 0,
    resyncTotalBlocks: sync?.totalBlocks ?? verify.run?.total ?? 0,
    receivedBytes: bytes(device.receivedBytes),
    sentBytes: bytes(device.sentBytes),
    pending: connection.unackedWrites,
    unacked: connection.rxActive,
    bitmapGeneration: hex(volume.md?.slots.get(connection.peer)?.generation ?? NO_GENERATION),
  };
}
