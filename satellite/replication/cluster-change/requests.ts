/**
 * What administrators ask for that the whole cluster has to agree on, and what its owner does once it has. Stands above the
 * parts that a change touches.
 */
import { unreachable } from '../../../common/assert.ts';
import { EMPTY_MASK } from '../../../common/ids.ts';
import { diskAtLeast } from '../../../common/states.ts';
import { attach } from '../disk/attachment.ts';
import type { DiskImage } from '../disk/transit.ts';
import { detach } from '../disk/detachment.ts';
import { isFencing } from '../fencing/policy.ts';
import { stopConnecting } from '../link/link.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Connection, defer, type Resource, type Volume } from '../state.ts';
import { advanceConnect } from './connects.ts';
import { commitChange, propose, withdraw } from './coordinator.ts';
import { advanceResize } from '../sizes/requests.ts';
import { objectionError } from './objection-error.ts';
import { reliesOnOutdated } from './outcome.ts';
import type { Proposal } from './progress.ts';
import { neighbours } from './tally.ts';

const OK = { ok: true } as const;
/** Attempts to agree on what needs no permission, before it goes on alone. */
const TRIES_ALONE = 2;
const DISCONNECTED = 'disconnected by an administrator';

/** A link that stands is ended in one step with what follows for the node that leaves; a broken one only stops trying. */
export function requestDisconnect(r: Resource, client: ClientRequestId, connection: Connection): void {
  if (connection.state === 'Connected' && !r.down) propose(r, { kind: 'disconnect', peer: connection.peer }, client);
  else disconnectAlone(r, client, connection);
}

function disconnectAlone(r: Resource, client: ClientRequestId | undefined, connection: Connection): void {
  stopConnecting(r, connection, DISCONNECTED);
  if (client !== undefined) r.ports.completeClient(client, OK);
}

/** A clean end, where others rely on the leaver being Outdated, is a disconnect of each link. @returns true while one is under way. */
export function isLeaving(r: Resource): boolean {
  let waits = false;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || !reliesOnOutdated(r, connection.peer)) continue;
    const known = r.changes.proposals.some(
      ({ change }) => change.kind === 'disconnect' && change.peer === connection.peer,
    );
    if (!known) propose(r, { kind: 'disconnect', peer: connection.peer });
    waits = true;
  }
  return waits;
}

/** The administrator has changed his mind: a disconnect that is not agreed on yet must not come after the connect. */
export function cancelDisconnect(r: Resource, connection: Connection): void {
  const client = connection.parting?.client;
  connection.parting = undefined;
  if (client !== undefined) r.ports.completeClient(client, { ok: false, error: objectionError(undefined) });
  for (const proposal of [...r.changes.proposals]) {
    if (proposal.change.kind !== 'disconnect' || proposal.change.peer !== connection.peer) continue;
    withdraw(r, proposal);
    if (proposal.client !== undefined)
      r.ports.completeClient(proposal.client, { ok: false, error: objectionError(undefined) });
  }
}

/** A disk that is taken away by force is gone as if it had failed: nobody is asked. */
export function requestDetach(r: Resource, client: ClientRequestId, volume: Volume, force: boolean): void {
  if (volume.md === undefined || force) detach(r, client, volume, force);
  else propose(r, { kind: 'detach', volume: volume.number }, client);
}

/**
 * Connected nodes agree first: nobody is promoted, connects or lets a disk go at that moment. The directions of the resyncs are
 * agreed on by the negotiation that follows, which may be refused (as in DRBD, where the change is Attaching → Negotiating).
 */
export function requestAttach(r: Resource, client: ClientRequestId, volume: Volume, image: DiskImage): void {
  if (neighbours(r) === EMPTY_MASK) return attach(r, client, volume, image);
  r.changes.attaching.set(propose(r, { kind: 'attach', volume: volume.number }, client), image);
}

/** All have agreed, somebody has objected, or an attempt has failed. */
export function onChangeDecided(r: Resource, proposal: Proposal): void {
  if (proposal.state === 'withdrawn' || proposal.state === 'done') return;
  const { change } = proposal;
  switch (change.kind) {
    case 'promote':
    case 'demote':
      defer(r, { kind: 'reconsider-roles' });
      return;
    case 'empty':
      if (proposal.state === 'agreed') commitChange(r, proposal);
      else if (proposal.state === 'refused') withdraw(r, proposal);
      return;
    case 'disconnect':
      return advanceDisconnect(r, proposal, r.connections.get(change.peer));
    case 'detach':
      return advanceDetach(r, proposal, r.volumes.get(change.volume));
    case 'attach':
      return advanceAttach(r, proposal, r.volumes.get(change.volume));
    case 'resize':
      return advanceResize(r, proposal, change);
    case 'connect':
      return advanceConnect(r, proposal, r.connections.get(change.peer));
    default:
      return unreachable(change);
  }
}

/** Nobody could have an objection: who is not asked in time learns it by the end of the link. */
const goesOnAlone = (r: Resource, proposal: Proposal): boolean =>
  proposal.state === 'refused' ||
  proposal.tries >= TRIES_ALONE ||
  r.ports.now() >= proposal.since + r.options.twopcTimeoutMs;

function advanceDisconnect(r: Resource, proposal: Proposal, connection: Connection | undefined): void {
  const isUp = connection?.state === 'Connected';
  if (proposal.state === 'agreed' && isUp) {
    // Whether the other end still hears of it is not known here: what it is afterwards is not assumed. It outdates itself.
    commitChange(r, proposal);
    if (r.role !== 'Primary' || !isFencing(connection)) return disconnectAlone(r, proposal.client, connection);
    // With fencing it is waited for: the node is not to be fenced for having been told to go.
    connection.parting = { client: proposal.client };
    defer(r, { kind: 'reconsider-roles' });
    return;
  }
  // A link that has broken meanwhile leaves the other side as it is: nobody there has agreed to be Outdated.
  if (isUp && !goesOnAlone(r, proposal)) return;
  withdraw(r, proposal);
  if (connection !== undefined) disconnectAlone(r, proposal.client, connection);
  else if (proposal.client !== undefined) r.ports.completeClient(proposal.client, OK);
}

/** The link ends when the peer says that it is Outdated; one that breaks meanwhile leaves nobody any wiser. */
export function advanceParting(r: Resource): void {
  for (const connection of r.connections.values()) {
    const { parting } = connection;
    if (parting === undefined) continue;
    const devices = [...connection.devices.values()];
    const waits =
      connection.state === 'Connected' && devices.some(({ peerDisk }) => diskAtLeast(peerDisk, 'Consistent'));
    if (waits && !r.down) continue;
    connection.parting = undefined;
    disconnectAlone(r, parting.client, connection);
  }
}

function advanceDetach(r: Resource, proposal: Proposal, volume: Volume | undefined): void {
  const { client } = proposal;
  if (client === undefined) return;
  if (proposal.state === 'agreed' && volume !== undefined) {
    commitChange(r, proposal);
    detach(r, client, volume, false);
    return;
  }
  if (volume !== undefined && !goesOnAlone(r, proposal)) return;
  withdraw(r, proposal);
  r.ports.completeClient(client, { ok: false, error: objectionError(proposal.objection) });
}

function advanceAttach(r: Resource, proposal: Proposal, volume: Volume | undefined): void {
  const image = r.changes.attaching.get(proposal);
  if (proposal.client === undefined || image === undefined) return;
  if (proposal.state !== 'agreed' && volume !== undefined && !goesOnAlone(r, proposal)) return;
  if (proposal.state === 'agreed') commitChange(r, proposal);
  else withdraw(r, proposal);
  r.changes.attaching.delete(proposal);
  if (volume !== undefined) attach(r, proposal.client, volume, image);
  else r.ports.completeClient(proposal.client, { ok: false, error: objectionError('no-such-volume') });
}

/** The resource stops: whoever still waits for an agreement is answered. */
export function abandonRequests(r: Resource): void {
  for (const proposal of [...r.changes.proposals]) {
    withdraw(r, proposal);
    r.changes.attaching.delete(proposal);
    if (proposal.client !== undefined)
      r.ports.completeClient(proposal.client, { ok: false, error: objectionError('being-stopped') });
  }
  r.changes.farPrimaries = EMPTY_MASK;
}
