/**
 * The objects of `events2` (DRBD 9 §8.3) and the difference of two snapshots, pure. An object is named by its identity
 * keys; a change tells those and only the keys that differ.
 */
import type { ReplicationEvent } from '../replication/events.ts';
import type { ConnectionStatus, PeerDeviceStatus, ResourceStatus, VolumeStatus } from '../replication/status.ts';

export type EventAction = 'exists' | 'create' | 'change' | 'destroy' | 'rename' | 'call' | 'response';
export type EventObject = 'resource' | 'device' | 'connection' | 'peer-device' | 'path' | 'helper' | '-';

export interface StatusEvent {
  readonly action: EventAction;
  readonly object: EventObject;
  /** In the order in which they are printed. */
  readonly keys: Readonly<Record<string, string>>;
}

interface StatusObject {
  readonly object: EventObject;
  readonly identity: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
}

/** By an id that is unique over all objects and stays when a resource is renamed; insertion order is print order. */
export type StatusObjects = ReadonlyMap<string, StatusObject>;

/** A resource with what the core does not know: where its volumes are stored. */
export interface ObservedResource {
  /** Stays when it is renamed. */
  readonly knownAs: string;
  readonly status: ResourceStatus;
  readonly backingPath: (volume: number) => string | undefined;
  readonly paths: (connection: ConnectionStatus) => readonly PathStatus[];
}

/** One way to a peer, as `host:port`. */
export interface PathStatus {
  readonly local: string;
  readonly peer: string;
  readonly established: boolean;
}

export function statusObjects(
  resources: readonly ObservedResource[],
  view: { readonly statistics: boolean } = { statistics: false },
): StatusObjects {
  const objects = new Map<string, StatusObject>();
  const add = (knownAs: string, object: StatusObject, counters: Readonly<Record<string, number>>): void => {
    const texts = Object.entries(view.statistics ? counters : {}).map(([key, value]) => [key, String(value)]);
    const state = { ...object.state, ...Object.fromEntries(texts) };
    const id = Object.entries(object.identity).map(([key, value]) => (key === 'name' ? knownAs : value));
    objects.set(`${object.object} ${id.join(' ')}`, { ...object, state });
  };
  for (const { knownAs, status, backingPath, paths } of resources) {
    const addOf = (object: StatusObject, counters: Readonly<Record<string, number>>): void =>
      add(knownAs, object, counters);
    addOf(resourceObject(status), {});
    for (const volume of status.volumes) {
      addOf(deviceObject(status.name, volume, backingPath(volume.volume)), deviceCounters(volume));
    }
    for (const connection of status.connections) {
      addOf(connectionObject(status.name, connection), connectionCounters(connection));
      for (const path of paths(connection)) addOf(pathObject(status.name, connection, path), {});
      for (const device of connection.peerDevices) {
        addOf(peerDeviceObject(status.name, connection, device), peerDeviceCounters(device));
      }
    }
  }
  return objects;
}

/** The initial dump: every object, then `exists -`. */
export function existsEvents(objects: StatusObjects): StatusEvent[] {
  const events: StatusEvent[] = [...objects.values()].map(({ object, identity, state }) => ({
    action: 'exists',
    object,
    keys: { ...identity, ...state },
  }));
  events.push({ action: 'exists', object: '-', keys: {} });
  return events;
}

/** How a change is told: only the keys that differ, all of them (`full`), or as `old->new` (`diff`). */
interface ChangeView {
  readonly full?: boolean;
  readonly diff?: boolean;
}

/** Gone objects first, the contained before the containing; then what changed or is new, in print order, under its present name. */
export function changeEvents(before: StatusObjects, after: StatusObjects, view: ChangeView = {}): StatusEvent[] {
  const events: StatusEvent[] = [];
  for (const [id, { object, identity }] of [...before].reverse()) {
    if (!after.has(id)) events.push({ action: 'destroy', object, keys: identity });
  }
  for (const [id, { object, identity, state }] of after) {
    const old = before.get(id);
    if (old === undefined) {
      events.push({ action: 'create', object, keys: { ...identity, ...state } });
      continue;
    }
    if (object === 'resource' && old.identity['name'] !== identity['name'])
      events.push({ action: 'rename', object, keys: { ...old.identity, new_name: identity['name'] ?? '' } });
    const changed = Object.entries(state).filter(([key, value]) => old.state[key] !== value);
    if (changed.length === 0) continue;
    const told = changed.map(([key, value]) => [key, view.diff === true ? `${old.state[key] ?? ''}->${value}` : value]);
    const rest = view.full === true ? state : {};
    events.push({ action: 'change', object, keys: { ...identity, ...rest, ...Object.fromEntries(told) } });
  }
  return events;
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function resourceObject(status: ResourceStatus): StatusObject {
  return {
    object: 'resource',
    identity: { name: status.name },
    state: {
      role: status.role,
      suspended: status.suspended.join(',') || 'no',
      'force-io-failures': yesNo(status.forceIoFailures),
      may_promote: yesNo(status.mayPromote),
      promotion_score: String(status.promotionScore),
    },
  };
}

function deviceObject(name: string, volume: VolumeStatus, path: string | undefined): StatusObject {
  return {
    object: 'device',
    identity: { name, volume: String(volume.volume) },
    state: {
      backing_dev: path ?? 'none',
      disk: volume.disk,
      client: yesNo(volume.client),
      open: yesNo(volume.open),
      quorum: yesNo(volume.quorum),
    },
  };
}

function connectionObject(name: string, connection: ConnectionStatus): StatusObject {
  return {
    object: 'connection',
    identity: { name, 'peer-node-id': String(connection.peer), 'conn-name': connection.name },
    state: { connection: connection.state, role: connection.peerRole },
  };
}

function pathObject(name: string, connection: ConnectionStatus, path: PathStatus): StatusObject {
  return {
    object: 'path',
    identity: {
      name,
      'peer-node-id': String(connection.peer),
      'conn-name': connection.name,
      local: path.local,
      peer: path.peer,
    },
    state: { established: yesNo(path.established) },
  };
}

function peerDeviceObject(name: string, connection: ConnectionStatus, device: PeerDeviceStatus): StatusObject {
  const state: Record<string, string> = {
    replication: device.replication,
    'peer-disk': device.peerDisk,
    'peer-client': yesNo(device.peerClient),
    'resync-suspended': device.resyncSuspended,
  };
  if (device.resyncTotalBlocks > 0) {
    // Two digits, rounded down: 100.00 appears only at the end.
    const percent = Math.floor((10_000 * device.resyncDoneBlocks) / device.resyncTotalBlocks) / 100;
    state['done'] = Math.min(100, percent).toFixed(2);
  }
  return {
    object: 'peer-device',
    identity: {
      name,
      'peer-node-id': String(connection.peer),
      'conn-name': connection.name,
      volume: String(device.volume),
    },
    state,
  };
}

const kib = (bytes: number): number => Math.floor(bytes / 1_024);
const sectors = (bytes: number): number => Math.floor(bytes / 512);

const deviceCounters = (volume: VolumeStatus): Record<string, number> => ({
  size: kib(volume.sizeBytes),
  read: kib(volume.readBytes),
  written: kib(volume.writtenBytes),
  'al-writes': volume.alWrites,
  'bm-writes': volume.bmWrites,
  'upper-pending': volume.upperPending,
  'lower-pending': volume.lowerPending,
});

const connectionCounters = (connection: ConnectionStatus): Record<string, number> => ({
  'ap-in-flight': sectors(connection.apInFlightBytes),
  'rs-in-flight': sectors(connection.rsInFlightBytes),
});

const peerDeviceCounters = (device: PeerDeviceStatus): Record<string, number> => ({
  received: kib(device.receivedBytes),
  sent: kib(device.sentBytes),
  'out-of-sync': kib(device.outOfSyncBytes),
  pending: device.pending,
  unacked: device.unacked,
});

/** A handler begins or has ended. @returns undefined where there is no program for it */
export function helperEvent(
  { name, connections }: ResourceStatus,
  event: Extract<ReplicationEvent, { kind: 'handler' }>,
): StatusEvent | undefined {
  if (event.phase === 'none') return undefined;
  const peer = connections.find((connection) => connection.peer === event.peer);
  const keys: Record<string, string> = { name };
  if (peer !== undefined) {
    keys['peer-node-id'] = String(peer.peer);
    keys['conn-name'] = peer.name;
  }
  if (event.volume !== undefined) keys['volume'] = String(event.volume);
  keys['helper'] = event.name;
  if (event.phase === 'response') keys['status'] = String(event.exitCode);
  return { action: event.phase, object: 'helper', keys };
}
