/** Who is Primary on this side of a link, as far as this node knows: what both ends tell each other before they connect. */
import { maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import { primaryNeighbours } from '../roles/primaries.ts';
import type { Resource } from '../state.ts';

/** All Primaries on this side of a link to `except`, as far as this node knows, and those that it has agreed to. */
export function primariesHere(r: Resource, except: NodeId | undefined): PeerMask {
  let mask = primaryNeighbours(r, except) | r.changes.farPrimaries;
  for (const connection of r.connections.values())
    if (connection.peer !== except && connection.state === 'Connected') mask |= connection.peerPrimaryNeighbours;
  const { joined } = r.changes;
  let all = (mask >>> 0) as PeerMask;
  if (joined?.change.kind === 'promote') all = maskWith(all, joined.initiator);
  if (r.role === 'Primary' || isAboutTo(r)) all = maskWith(all, r.node);
  return except === undefined ? all : maskWithout(all, except);
}

const isAboutTo = ({ roleRequest }: Resource): boolean =>
  roleRequest?.kind === 'promote' &&
  (roleRequest.proposal?.state === 'preparing' || roleRequest.proposal?.state === 'agreed');
