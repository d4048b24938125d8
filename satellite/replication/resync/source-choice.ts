/**
 * Which peer may serve a resync of this node, and how far it must have come in the Primary's stream so that its copy is
 * not older than what we have. Questions only: nothing here changes state.
 */
import { EMPTY_MASK, type Generation, maskHas, maskWithout, type NodeId } from '../../../common/ids.ts';
import { dirtyBits } from '../disk/marks.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { followedPrimaries, followedPrimary } from '../roles/primaries.ts';
import { allowsTwo } from '../two-primaries/allowed.ts';
import { type Connection, connectedWith, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';

/**
 * A Primary other than `source` is exchanging bitmaps with us, has not said yet that it has ours, or was asked not to mirror: it
 * mirrors nothing to us until then, so nobody else may bring us up to date meanwhile.
 */
export function isPrimaryExchanging(r: Resource, source: PeerDevice): boolean {
  for (const connection of r.connections.values()) {
    const { replication, target } = deviceOf(connection, source.volume);
    if (connection === source.connection || connection.peerRole !== 'Primary') continue;
    if (replication === 'WFBitMapT' || target?.unreplicated === true) return true;
    if (target !== undefined && connection.peerSeen <= target.bitmapAt) return true;
  }
  return false;
}

export function mayServe(r: Resource, device: PeerDevice): boolean {
  const { connection, target } = device;
  if (isBehindEarlierSource(r, device) || isBehind(r, device.volume)) return false;
  // A source that is being synced itself, or lost its standing, has nothing to give now.
  if (target === undefined || target.cancelled || device.peerDisk !== 'UpToDate') return false;
  const others = allowsTwo(connection) ? followedPrimaries(r, connection.peer) : [];
  if (others.length > 1) return false; // a request names one position, not two: it waits until one of them is through
  if (others.length === 0 && (connection.peerRole === 'Primary' || r.role === 'Primary'))
    return !allowsTwo(connection) || maskWithout(connection.peerPrimaryNeighbours, r.node) === EMPTY_MASK;
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
const isBehindEarlierSource = (r: Resource, { volume, connection, peerCurrent }: PeerDevice): boolean =>
  connection.peerRole !== 'Primary' && isTowardsNewer(r, volume, peerCurrent);

/** Somebody has newer data than `offered` for this disk, which may have part of them: it is here, or was until a moment ago. */
export function isTowardsNewer(r: Resource, volume: Volume, offered: Generation): boolean {
  const { towards } = volume;
  const isOlder = (generation: Generation): boolean =>
    towards?.history.some((old) => sameGeneration(old, generation)) === true;
  if (towards === undefined || !isOlder(offered)) return false;
  const isHere = [...r.connections.values()].some((each) => {
    const { target, waiting, peerDisk, peerCurrent } = deviceOf(each, volume);
    return (target !== undefined || waiting) && peerDisk === 'UpToDate' && !isOlder(peerCurrent);
  });
  return isHere || r.ports.now() - towards.lostAt < r.options.degrWfcTimeoutMs;
}

/** A Primary goes on without this node (Ahead): nobody else may make it UpToDate meanwhile, for its copy would not stay so. */
export function isBehind(r: Resource, volume: Volume): boolean {
  return [...r.connections.values()].some((connection) => deviceOf(connection, volume).replication === 'Behind');
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

/** Fewer blocks to copy by less than this are not worth a change (DRBD: 256 bits, 1 MiB). */
const CHANGE_BLOCKS = 256;

/** Is it worth it to leave the source that is being asked? A Primary is always preferred: the others follow it. */
export function isWorthChanging(current: PeerDevice, other: PeerDevice): boolean {
  if (current.connection.peerRole !== other.connection.peerRole) return isBetter(other, current);
  const { volume } = current;
  return dirtyBits(volume, other.connection.peer) + CHANGE_BLOCKS <= dirtyBits(volume, current.connection.peer);
}

interface StreamPosition {
  readonly dagtagNode: NodeId | undefined;
  readonly dagtag: number;
}

const ANYWHERE: StreamPosition = { dagtagNode: undefined, dagtag: 0 };

/** How far the source must have come in the Primary's stream so that its copy is not older than what we have. */
export function streamPosition(r: Resource, device: PeerDevice): StreamPosition {
  const source = device.connection;
  const primary = followedPrimary(r, source.peer);
  const isShared = primary !== undefined && allowsTwo(source);
  if (!isShared && (source.peerRole === 'Primary' || r.role === 'Primary')) return ANYWHERE;
  if (primary === undefined) return lostPosition(r, device);
  return { dagtagNode: primary.peer, dagtag: Math.max(primary.receivedDagtag, primary.peerDagtag) };
}

/**
 * The Primary is out of sight, but some of our blocks may be newer than the source's, from its stream or as its sync
 * target: the source must have come as far in that Primary's stream. A Primary that stays away for degr-wfc-timeout is not
 * waited for any longer; nor where the stream ended in our generation and the source has a later one: whoever began that one
 * had the whole stream, or has left the rest of it behind for good.
 */
function lostPosition(r: Resource, { connection: source, volume, peerCurrent }: PeerDevice): StreamPosition {
  const { lastPrimary, lastDagtag } = r;
  const { towards, lostStream, current } = volume;
  const waits = (since: number): boolean => r.ports.now() - since < r.options.degrWfcTimeoutMs;
  const isOver =
    lostStream !== undefined && sameGeneration(lostStream, current) && !sameGeneration(peerCurrent, current);
  if (lastPrimary !== undefined && lastPrimary !== source.peer && !isOver && waits(r.lastPrimarySeen)) {
    const given = towards?.given?.node === lastPrimary ? towards.given.dagtag : 0;
    return { dagtagNode: lastPrimary, dagtag: Math.max(lastDagtag, given) };
  }
  const given = towards?.given;
  if (towards === undefined || given === undefined || given.node === source.peer || !waits(towards.lostAt))
    return ANYWHERE;
  return { dagtagNode: given.node, dagtag: given.dagtag };
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
      other.protocol === 'C' &&
      md.slots.get(other.peer)?.generation === NO_GENERATION &&
      deviceOf(other, volume).peerDisk !== 'Inconsistent',
  );
}

/** Have we come as far in that node's stream of writes? `never`: it is not writing to us any more, and we had not. */
export function reached(r: Resource, writer: NodeId, dagtag: number): 'yes' | 'later' | 'never' {
  // It has written nothing; a node without a link to it would never hear that from itself.
  if (dagtag === 0) return 'yes';
  const primary = connectedWith(r, writer);
  if (primary !== undefined && primary.receivedDagtag >= dagtag) return 'yes';
  if (r.lastPrimary === writer && r.lastDagtag >= dagtag) return 'yes';
  return primary?.peerRole === 'Primary' ? 'later' : 'never';
}
