/**
 * Suspended I/O: requests of clients wait instead of failing (DRBD 9 §1.5). Each reason stands for itself; I/O runs while
 * there is none. `user` lets what is in flight complete; the others hold completions, too: what they would say may be untrue.
 */
import { OperationError } from '../../../common/errors.ts';
import { defer, type Resource, type Volume } from '../state.ts';
import { dataReachable } from '../write/data-access.ts';
import { allowsTwo, hasRival } from '../two-primaries/allowed.ts';
import type { SuspensionReason } from './reasons.ts';

const NO_QUORUM = new OperationError('NO_QUORUM', 'this node is not in the partition that has quorum', {
  cause: 'too few nodes with a replica are connected, or a tie-breaker is missing',
  correction: 'Check the connections of this node: it goes on by itself when enough nodes are connected again.',
});

const OVERTAKEN = new OperationError('FORCED_SECONDARY', 'this node had to step down while it was in use', {
  cause: 'it had no quorum, and the others have gone on with newer data',
  correction: 'Close the volume everywhere on this node, then open it where the Primary is or promote this node anew.',
});

export const isSuspended = (r: Resource): boolean => r.suspended.length > 0;

/** Nothing that is in flight may be answered. */
export const isFrozen = (r: Resource): boolean =>
  r.suspended.some((reason) => reason === 'quorum' || reason === 'no-data' || reason === 'fencing');

/** Completions wait for quorum or data, or for the others to confirm the generation that they are made in. */
export const holdsCompletions = (r: Resource): boolean => r.unconfirmed > 0 || isFrozen(r);

export const enforcesQuorum = (r: Resource): boolean => r.options.quorum !== 'off';

export const hasQuorum = (r: Resource, volume: Volume): boolean => !enforcesQuorum(r) || volume.quorum.have;

export function isQuorate(r: Resource): boolean {
  for (const volume of r.volumes.values()) if (!hasQuorum(r, volume)) return false;
  return true;
}

/** Why every request fails now; undefined: they do not. */
export function failureOf(r: Resource): OperationError | undefined {
  if (r.forceIoFailures) return OVERTAKEN;
  return r.role === 'Primary' && r.options.onNoQuorum === 'io-error' && !isQuorate(r) ? NO_QUORUM : undefined;
}

/** Replaces the reasons, and tells. */
export function setSuspended(r: Resource, reasons: readonly SuspensionReason[]): void {
  if (reasons.length === r.suspended.length && reasons.every((reason, i) => r.suspended[i] === reason)) return;
  r.suspended = reasons;
  tellSuspension(r);
  defer(r, { kind: 'reconsider-roles' });
}

export function tellSuspension(r: Resource): void {
  r.ports.notify({ kind: 'suspended', reasons: r.suspended, forceIoFailures: r.forceIoFailures });
}

/**
 * Completions wait until every connected peer has seen what this Primary says next of itself (STATE; a peer with a disk has
 * made the generation durable by then). A Primary that loses a peer has to be sure that the rest still holds with it, and
 * will hold the generation without that peer against anybody who comes with the one before (DRBD 9 §2.5, §2.8 rule 2).
 */
export function requireConfirmation(r: Resource): void {
  if ((!enforcesQuorum(r) && !hasRival(r)) || r.role !== 'Primary') return;
  r.unconfirmed = r.stateSequence + 1;
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
}

export function checkConfirmation(r: Resource): void {
  if (r.unconfirmed === 0) return;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected' || connection.peerSeen >= r.unconfirmed) continue;
    // Without quorum only another Primary is waited for: what it reads must not come from whom this one has left behind.
    if (enforcesQuorum(r) || (connection.peerRole === 'Primary' && allowsTwo(connection))) return;
  }
  r.unconfirmed = 0;
  // A diskless Primary may be the tie-breaker of the next one: it votes for what its peers have made durable.
  for (const volume of r.volumes.values())
    if (r.role === 'Primary' && dataReachable(r, volume)) volume.quorum.claimed = volume.current;
  defer(r, { kind: 'reconsider-roles' });
}
