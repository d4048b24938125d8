/** Who writes, as far as this node can see: a Primary at the other end of a link, or one that a peer has told of. Questions only. */
import { EMPTY_MASK, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { isEstablished } from '../../../common/states.ts';
import { type Connection, deviceOf, type Resource, type Volume } from '../state.ts';

/** The Primary that this node follows, other than `except`. */
export function followedPrimary(r: Resource, except?: NodeId): Connection | undefined {
  for (const connection of r.connections.values()) {
    if (connection.peer !== except && connection.state === 'Connected' && connection.peerRole === 'Primary')
      return connection;
  }
  return undefined;
}

export function followedPrimaries(r: Resource, except: NodeId): Connection[] {
  return [...r.connections.values()].filter(
    (each) => each.peer !== except && each.state === 'Connected' && each.peerRole === 'Primary',
  );
}

/** Primaries that this node is connected with, as others have to know them. */
export function primaryNeighbours(r: Resource, except: NodeId | undefined): PeerMask {
  let mask = EMPTY_MASK;
  for (const connection of r.connections.values()) {
    if (connection.peer !== except && connection.state === 'Connected' && connection.peerRole === 'Primary')
      mask = maskWith(mask, connection.peer);
  }
  return mask;
}

/** Another node writes: a peer, or a peer's peer. */
export function isPrimaryInSight(r: Resource): boolean {
  if (followedPrimary(r) !== undefined) return true;
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && connection.peerPrimaryNeighbours !== EMPTY_MASK) return true;
  return false;
}

/** Primaries that peers have a link to, while this node has one to none. */
export function heardOfPrimaries(r: Resource): PeerMask {
  if (r.role === 'Primary' || followedPrimary(r) !== undefined) return EMPTY_MASK;
  let mask = 0;
  for (const { state, peerPrimaryNeighbours } of r.connections.values())
    if (state === 'Connected') mask |= peerPrimaryNeighbours;
  return maskWithout((mask >>> 0) as PeerMask, r.node);
}

/** A Primary exists that this node has no link to, and none that it has one to; or one of two (allow-two-primaries). */
export function isWeak(r: Resource): boolean {
  if (r.role === 'Primary' || r.changes.farPrimaries === EMPTY_MASK) return false;
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && connection.peerRole === 'Primary' && !connection.options.allowTwoPrimaries)
      return false;
  return true;
}

/** A Primary with a disk of its own, in sync: what its followers have marked towards each other is its to settle. */
export function followsDiskfulPrimary(r: Resource, volume: Volume): boolean {
  if (r.role === 'Primary' || volume.disk !== 'UpToDate') return false;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || connection.peerRole !== 'Primary') continue;
    const { peerDisk, replication } = deviceOf(connection, volume);
    if (peerDisk === 'UpToDate' && isEstablished(replication)) return true;
  }
  return false;
}
