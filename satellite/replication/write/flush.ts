/** Flushes of the clients on this node: the local disk, and the barriers of every write so far on the peers it must cover. */
import type { NodeId } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import { flushVolume } from '../disk/persistence.ts';
import { failureOf, holdsCompletions } from '../quorum/suspension.ts';
import type { ClientRequestId } from '../payload.ts';
import { defer, deviceOf, type FlushRequest, type Resource, type Volume } from '../state.ts';
import { NO_DATA, OK, coveredByFlush } from './completion.ts';
import { closeEpoch, sendEmptyBarrier } from './epochs.ts';

/** Flush: local disk, and the barriers of every write so far on the peers that it must cover. */
export function submitFlush(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (r.epochWrites > 0) closeEpoch(r);
  const flush: FlushRequest = {
    client,
    volume,
    waiting: new Map<NodeId, number>(),
    localPending: false,
    copies: 0,
    failed: false,
  };
  awaitPeers(r, flush);
  r.flushes.add(flush);
  if (hasDisk(volume.disk)) {
    flush.localPending = true;
    flushVolume(r, volume, { kind: 'client-flushed', flush });
  }
  maybeCompleteFlush(r, flush);
}

/** A peer that is waited for already is waited for up to its newest barrier. */
function awaitPeers(r: Resource, flush: FlushRequest): void {
  const { volume } = flush;
  for (const connection of r.connections.values()) {
    if (connection.state !== 'Connected') continue;
    if (!coveredByFlush(volume, connection)) continue;
    if (
      !connection.stable &&
      connection.barriers.length === 0 &&
      deviceOf(connection, volume).peerDisk === 'UpToDate'
    ) {
      sendEmptyBarrier(r, connection);
    }
    const last = connection.barriers.at(-1);
    if (last !== undefined) flush.waiting.set(connection.peer, last.epoch);
    else if (deviceOf(connection, volume).peerDisk === 'UpToDate') flush.copies += 1;
  }
}

export function onClientFlushed(r: Resource, flush: FlushRequest, ok: boolean): void {
  if (!flush.localPending) return;
  flush.localPending = false;
  if (ok) flush.copies += 1;
  else if (!hasDisk(flush.volume.disk)) awaitPeers(r, flush); // those of protocols A and B, too, are all there is now
  maybeCompleteFlush(r, flush);
}

export function maybeCompleteFlush(r: Resource, flush: FlushRequest): void {
  if (flush.localPending || flush.waiting.size > 0 || !r.flushes.has(flush)) return;
  r.flushes.delete(flush);
  if (holdsCompletions(r)) {
    r.held.push({ kind: 'client-flush', id: flush.client, volume: flush.volume.number });
    return;
  }
  if (r.flushes.size === 0) defer(r, { kind: 'reconsider-roles' });
  const failure = failureOf(r) ?? (flush.copies > 0 ? undefined : NO_DATA);
  if (failure === undefined) r.ports.completeClient(flush.client, OK);
  else r.ports.completeClient(flush.client, { ok: false, error: failure });
}
