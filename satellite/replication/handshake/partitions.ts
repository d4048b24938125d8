/**
 * May two parts of the cluster become one by this link? Not if each of them has a Primary, on whatever node (DRBD 9 §1.6,
 * connect). Each end tells all Primaries of its part that it knows of, those that are just being agreed on included; what has
 * come since it told voids the attempt. A PREPARE that passes this end later finds the link, on both ends or on none: a frame
 * of a change that meets an end which has not committed yet ends the link (dispatch.ts).
 */
import { EMPTY_MASK, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { servesAnother } from '../quorum/election.ts';
import { primaryNeighbours } from '../roles/primaries.ts';
import type { Connection, Resource } from '../state.ts';
import type { DataFrame } from '../wire/frames.ts';

/** All Primaries on this side of a link to `except`, as far as this node knows, and those that it has agreed to. */
export function primariesHere(r: Resource, except: NodeId): PeerMask {
  let mask = primaryNeighbours(r, except) | r.changes.farPrimaries;
  for (const connection of r.connections.values())
    if (connection.peer !== except && connection.state === 'Connected') mask |= connection.peerPrimaryNeighbours;
  const { joined } = r.changes;
  let all = (mask >>> 0) as PeerMask;
  if (joined?.change.kind === 'promote') all = maskWith(all, joined.initiator);
  if (r.role === 'Primary' || isAboutTo(r)) all = maskWith(all, r.node);
  return maskWithout(all, except);
}

const isAboutTo = ({ roleRequest }: Resource): boolean =>
  roleRequest?.kind === 'promote' &&
  (roleRequest.proposal?.state === 'preparing' || roleRequest.proposal?.state === 'agreed');

export function joinsPrimaries(
  r: Resource,
  connection: Connection,
  sent: PeerMask,
  received: Extract<DataFrame, { type: 'PROTOCOL' }>,
): boolean {
  const { peer } = connection;
  // Two may be Primary at once: whether these two may is judged where they are asked (soft-check.ts, verdict.ts).
  if (connection.options.allowTwoPrimaries) return servesAnother(r, connection, received);
  const here = primariesHere(r, peer);
  if ((here & ~sent) !== 0) return true;
  const near = maskWithout(received.primaryNeighbours, r.node);
  const there = received.role === 'Primary' ? maskWith(near, peer) : near;
  if (here !== EMPTY_MASK && there !== EMPTY_MASK && (here & there) === 0) return true;
  return servesAnother(r, connection, received);
}
