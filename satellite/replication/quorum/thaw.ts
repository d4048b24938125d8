/**
 * What becomes of requests that were under way when I/O froze (DRBD 9 §2.4). A peer that returns while they wait gets all of
 * them again that it has not confirmed as stable; whoever stays away is settled when I/O goes on: first a generation that
 * it does not have, then the marks, then the completions.
 */
import { OperationError } from '../../../common/errors.ts';
import { isOptimistic, startGeneration } from '../generation/generations.ts';
import type { ClientRequestId } from '../payload.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { type Connection, defer, type PeerDevice, type Resource } from '../state.ts';
import type { VolumeHandshake } from '../wire/frames.ts';
import { dataReachable } from '../write/data-access.ts';
import { completePending, hasUnstable, onPeerLost, resumeAdmission } from '../write/write-path.ts';
import { endWrite, failClient } from '../write/completion.ts';
import { resend } from '../write/sending.ts';
import { closeEpoch } from '../write/epochs.ts';
import { isFrozen, isQuorate, isSuspended, setSuspended, tellSuspension } from './suspension.ts';
import type { ClientInput } from '../events.ts';

const OK = { ok: true } as const;

/** The link to this peer is gone, and nothing may complete: what it owed stays as it is. */
export function keepOwed(r: Resource, connection: Connection): void {
  connection.owed = true;
  connection.epochWrites = 0;
  connection.barriers.length = 0;
  connection.unackedWrites = 0;
  connection.inFlightBytes = 0;
  for (const flush of r.flushes) {
    if (!flush.waiting.has(connection.peer)) continue;
    r.flushes.delete(flush);
    r.held.push({ kind: 'client-flush', id: flush.client, volume: flush.volume.number });
  }
}

/** The peer is connected again, with all that it had confirmed. */
export function resendOwed(r: Resource, connection: Connection): void {
  if (!connection.owed) return;
  connection.owed = false;
  resend(r, connection);
}

/**
 * The peer's disk is of our generation and only held back (Outdated without a link to us, or Consistent after a restart): it
 * becomes UpToDate with this very handshake, and must be sent what is owed, or it would lack that and nobody would know.
 */
export function rejoinsAtOnce(r: Resource, { connection, volume }: PeerDevice, theirs: VolumeHandshake): boolean {
  if (r.role !== 'Primary' || !connection.owed) return false;
  if (theirs.diskState !== 'Consistent' && theirs.diskState !== 'Outdated') return false;
  return volume.disk === 'UpToDate' ? sameGeneration(volume.current, theirs.current) : volume.md === undefined;
}

/** Takes the suspension as far as it gets now; called whenever a state has changed. */
export function advanceSuspension(r: Resource, submit: (input: ClientInput) => void): void {
  if (!isFrozen(r)) {
    if (r.unconfirmed === 0) settleAbsent(r);
    for (const volume of r.volumes.values()) completePending(r, volume);
  }
  endForcedFailures(r);
  answerSuspending(r);
  if (isSuspended(r)) return;
  resumeAdmission(r);
  const again = r.held;
  r.held = [];
  for (const input of again) submit(input);
}

/** Whoever is not here, or is no peer any more. */
function settleAbsent(r: Resource): void {
  for (const connection of [...r.connections.values(), ...r.owedToRemoved.values()])
    if (connection.owed && connection.state !== 'Connected') settleOwed(r, connection);
  r.owedToRemoved.clear();
}

/** A generation that the absent peer lacks begins before anything is completed without it; not on the side without quorum. */
function settleOwed(r: Resource, connection: Connection): void {
  connection.owed = false;
  for (const volume of r.volumes.values()) {
    const hasMoved = r.role === 'Primary' && isQuorate(r) && hasUnstable(r, connection, volume);
    const ownsData = volume.md === undefined || volume.disk === 'UpToDate';
    if (hasMoved && !volume.generationBusy && !isOptimistic(r, volume) && ownsData && dataReachable(r, volume))
      startGeneration(r, volume);
  }
  onPeerLost(r, connection, undefined);
}

/** Everything that waits ends with the error that `failureOf` gives; what the peers may lack is marked. */
export function failWaiting(r: Resource): void {
  settleAbsent(r);
  for (const volume of r.volumes.values()) completePending(r, volume);
}

/** The last client that knew this node as Primary has gone. */
function endForcedFailures(r: Resource): void {
  if (!r.forceIoFailures || r.log.length > 0 || r.held.length > 0) return;
  for (const volume of r.volumes.values()) if (volume.openReadWrite > 0) return;
  r.forceIoFailures = false;
  tellSuspension(r);
}

// ---- by command

/** New requests wait at once; answered when nothing is in flight any more, neither here nor on the peers. */
export function suspendIo(r: Resource, client: ClientRequestId): void {
  r.suspending.push(client);
  setSuspended(r, ['user', ...r.suspended.filter((reason) => reason !== 'user')]);
  defer(r, { kind: 'reconsider-roles' });
}

/**
 * Ends what suspend-io began. Where nobody did, it lets go what fencing has frozen: the administrator answers for the peers that
 * are away. (DRBD does both at once: the end of a snapshot would let writes through that a peer may never get.)
 */
export function resumeIo(r: Resource, client: ClientRequestId): void {
  if (!r.suspended.includes('user'))
    for (const connection of r.connections.values()) connection.waived = connection.state !== 'Connected';
  setSuspended(
    r,
    r.suspended.filter((reason) => reason !== 'user'),
  );
  const error = new OperationError(
    'IN_TRANSITION',
    'I/O was resumed before everything that was in flight had settled',
    {
      correction: 'Whatever was to happen while I/O was suspended must not be relied upon: suspend it again.',
    },
  );
  for (const waiting of r.suspending.splice(0)) r.ports.completeClient(waiting, { ok: false, error });
  r.ports.completeClient(client, OK);
  defer(r, { kind: 'reconsider-roles' });
}

/** A clean end while I/O is suspended by command: what has not begun is not written into whatever that command was for. */
export function failStalled(r: Resource): void {
  const error = new OperationError('IN_TRANSITION', 'the resource is being stopped while I/O is suspended');
  for (const request of r.stalledAdmission.splice(0)) {
    endWrite(r, request);
    failClient(r, request, error);
  }
  for (const { id } of r.held.splice(0)) r.ports.completeClient(id, { ok: false, error });
}

function answerSuspending(r: Resource): void {
  if (r.suspending.length === 0) return;
  if (r.log.length > 0 || r.flushes.size > 0) {
    if (r.epochWrites > 0) closeEpoch(r);
    return;
  }
  for (const client of r.suspending.splice(0)) r.ports.completeClient(client, OK);
}
