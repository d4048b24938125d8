/** Every change of a state goes through here: checked against the legal steps, and told to whoever follows. */
import { assert } from '../../common/assert.ts';
import {
  type ConnectionState,
  type DiskState,
  LEGAL_CONNECTION_STEPS,
  type ReplicationState,
} from '../../common/states.ts';
import { type Connection, defer, type PeerDevice, type Resource, type Volume } from './state.ts';

export function setDisk(r: Resource, volume: Volume, to: DiskState, reason: string): void {
  const from = volume.disk;
  if (from === to) return;
  volume.disk = to;
  r.ports.notify({ kind: 'disk', volume: volume.number, from, to, reason });
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
}

export function setConnection(r: Resource, connection: Connection, to: ConnectionState, reason: string): void {
  const from = connection.state;
  if (from === to) return;
  assert(LEGAL_CONNECTION_STEPS[from].includes(to), 'a connection takes only legal steps');
  connection.state = to;
  connection.reason = reason;
  r.ports.notify({ kind: 'connection', peer: connection.peer, from, to, reason });
  defer(r, { kind: 'reconsider-roles' });
}

export function setReplication(r: Resource, device: PeerDevice, to: ReplicationState): void {
  const from = device.replication;
  if (from === to) return;
  device.replication = to;
  r.ports.notify({ kind: 'replication', peer: device.connection.peer, volume: device.volume.number, from, to });
}

export function setPeerDisk(r: Resource, device: PeerDevice, to: DiskState): void {
  const from = device.peerDisk;
  if (from === to) return;
  device.peerDisk = to;
  r.ports.notify({ kind: 'peer-disk', peer: device.connection.peer, volume: device.volume.number, from, to });
  defer(r, { kind: 'reconsider-roles' });
}
