/**
 * A link that may join two parts of the cluster is a change that all of both agree on before it stands (DRBD 9 §1.6, connect).
 *
 *   verdicts mirror each other → ready ──PREPARE to all, over the new link as well──→ all YES ──COMMIT──→ Connected, on both ends
 *                                  ↑ RETRY, twopc-timeout: back off                    │ NO, two Primaries, own state changed
 *                                  └───────────────────────────────────────────────────┴──→ the link ends and is tried again
 *
 * The end with fewer neighbours begins, of two equal ones the lower id: one that comes back alone has its links follow one
 * another in its own queue. Until COMMIT the link carries frames of this change only. Nobody has to be asked where nothing can
 * be joined (decision 0100): a Secondary that has no other link, and two ends that have a neighbour in common.
 */
import { EMPTY_MASK, maskWith, maskWithout, type NodeId, type PeerMask } from '../../../common/ids.ts';
import type { Role } from '../../../common/states.ts';
import { propose, withdraw } from '../cluster-change/coordinator.ts';
import { onNeighbourLost } from '../cluster-change/participant.ts';
import { neighbours } from '../cluster-change/tally.ts';
import { timer } from '../link/ping.ts';
import { popcount } from '../metadata/bitmap-words.ts';
import type { Connection, Resource } from '../state.ts';
import { primariesHere } from './partitions.ts';
import type { Handshaking } from './progress.ts';

/** What one end has told of its part of the cluster. */
interface Side {
  readonly node: NodeId;
  readonly role: Role;
  readonly neighbours: PeerMask;
  readonly primaries: PeerMask;
}

/** It is its whole part, and nobody there is Primary. */
const isLone = ({ role, neighbours: near, primaries }: Side): boolean =>
  near === EMPTY_MASK && role === 'Secondary' && primaries === EMPTY_MASK;

/** Both ends come to the same answer: it follows from what they have told each other. */
export function needsAgreement(self: NodeId, peer: NodeId, handshake: Handshaking): boolean {
  const sides = sidesOf(self, peer, handshake);
  if (sides === undefined) return false;
  const [own, theirs] = sides;
  return !isLone(own) && !isLone(theirs) && (own.neighbours & theirs.neighbours) === 0;
}

function sidesOf(self: NodeId, peer: NodeId, handshake: Handshaking): readonly [Side, Side] | undefined {
  const { received, sentRole, sentNeighbours, sentPrimaries } = handshake;
  if (received === undefined) return undefined;
  return [
    { node: self, role: sentRole, neighbours: sentNeighbours, primaries: maskWithout(sentPrimaries, self) },
    { node: peer, role: received.role, neighbours: received.neighbours, primaries: received.primaryNeighbours },
  ];
}

function initiatorOf([own, theirs]: readonly [Side, Side]): NodeId {
  const difference = popcount(own.neighbours) - popcount(theirs.neighbours);
  const isOwn = difference === 0 ? own.node < theirs.node : difference < 0;
  return isOwn ? own.node : theirs.node;
}

export function awaitAgreement(r: Resource, connection: Connection, handshake: Handshaking): void {
  const { peer } = connection;
  const sides = sidesOf(r.node, peer, handshake);
  if (sides === undefined) return;
  handshake.ready = true;
  r.ports.setTimer(timer('handshake', connection), connection.options.timeoutMs);
  if (initiatorOf(sides) === r.node) propose(r, { kind: 'connect', peer });
}

/** Nobody was asked, for a reason that was told: does it hold still? Other links may have come and gone since. */
export function isStillExempt(r: Resource, peer: NodeId, handshake: Handshaking): boolean {
  const { sentNeighbours, received } = handshake;
  if (received === undefined) return false;
  const now = neighbours(r);
  const common = sentNeighbours & received.neighbours;
  if (common !== 0) return (now & common) !== 0;
  // A lone peer that joins several parts at once relies on what each of them has told, promotions under way included.
  if (sentNeighbours !== EMPTY_MASK) return (primariesHere(r, peer) & ~handshake.sentPrimaries) === 0;
  if (now === EMPTY_MASK) return true;
  // It has found others meanwhile: they and the peer's part may have a Primary each. The same one is no other.
  const { role, primaryNeighbours } = received;
  return primariesHere(r, undefined) === (role === 'Primary' ? maskWith(primaryNeighbours, peer) : primaryNeighbours);
}

/** The link ends before it stood: nobody is asked about it any longer, and what it carried of a change is lost. */
export function endAgreement(r: Resource, connection: Connection): void {
  const { handshake, peer } = connection;
  if (handshake?.ready !== true) return;
  handshake.ready = false;
  connection.pingOutstanding = false;
  r.ports.cancelTimer(timer('ping-timeout', connection));
  for (const proposal of [...r.changes.proposals])
    if (proposal.change.kind === 'connect' && proposal.change.peer === peer) withdraw(r, proposal);
  onNeighbourLost(r, connection);
}
