/** How a resource, its volumes, connections and peer devices begin: nothing attached, nobody connected. */
import { assert } from '../../common/assert.ts';
import type { PeerMask } from '../../common/ids.ts';
import type { PeerConfig, ResourceConfig, VolumeConfig } from './config.ts';
import { newCounters } from './disk/counters.ts';
import { newChanges } from './cluster-change/progress.ts';
import { newFencing } from './fencing/fencing-state.ts';
import { newHandlerCalls } from './handlers/handler-calls.ts';
import { newStreams } from './link/streams.ts';
import { newVerify } from './verify/progress.ts';
import { IntervalTable } from './write/intervals.ts';
import { NO_GENERATION } from './metadata/generation-id.ts';
import { effectiveDisk, effectiveNet, type ReplicationOptions } from '../../common/options/options.ts';
import { newIoSuspension, newVolumeQuorum } from './quorum/state.ts';
import { protocolOf } from './options/protocol.ts';
import type { Ports } from './ports.ts';
import { newSuspension } from './resync/suspension-flags.ts';
import { newPeerSize, newVolumeSize } from './sizes/state.ts';
import type { Connection, PeerDevice, Resource, Volume } from './state.ts';

export function newVolume(config: VolumeConfig, all: ReplicationOptions): Volume {
  return {
    number: config.volume,
    config,
    options: effectiveDisk(all, config.options),
    ...newVolumeSize(config.sizeBytes),
    disk: 'Diskless',
    quorum: newVolumeQuorum(),
    attachment: 0,
    md: undefined,
    negotiation: undefined,
    leaving: undefined,
    lastWord: undefined,
    retiring: undefined,
    current: NO_GENERATION,
    history: [],
    unusedPrevious: undefined,
    issued: [],
    noted: [],
    made: undefined,
    generationDue: false,
    generationBusy: false,
    heldForGeneration: [],
    slotBusy: 0,
    locks: new IntervalTable(),
    openReadWrite: 0,
    openReadOnly: 0,
    quiescing: false,
    crashFlagBusy: false,
    towards: undefined,
    lostStream: undefined,
    adopting: false,
    heldByFencing: false,
    syncing: false,
    ...newCounters(),
    readBytes: 0,
    writtenBytes: 0,
    alWrites: 0,
    bmWrites: 0,
    upperPending: 0,
    lowerPending: 0,
    diskTimer: false,
  };
}

function newConnection(config: PeerConfig, all: ReplicationOptions): Connection {
  const options = effectiveNet(all, config.options);
  return {
    peer: config.node,
    config,
    options,
    protocol: protocolOf(config, options),
    state: 'StandAlone',
    reason: '',
    link: undefined,
    handshake: undefined,
    refused: undefined,
    renewing: false,
    features: 0,
    discardMyData: false,
    peerRole: 'Unknown',
    peerPrimaryNeighbours: 0 as PeerMask,
    devices: new Map(),
    attempts: 0,
    wanted: false,
    pingOutstanding: false,
    rxQueue: [],
    unpeerAcked: [],
    ...newStreams(),
    ...newFencing(),
  };
}

export function newPeerDevice(connection: Connection, volume: Volume): PeerDevice {
  return {
    connection,
    volume,
    replication: 'Off',
    peerDisk: 'DUnknown',
    peerWeak: false,
    peerOutdated: false,
    peerCurrent: NO_GENERATION,
    target: undefined,
    source: undefined,
    failedAt: -1,
    asked: undefined,
    suspension: newSuspension(),
    unconfirmed: undefined,
    waiting: false,
    wasConnected: false,
    coversLoss: false,
    lossMarks: -1,
    gaveWay: false,
    skipInitialSync: undefined,
    suspectSince: -1,
    ...newPeerSize(),
    verify: newVerify(),
    wish: undefined,
    receivedBytes: 0,
    sentBytes: 0,
  };
}

export function newResource(config: ResourceConfig, ports: Ports): Resource {
  const resource: Resource = {
    config,
    options: config.options,
    ports,
    node: config.node,
    role: 'Secondary',
    promotedByOpen: false,
    volumes: new Map(),
    connections: new Map(),
    work: [],
    ios: new Map(),
    abandoned: new Map(),
    nextIo: 1,
    nextRequest: 1,
    epoch: 1,
    epochWrites: 0,
    dagtag: 0,
    log: [],
    logExtents: 0,
    byRequest: new Map(),
    stalledAdmission: [],
    pendingPeerAck: undefined,
    flushes: new Set(),
    reads: new Map(),
    lastPrimary: undefined,
    lastDagtag: 0,
    lastPrimarySeen: ports.now(),
    hold: undefined,
    roleRequest: undefined,
    roleQueue: [],
    changes: newChanges(),
    shutdown: undefined,
    down: false,
    announcing: false,
    stateSequence: 0,
    dagtagWaiters: 0,
    inSyncWaiting: [],
    startedAt: ports.now(),
    formerPeers: new Map(),
    owedToRemoved: new Map(),
    ...newIoSuspension(),
    ...newHandlerCalls(),
  };
  for (const volume of config.volumes) resource.volumes.set(volume.volume, newVolume(volume, config.options));
  for (const peer of config.peers) addConnection(resource, peer);
  return resource;
}

export function addConnection(r: Resource, config: PeerConfig): Connection {
  assert(config.node !== r.node, 'a node is not its own peer');
  const connection = newConnection(config, r.options);
  for (const volume of r.volumes.values()) connection.devices.set(volume.number, newPeerDevice(connection, volume));
  r.connections.set(config.node, connection);
  return connection;
}

/** New options, or an own one of a volume or a peer: everything that was derived from them. */
export function useOptions(r: Resource, options: ReplicationOptions): void {
  r.options = options;
  for (const volume of r.volumes.values()) volume.options = effectiveDisk(options, volume.config.options);
  for (const connection of r.connections.values())
    connection.options = effectiveNet(options, connection.config.options);
}
