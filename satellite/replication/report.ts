/** Renders the state of a resource as the snapshot that `status`, `events2`, the controller and the oracles read. */
import { type NodeId, nodeId, type PeerMask, type VolumeNumber } from '../../common/ids.ts';
import { bytes } from '../../common/units.ts';
import { hex } from './generation/generations.ts';
import { primaryNeighbours } from './roles/primaries.ts';
import { dirtyBits } from './disk/marks.ts';
import { NO_GENERATION } from './metadata/generation-id.ts';
import { hasQuorum, isSuspended } from './quorum/suspension.ts';
import { suspensionReasons } from './resync/suspension.ts';
import { promotionScore } from './roles/promotion-score.ts';
import { promotionObstacle } from './roles/roles.ts';
import type { Connection, PeerDevice, Resource, TargetSync, Volume } from './state.ts';
import type { ConnectionStatus, PeerDeviceStatus, ResourceStatus, VolumeStatus } from './status.ts';

export function reportStatus(r: Resource): ResourceStatus {
  const mayPromote = r.role === 'Secondary' && promotionObstacle(r) === undefined;
  return {
    name: r.config.name,
    node: nodeId(r.node),
    role: r.role,
    mayPromote,
    promotionScore: promotionScore(r),
    suspended: r.suspended,
    forceIoFailures: r.forceIoFailures,
    writeOrdering: [...r.volumes.values()].some(({ options }) => options.writeOrdering === 'drain') ? 'drain' : 'flush',
    primaryNeighbours: primaryNeighbours(r, undefined) as PeerMask,
    volumes: [...r.volumes.values()].map((volume) => volumeStatus(r, volume)),
    connections: [...r.connections.values()].map((connection) => connectionStatus(r, connection)),
  };
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
    alSuspended: volume.relayout !== undefined,
    blocked: isSuspended(r) ? 'upper' : 'no',
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

function connectionStatus(r: Resource, connection: Connection): ConnectionStatus {
  return {
    peer: connection.peer,
    name: connection.config.name,
    protocol: connection.protocol,
    state: connection.state,
    reason: connection.reason,
    peerRole: connection.peerRole,
    apInFlightBytes: bytes(connection.inFlightBytes),
    rsInFlightBytes: bytes(resyncBytesInFlight(connection)),
    damagedFrames: connection.damagedFrames,
    peerDevices: [...connection.devices.values()].map((device) => peerDeviceStatus(r, device)),
  };
}

function ratesOf(r: Resource, { volume, connection }: PeerDevice, target: TargetSync, blockBytes: number): number[] {
  const left = dirtyBits(volume, connection.peer);
  const now = r.ports.now();
  return target.pacing.marks
    .filter(({ at }) => at < now)
    .map((mark) => Math.max(0, Math.floor(((mark.left - left) * blockBytes * 1_000) / (now - mark.at))))
    .reverse();
}

function peerDeviceStatus(r: Resource, device: PeerDevice): PeerDeviceStatus {
  const { volume, connection, target, source, verify } = device;
  const blockBytes = volume.md?.layout.blockBytes ?? 0;
  const sync = target ?? source;
  return {
    volume: volume.number,
    replication: device.replication,
    peerDisk: device.peerDisk,
    peerClient: device.peerDisk === 'Diskless' && !connection.config.diskful,
    resyncSuspended: suspensionReasons(device).join(',') || 'no',
    outOfSyncBytes: bytes(Math.min(dirtyBits(volume, connection.peer) * blockBytes, volume.sizeBytes)),
    resyncDoneBlocks: sync?.doneBlocks ?? verify.run?.done ?? 0,
    resyncTotalBlocks: sync?.totalBlocks ?? verify.run?.total ?? 0,
    resyncRates: target === undefined ? [] : ratesOf(r, device, target, blockBytes),
    receivedBytes: bytes(device.receivedBytes),
    sentBytes: bytes(device.sentBytes),
    pending: connection.unackedWrites,
    unacked: connection.rxActive,
    bitmapGeneration: hex(volume.md?.slots.get(connection.peer)?.generation ?? NO_GENERATION),
  };
}
