/** From the controller's objects and what satellites report to the messages of proto/lockstep/v1. */
import type { ApiAnswer } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import type { Node as NodeMessage } from '../../proto/gen/lockstep/v1/Node.ts';
import type { Resource as ResourceMessage } from '../../proto/gen/lockstep/v1/Resource.ts';
import type { ResourceDefinition as DefinitionMessage } from '../../proto/gen/lockstep/v1/ResourceDefinition.ts';
import type { StoragePool as PoolMessage } from '../../proto/gen/lockstep/v1/StoragePool.ts';
import type { Volume as VolumeMessage } from '../../proto/gen/lockstep/v1/Volume.ts';
import type { VolumeDefinition as VolumeDefinitionMessage } from '../../proto/gen/lockstep/v1/VolumeDefinition.ts';
import type { Answer } from '../domain/answer.ts';
import { type ClusterView, findNode, volumesOf } from '../domain/cluster-view.ts';
import { activeInterface, SATELLITE_PORT, type Node, nameKey } from '../domain/node.ts';
import { type ClusterStatus, isOnline, type ObservedConnection, observedResource } from '../domain/observed.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import type { ResourceDefinition, VolumeDefinition } from '../domain/resource-definition.ts';
import type { StoragePool } from '../domain/storage-pool.ts';
import { shownProperties } from '../properties/shown.ts';
import { renderVerdict } from './placement-messages.ts';

const LAYERS = ['DRBD', 'STORAGE'];

const deletionFlag = (object: { readonly deletionRequestedAtMs?: number | undefined }): string[] =>
  object.deletionRequestedAtMs === undefined ? [] : ['DELETE'];

export function renderAnswer(answer: Answer): ApiAnswer {
  return {
    severity: `SEVERITY_${answer.severity}`,
    code: answer.code,
    codeName: answer.codeName,
    message: answer.message,
    cause: answer.cause ?? '',
    correction: answer.correction ?? '',
    details: answer.details ?? '',
    refs: { ...answer.refs },
    placement: (answer.placement ?? []).map(renderVerdict),
  };
}

export function renderNode(node: Node, status: ClusterStatus): NodeMessage {
  const { connection, problem, version } = status.node(node.name);
  const active = activeInterface(node);
  return {
    name: node.name,
    type: node.type,
    address: active.address,
    satellitePort: active.satellitePort ?? SATELLITE_PORT,
    replicationPort: node.replicationPort,
    nbdPort: node.nbdPort,
    connectionStatus: connection,
    flags: nodeFlags(node),
    ...(problem === undefined ? {} : { problem: renderAnswer(problem) }),
    satelliteVersion: version ?? '',
    createTimestampMs: node.createdAtMs,
    props: shownProperties(node.props),
    interfaces: node.interfaces.map((each) => ({
      name: each.name,
      address: each.address,
      ...(each.satellitePort === undefined ? {} : { satellitePort: each.satellitePort }),
      encryptionType: 'PLAIN',
      active: each.name === node.activeInterface,
    })),
  };
}

export function renderPool(pool: StoragePool, status: ClusterStatus): PoolMessage {
  const observed = status.node(pool.nodeName).pools.get(nameKey(pool.name));
  return {
    name: pool.name,
    nodeName: pool.nodeName,
    providerKind: pool.providerKind,
    directory: pool.directory ?? '',
    devices: [...pool.devices],
    ...(observed === undefined ? {} : { freeCapacityKib: observed.freeKib, totalCapacityKib: observed.totalKib }),
    supportsSnapshots: false,
    state: observed === undefined ? 'Unknown' : poolState(observed.reports),
    reports: (observed?.reports ?? []).map(renderAnswer),
    freeSpaceMgrName: `${pool.nodeName}:${pool.name}`,
    flags: deletionFlag(pool),
    props: shownProperties(pool.props),
  };
}

function poolState(reports: readonly Answer[]): string {
  if (reports.some((report) => report.severity === 'ERROR')) return 'Error';
  return reports.some((report) => report.severity === 'WARN') ? 'Warning' : 'Ok';
}

export function renderVolumeDefinition(entry: VolumeDefinition): VolumeDefinitionMessage {
  return {
    resourceName: entry.resourceName,
    volumeNumber: entry.volume,
    sizeKib: entry.sizeKib,
    blockBytes: entry.blockBytes,
    flags: deletionFlag(entry),
    props: shownProperties(entry.props),
  };
}

export function renderDefinition(view: ClusterView, definition: ResourceDefinition): DefinitionMessage {
  return {
    name: definition.name,
    resourceGroupName: definition.groupName,
    layers: LAYERS,
    peerSlots: definition.peerSlots,
    protocol: definition.protocol,
    flags: deletionFlag(definition),
    volumeDefinitions: volumesOf(view, definition.name).map(renderVolumeDefinition),
    props: shownProperties(definition.props),
    externalName: definition.externalName ?? '',
  };
}

function diskChangeFlag({ diskChange }: Resource): string[] {
  if (diskChange === undefined) return [];
  return [diskChange.kind === 'adding' ? 'DISK_ADDING' : 'DISK_REMOVING'];
}

const nodeFlags = (node: Node): string[] => [
  ...(node.evictedAtMs === undefined ? [] : ['EVICTED']),
  ...deletionFlag(node),
  ...(node.evacuation === undefined ? [] : ['EVACUATE']),
];

/** Its node is being emptied. */
const evacuationFlag = (view: ClusterView, { nodeName }: Resource): string[] =>
  findNode(view, nodeName)?.evacuation === undefined ? [] : ['EVACUATE'];

const resourceFlags = (resource: Resource): string[] => [
  ...deletionFlag(resource),
  ...(resource.diskful ? [] : ['DISKLESS', 'DRBD_DISKLESS']),
  ...(resource.tieBreaker === true ? ['TIE_BREAKER'] : []),
  ...diskChangeFlag(resource),
];

export function renderResource(view: ClusterView, status: ClusterStatus, resource: Resource): ResourceMessage {
  const observed = observedResource(status, resource.nodeName, resource.resourceName);
  return {
    resourceName: resource.resourceName,
    nodeName: resource.nodeName,
    nodeId: resource.nodeId,
    flags: [...resourceFlags(resource), ...evacuationFlag(view, resource)],
    layers: LAYERS,
    ...(observed === undefined ? {} : { role: observed.role, inUse: observed.inUse }),
    connections: (observed?.connections ?? []).map((connection) => ({
      peerNodeName: connection.peerName,
      connectionState: connection.state,
      peerRole: connection.peerRole,
      protocol: connection.protocol,
    })),
    volumes: renderVolumes(view, status, resource),
    createTimestampMs: resource.createdAtMs,
    current: isOnline(status, resource.nodeName),
    problems: (observed?.problems ?? []).map(renderAnswer),
    props: shownProperties(resource.props),
  };
}

export function renderVolumes(view: ClusterView, status: ClusterStatus, resource: Resource): VolumeMessage[] {
  const definitions = volumesOf(view, resource.resourceName);
  return definitions
    .filter((definition) => resource.volumes.some((entry) => entry.volume === definition.volume))
    .map((definition) => renderVolume(view, status, resource, definition));
}

function renderVolume(
  view: ClusterView,
  status: ClusterStatus,
  resource: Resource,
  definition: VolumeDefinition,
): VolumeMessage {
  const node = findNode(view, resource.nodeName);
  const observed = observedResource(status, resource.nodeName, resource.resourceName);
  const volume = observed?.volumes.find((entry) => entry.volume === definition.volume);
  return {
    resourceName: resource.resourceName,
    nodeName: resource.nodeName,
    volumeNumber: definition.volume,
    storagePoolName: resource.storagePool ?? '',
    backingPath: volume?.backingPath ?? '',
    devicePath: node === undefined ? '' : nbdUri(node, `${resource.resourceName}/${definition.volume}`),
    ...(volume === undefined || !resource.diskful ? {} : { allocatedKib: volume.allocatedKib }),
    usableKib: definition.sizeKib,
    ...(volume === undefined ? {} : { diskState: volume.diskState }),
    ...(observed === undefined ? {} : { inUse: observed.inUse || volume?.open === true }),
    flags: deletionFlag(definition),
    resourceFlags: resourceFlags(resource),
    peers: (observed?.connections ?? []).flatMap((connection) => renderPeer(connection, definition.volume)),
    current: isOnline(status, resource.nodeName),
    props: shownProperties(resource.volumes.find((each) => each.volume === definition.volume)?.props ?? NO_PROPERTIES),
  };
}

function renderPeer(connection: ObservedConnection, volume: number): NonNullable<VolumeMessage['peers']> {
  return connection.peerDevices
    .filter((device) => device.volume === volume)
    .map((device) => ({
      peerNodeName: connection.peerName,
      replicationState: device.replicationState,
      peerDiskState: device.peerDiskState,
      ...(device.donePercent === undefined ? {} : { donePercent: device.donePercent }),
      outOfSyncKib: device.outOfSyncKib,
    }));
}

function nbdUri(node: Node, exportName: string): string {
  const { address } = activeInterface(node);
  const host = address.includes(':') ? `[${address}]` : address;
  return `nbd://${host}:${node.nbdPort}/${exportName}`;
}
