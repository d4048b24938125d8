/**
 * When a write of this node may be answered, and with what: every peer whose protocol asks for it has confirmed, somebody
 * UpToDate holds the data, and (FUA) it is stable there.
 */
import { assert } from '../../../common/assert.ts';
import { EMPTY_MASK, maskHas } from '../../../common/ids.ts';
import { OperationError } from '../../../common/errors.ts';
import { hasDisk } from '../../../common/states.ts';
import { failureOf, holdsCompletions, isFrozen } from '../quorum/suspension.ts';
import { releaseActivity } from '../disk/persistence.ts';
import { type Connection, defer, deviceOf, type Resource, type Volume, type WriteRequest } from '../state.ts';
import { closeEpoch } from './epochs.ts';
import { answerClient } from './zeroing.ts';

export const NO_DATA = new OperationError('NO_UP_TO_DATE_DATA', 'no up-to-date copy of the data can be reached', {
  correction: 'Bring back a node that holds an UpToDate replica, or check its connection.',
});

export function grant(r: Resource, owner: WriteRequest['lock']['owner']): void {
  assert(owner !== undefined, 'a waiting lock has an owner');
  defer(r, { kind: 'granted', owner });
}

export function maybeComplete(r: Resource, request: WriteRequest): void {
  if (request.completed || request.local === 'pending' || request.awaiting !== EMPTY_MASK) return;
  if (isFrozen(r) && request.epoch === r.epoch && r.epochWrites > 0) closeEpoch(r); // so that the peers settle it
  if (holdsCompletions(r)) return;
  if (request.volume.slotBusy > 0 || request.volume.generationBusy) return;
  if (request.fua && !fuaCovered(r, request)) return;
  request.completed = true;
  const failure = failureOf(r) ?? (isStored(r, request) ? undefined : NO_DATA);
  // A dependent write must land in a later epoch on every peer: completing closes the current one.
  if (request.epoch === r.epoch && r.epochWrites > 0) closeEpoch(r);
  releaseLock(r, request);
  request.volume.upperPending -= 1;
  if (failure === undefined) {
    request.volume.unusedPrevious = undefined;
    answerClient(r, request.client, request.cut, OK);
  } else {
    failClient(r, request, failure);
  }
}

/** A copy that a resync will overwrite is none: somebody UpToDate must hold the write. */
function isStored(r: Resource, request: WriteRequest): boolean {
  const { volume } = request;
  if (request.local === 'ok' && volume.disk === 'UpToDate') return true;
  if (request.held === EMPTY_MASK) return false;
  for (const connection of r.connections.values()) {
    if (maskHas(request.held, connection.peer) && deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  }
  return false;
}

export const OK = { ok: true } as const;

/** FUA: stable on the local disk (the write carries the flag) and on every protocol-C peer that holds it. */
function fuaCovered(r: Resource, request: WriteRequest): boolean {
  for (const connection of r.connections.values()) {
    if (!coveredByFlush(request.volume, connection)) continue;
    if (maskHas(request.unstable, connection.peer)) return false;
  }
  return true;
}

/** A flush must reach protocol-C peers; without a local disk it must reach every peer that holds the data. */
export function coveredByFlush(volume: Volume, connection: Connection): boolean {
  return connection.protocol === 'C' || !hasDisk(volume.disk);
}

function releaseLock(r: Resource, request: WriteRequest): void {
  for (const lock of request.volume.locks.release(request.lock)) grant(r, lock.owner);
}

/** A write that never got to admission, or failed there. */
export function endWrite(r: Resource, request: WriteRequest): void {
  request.completed = true;
  request.volume.upperPending -= 1;
  if (request.volume.upperPending === 0) defer(r, { kind: 'reconsider-roles' });
  releaseActivity(r, request);
  releaseLock(r, request);
}

export function failClient(r: Resource, request: WriteRequest, error: OperationError): void {
  answerClient(r, request.client, request.cut, { ok: false, error });
}
