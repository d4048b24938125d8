/** Who may become Primary where quorum is enforced, seen from the candidate and from the nodes that it asks. */
import { OperationError } from '../../../common/errors.ts';
import { type Generation, maskHas, maskOf, maskWithout, type PeerMask } from '../../../common/ids.ts';
import { hasDisk, type Role } from '../../../common/states.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { followedPrimaries } from '../roles/primaries.ts';
import { allowsTwo, mayServeBoth, writesToServersOnly } from '../two-primaries/allowed.ts';
import { type Connection, deviceOf, type Resource, type Volume } from '../state.ts';
import { enforcesQuorum, hasQuorum } from './suspension.ts';

interface PeerClaim {
  readonly role: Role;
  readonly primaryNeighbours: PeerMask;
}

/** Why this node may not become Primary as far as quorum goes; undefined: it may. */
export function quorumObstacle(r: Resource): OperationError | undefined {
  if (r.forceIoFailures)
    return new OperationError('FORCED_SECONDARY', 'clients from before this node had to step down are still there', {
      correction: 'Close the volume everywhere on this node first.',
    });
  for (const volume of r.volumes.values()) {
    if (hasQuorum(r, volume)) continue;
    return new OperationError('NO_QUORUM', `volume ${volume.number} has no quorum on this node`, {
      cause: 'too few nodes with a replica are connected, or a tie-breaker is missing',
      correction: 'Connect more nodes. If they are gone for ever, promote with --force: they then count as outdated.',
    });
  }
  return undefined;
}

/** Forced promotion: whoever is away counts as outdated (DRBD 9 §6.1). */
export function declareAbsentOutdated(r: Resource): void {
  if (!enforcesQuorum(r)) return;
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' || !connection.config.diskful) continue;
    for (const device of connection.devices.values()) device.peerOutdated = true;
  }
}

/**
 * Two quorate sets have a node in common, and that one votes: not while it follows another Primary or knows of one, and not
 * for data that is older than what a Primary has shown it. A tie-breaker has nothing but this memory.
 */
export function votesFor(r: Resource, candidate: Connection): boolean {
  if (!enforcesQuorum(r)) return true;
  if (followedPrimaries(r, candidate.peer).some((each) => !mayServeBoth(r, each, candidate.peer))) return false;
  for (const connection of r.connections.values()) {
    if (connection === candidate || connection.state !== 'Connected') continue;
    const others = maskWithout(maskWithout(connection.peerPrimaryNeighbours, candidate.peer), r.node);
    if ((others & ~candidate.peerPrimaryNeighbours & ~diskless(r)) !== 0) return false;
  }
  for (const volume of r.volumes.values()) if (isBehindClaim(candidate, volume)) return false;
  return true;
}

function isBehindClaim(candidate: Connection, volume: Volume): boolean {
  const { claimed } = volume.quorum;
  if (claimed === NO_GENERATION || volume.config.diskful) return false;
  const { peerDisk, peerCurrent } = deviceOf(candidate, volume);
  return hasDisk(peerDisk) && !sameGeneration(peerCurrent, claimed);
}

/** Partitions that have a Primary each are not joined by a node in between: one of the two has to step down first. */
export function servesAnother(r: Resource, connection: Connection, peer: PeerClaim): boolean {
  if (!enforcesQuorum(r)) return false;
  if (r.role === 'Primary') return (maskWithout(peer.primaryNeighbours, r.node) & ~besideOwn(r)) !== 0;
  if (peer.role !== 'Primary') return false;
  const { joined } = r.changes;
  const isPromised = joined?.change.kind === 'promote' && joined.initiator !== connection.peer;
  if (isPromised) return true;
  return followedPrimaries(r, connection.peer).some(
    (each) => !maskHas(peer.primaryNeighbours, each.peer) && !mayServeBoth(r, each, connection.peer),
  );
}

/** Primaries that this one stands beside. */
function besideOwn(r: Resource): number {
  let mask = diskless(r);
  for (const each of followedPrimaries(r, r.node)) if (allowsTwo(each)) mask |= maskOf(each.peer);
  return mask;
}

/** Two of these may be Primary with servers between them. */
function diskless(r: Resource): number {
  let mask = 0;
  if (r.role === 'Primary' && !writesToServersOnly(r)) return mask;
  for (const each of r.connections.values()) if (!each.config.diskful && allowsTwo(each)) mask |= maskOf(each.peer);
  return mask;
}

/** What a peer tells of its data, before it is believed. A holder of the claimed generation that moves on takes it along. */
export function noteClaim(r: Resource, connection: Connection, volume: Volume, told: Generation): void {
  if (told === NO_GENERATION) return;
  const { quorum } = volume;
  const before = deviceOf(connection, volume).peerCurrent;
  const isNext = quorum.claimed !== NO_GENERATION && sameGeneration(before, quorum.claimed);
  // A Primary that was left behind may still be one: while the claimed data are in sight, only a step from there counts.
  const isNews = connection.peerRole === 'Primary' && !isClaimInSight(r, volume);
  if (r.role === 'Secondary' && (isNext || isNews)) quorum.claimed = told;
}

function isClaimInSight(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    const { peerDisk, peerCurrent } = deviceOf(connection, volume);
    if (connection.state !== 'Connected' || peerDisk !== 'UpToDate') continue;
    if (sameGeneration(peerCurrent, volume.quorum.claimed)) return true;
  }
  return false;
}

/** A peer whose history has the claimed generation is ahead of it. */
export function noteDescent(volume: Volume, current: Generation, history: readonly Generation[]): void {
  const { quorum } = volume;
  if (quorum.claimed === NO_GENERATION || current === NO_GENERATION) return;
  if (history.some((old) => sameGeneration(old, quorum.claimed))) quorum.claimed = current;
}
