/** What a node answers about itself, and how the answers of many become one. */
import { EMPTY_MASK, maskHas, maskOf, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import { bytes } from '../../../common/units.ts';
import { isQuorate } from '../quorum/suspension.ts';
import { roomOf } from '../sizes/objection.ts';
import { type Connection, deviceOf, type Resource } from '../state.ts';
import type { ClusterChange, Tally } from '../wire/two-phase-frames.ts';

export const union = (a: PeerMask, b: PeerMask): PeerMask => ((a | b) >>> 0) as PeerMask;
export const without = (a: PeerMask, b: PeerMask): PeerMask => ((a & ~b) >>> 0) as PeerMask;

export const NOTHING: Tally = {
  reachable: EMPTY_MASK,
  primaries: EMPTY_MASK,
  diskfulPrimaries: EMPTY_MASK,
  weak: EMPTY_MASK,
  maxSizeBytes: bytes(0),
};

/** Nodes at the other end of a link that stands. */
export function neighbours(r: Resource): PeerMask {
  let mask = EMPTY_MASK;
  for (const connection of r.connections.values())
    if (connection.state === 'Connected') mask = maskWith(mask, connection.peer);
  return mask;
}

/** Whoever is named to a node, in a handshake or a commit, and is no peer of it is known to exist from then on. */
export function noteBeyond(r: Resource, named: PeerMask): void {
  r.changes.beyond = union(r.changes.beyond, without(named, configured(r)));
}

/** There are nodes that this one has no link to by its configuration: what its own links show is not the whole cluster. */
export const seesBeyond = (r: Resource): boolean => without(r.changes.beyond, configured(r)) !== EMPTY_MASK;

function configured(r: Resource): PeerMask {
  let mask = maskOf(r.node);
  for (const peer of r.connections.keys()) mask = maskWith(mask, peer);
  return mask;
}

/** A link that stands, or one that the cluster is just being asked about. */
export const carriesChanges = ({ link, state, handshake }: Connection): boolean =>
  link !== undefined && (state === 'Connected' || handshake?.ready === true);

/** Whom the initiator asks itself: its neighbours, and the other end of a link that is to be. */
export function asksItself(r: Resource, change: ClusterChange): PeerMask {
  const now = neighbours(r);
  if (change.kind !== 'connect') return now;
  const connection = r.connections.get(change.peer);
  return connection !== undefined && carriesChanges(connection) ? maskWith(now, change.peer) : now;
}

/** As `neighbours`, once the change has happened. */
export function neighboursAfter(r: Resource, change: ClusterChange, initiator: NodeId): PeerMask {
  const now = neighbours(r);
  if (change.kind === 'connect') {
    if (initiator === r.node) return maskWith(now, change.peer);
    return change.peer === r.node ? maskWith(now, initiator) : now;
  }
  if (change.kind !== 'disconnect') return now;
  if (initiator === r.node) return maskWithout(now, change.peer);
  return change.peer === r.node ? maskWithout(now, initiator) : now;
}

/**
 * A Primary that reaches UpToDate data of every volume, itself or on one of `around`: only such a one leaves others behind. Not
 * without quorum: others may have gone on without it, and they are not to be Outdated for one that has to give way. When it has
 * quorum again it looks around (quorum/assess.ts); whoever is left behind then is too few to be promoted with quorum.
 */
const isCapable = (r: Resource, around: PeerMask): boolean =>
  isQuorate(r) &&
  [...r.volumes.values()].every(
    (volume) =>
      volume.disk === 'UpToDate' ||
      [...r.connections.values()].some(
        (each) => maskHas(around, each.peer) && deviceOf(each, volume).peerDisk === 'UpToDate',
      ),
  );

export function ownTally(r: Resource, change: ClusterChange, initiator: NodeId): Tally {
  const self = maskOf(r.node);
  const isInitiator = initiator === r.node;
  const isPrimary = r.role === 'Primary' || (isInitiator && change.kind === 'promote');
  const counts = isPrimary && !(isInitiator && change.kind === 'demote');
  const around = union(self, neighboursAfter(r, change, initiator));
  const hasDisks = [...r.volumes.values()].some((volume) => hasDisk(volume.disk));
  return {
    reachable: self,
    primaries: counts ? self : EMPTY_MASK,
    diskfulPrimaries: counts && hasDisks ? self : EMPTY_MASK,
    weak: counts && isCapable(r, around) ? without((0xffff_ffff >>> 0) as PeerMask, around) : EMPTY_MASK,
    maxSizeBytes: change.kind === 'resize' ? roomOf(r, change) : bytes(0),
  };
}

export function merge(a: Tally, b: Tally): Tally {
  const [low, high] = a.maxSizeBytes < b.maxSizeBytes ? [a, b] : [b, a];
  return {
    reachable: union(a.reachable, b.reachable),
    primaries: union(a.primaries, b.primaries),
    diskfulPrimaries: union(a.diskfulPrimaries, b.diskfulPrimaries),
    weak: union(a.weak, b.weak),
    maxSizeBytes: low.maxSizeBytes === 0 ? high.maxSizeBytes : low.maxSizeBytes,
  };
}
