/**
 * Which peer may serve a resync of this node, and how far it must have come in the Primary's stream so that its copy is
 * not older than what we have. Questions only: nothing here changes state.
 */
import { maskHas, type NodeId } from '../../../common/ids.ts';
import { dirtyBits } from '../disk/marks.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { followedPrimary } from '../roles/primaries.ts';
import { type Connection, connectedWith, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';

/** A Primary that will be our source is still exchanging bitmaps with us: nobody else is asked meanwhile. */
export function isPrimaryExchanging(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    if (connection.peerRole === 'Primary' && deviceOf(connection, volume).replication === 'WFBitMapT') return true;
  }
  return false;
}

export function mayServe(r: Resource, device: PeerDevice): boolean {
  const { connection, target } = device;
  if (isBehindEarlierSource(r, device)) return false;
  // A source that is being synced itself, or lost its standing, has nothing to give now.
  if (target === undefined || target.cancelled || device.peerDisk !== 'UpToDate') return false;
  if (connection.peerRole === 'Primary' || r.role === 'Primary') return true;
  const primary = followedPrimary(r, connection.peer);
  // A source with a Primary that we do not follow is a moving target: its newer writes would not reach us.
  if (primary === undefined) return connection.peerPrimaryNeighbours === 0;
  return (
    maskHas(connection.peerPrimaryNeighbours, primary.peer) &&
    target.announced > 0 &&
    primary.peerSeen >= target.announced
  );
}

/**
 * An earlier source was further: its data, part of which we have, is newer than what this one offers. It is waited for,
 * up to degr-wfc-timeout, unless a Primary itself is the source now.
 */
function isBehindEarlierSource(r: Resource, device: PeerDevice): boolean {
  const { towards } = device.volume;
  if (towards === undefined || device.connection.peerRole === 'Primary') return false;
  if (!towards.history.some((old) => sameGeneration(old, device.peerCurrent))) return false;
  return r.ports.now() - towards.lostAt < r.options.degrWfcTimeoutMs;
}

export function isBetter(a: PeerDevice, b: PeerDevice): boolean {
  const primaryA = a.connection.peerRole === 'Primary';
  const primaryB = b.connection.peerRole === 'Primary';
  if (primaryA !== primaryB) return primaryA;
  const bitsA = dirtyBits(a.volume, a.connection.peer);
  const bitsB = dirtyBits(b.volume, b.connection.peer);
  if (bitsA !== bitsB) return bitsA < bitsB;
  return a.connection.peer < b.connection.peer;
}

/** How far the source must have come in the Primary's stream so that its copy is not older than what we have. */
export function streamPosition(r: Resource, source: Connection): { dagtagNode: NodeId | undefined; dagtag: number } {
  if (source.peerRole === 'Primary' || r.role === 'Primary') return { dagtagNode: undefined, dagtag: 0 };
  const primary = followedPrimary(r, source.peer);
  if (primary === undefined) return lostPosition(r, source);
  return { dagtagNode: primary.peer, dagtag: Math.max(primary.receivedDagtag, primary.peerDagtag) };
}

/**
 * The Primary is out of sight, but some of our blocks may be newer than the source's: it must have come as far in that
 * Primary's stream. A Primary that stays away for degr-wfc-timeout is not waited for any longer.
 */
function lostPosition(r: Resource, source: Connection): { dagtagNode: NodeId | undefined; dagtag: number } {
  const waits = r.ports.now() - r.lastPrimarySeen < r.options.degrWfcTimeoutMs;
  if (r.lastPrimary === undefined || r.lastPrimary === source.peer || !waits)
    return { dagtagNode: undefined, dagtag: 0 };
  return { dagtagNode: r.lastPrimary, dagtag: r.lastDagtag };
}

/**
 * What a crashed Primary acknowledged is on every peer that it served with protocol C. Until one of those has been
 * heard of, its own disk, which may have lost what was not flushed, is no judge over the peer of `connection`. Not
 * waited for: a peer whose slot tracks a generation (it was away) or that is Inconsistent (it is being brought back).
 */
export function awaitsSynchronousPeer(r: Resource, connection: Connection, volume: Volume): boolean {
  const { md } = volume;
  if (md?.crashedPrimary !== true || r.role === 'Primary') return false;
  if (r.ports.now() - r.startedAt >= r.options.degrWfcTimeoutMs) return false;
  return [...r.connections.values()].some(
    (other) =>
      other !== connection &&
      other.config.diskful &&
      other.config.protocol === 'C' &&
      md.slots.get(other.peer)?.generation === NO_GENERATION &&
      deviceOf(other, volume).peerDisk !== 'Inconsistent',
  );
}

/** Have we come as far in that node's stream of writes? `never`: it is not writing to us any more, and we had not. */
export function reached(r: Resource, writer: NodeId, dagtag: number): 'yes' | 'later' | 'never' {
  const primary = connectedWith(r, writer);
  if (primary !== undefined && primary.receivedDagtag >= dagtag) return 'yes';
  if (r.lastPrimary === writer && r.lastDagtag >= dagtag) return 'yes';
  return primary?.peerRole === 'Primary' ? 'later' : 'never';
}
