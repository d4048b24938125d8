/**
 * The end of an attachment: on request, or because the disk failed. A disk that failed once is not asked again. Everything
 * under way on it ends as failed; the links stay up, and the peers hear of it on the control stream before any answer that
 * would no longer be true (DISK_FAILED), so that whoever writes marks what had not been confirmed as stable.
 */
import { OperationError } from '../../../common/errors.ts';
import { hasDisk } from '../../../common/states.ts';
import { assessQuorum } from '../quorum/assess.ts';
import { exposePeers, generationBecomesDue, rotateForLostDisk } from '../generation/generations.ts';
import { abandonSource, onSourceRead } from '../resync/source.ts';
import { releaseUserPause } from '../resync/suspension.ts';
import { abandonTarget, onResyncWritten } from '../resync/target.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Attached, defer, deviceOf, type Io, type Resource, type Volume, type Work } from '../state.ts';
import { bytes } from '../../../common/units.ts';
import { giveUpRelayout } from '../sizes/relayout.ts';
import { setDisk, setReplication } from '../transitions.ts';
import { onVerifyRead } from '../verify/responder.ts';
import { onClientFlushed } from '../write/flush.ts';
import { endPeerWrite } from '../write/peer-writes.ts';
import { onLocalReadDone, onPeerReadDone } from '../write/reads.ts';
import { dataReachable } from '../write/data-access.ts';
import { onLocalDiskLost, onLocalWriteDone } from '../write/write-path.ts';
import { leaveLastWord } from './last-word.ts';
import { endQuiesce } from './quiesce.ts';

/** Failed → peers told → Diskless, the links stay. */
export function giveUp(r: Resource, volume: Volume, reason: string): void {
  if (volume.md === undefined) return;
  const { disk, md } = volume;
  leaveLastWord(r, volume, md);
  setDisk(r, volume, 'Failed', reason);
  end(r, volume, md, hasDisk(disk), disk === 'UpToDate', reason);
}

/** As it is, at once: what is under way on it fails. */
export function dropDisk(r: Resource, volume: Volume, reason: string): void {
  if (volume.md === undefined) return;
  end(r, volume, volume.md, hasDisk(volume.disk), volume.disk === 'UpToDate', reason);
}

function end(
  r: Resource,
  volume: Volume,
  md: Attached,
  wasAttached: boolean,
  wasUpToDate: boolean,
  reason: string,
): void {
  if (wasAttached || volume.negotiation !== undefined) tellPeers(r, volume);
  if (volume.negotiation !== undefined) failAttach(r, volume.negotiation.client, volume);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    abandonTarget(r, device);
    abandonSource(r, device);
    releaseUserPause(r, device);
    device.coversLoss = false; // the marks go with the disk
    if (device.replication !== 'Off') setReplication(r, device, 'Established');
  }
  // How far this node got in a Primary's stream was about its disks.
  r.lastPrimary = undefined;
  r.lastDagtag = 0;
  volume.md = undefined;
  volume.attachment += 1;
  volume.syncing = false;
  volume.adopting = false;
  volume.crashFlagBusy = false;
  volume.negotiation = undefined;
  giveUpRelayout(r, volume);
  volume.capacityBytes = bytes(0);
  setDisk(r, volume, 'Diskless', reason);
  assessQuorum(r);
  if (volume.leaving !== undefined) {
    if (volume.retiring === volume.leaving.client) volume.config = { ...volume.config, diskful: false };
    volume.retiring = undefined;
    r.ports.completeClient(volume.leaving.client, { ok: true });
    volume.leaving = undefined;
    if (r.role === 'Primary') exposePeers(r, volume);
  } else if (wasAttached) moveOn(r, volume, wasUpToDate);
  else if (r.role === 'Primary' && volume.issued.length > 0) exposePeers(r, volume);
  endOperations(r, volume, md);
  defer(r, { kind: 'resume-handshakes' });
  endQuiesce(r, volume);
  for (const write of [...md.logWaiting, ...md.logFull]) {
    write.activity = undefined;
    defer(r, { kind: 'granted', owner: write });
  }
}

/** Says which disk this is about and which of our STATE frames are older than that. */
export function tellPeers(r: Resource, volume: Volume): void {
  for (const { peer, link, state } of r.connections.values()) {
    if (state !== 'Connected' || link === undefined) continue;
    const frame = { type: 'DISK_FAILED', volume: volume.number, sequence: r.stateSequence } as const;
    r.ports.send(peer, link, 'control', frame);
  }
}

/**
 * A Primary goes on with the data of its peers, which is another generation from now on: whatever this disk is when it
 * returns, it is recognised as older (DRBD §3.3).
 */
function moveOn(r: Resource, volume: Volume, wasUpToDate: boolean): void {
  if (r.role !== 'Primary') return;
  if (!wasUpToDate) exposePeers(r, volume);
  if (wasUpToDate && dataReachable(r, volume)) rotateForLostDisk(r, volume);
  else generationBecomesDue(r, volume);
}

function endOperations(r: Resource, volume: Volume, md: Attached): void {
  const unfinished: Work[] = [
    ...md.superblockInFlight,
    ...md.superblockWaiting,
    ...md.settleQueue.map((group) => group.then),
  ];
  if (md.settling !== undefined) unfinished.push(md.settling.then);
  for (const [id, io] of [...r.ios]) {
    if (io.volume !== volume) continue;
    r.ios.delete(id);
    r.abandoned.set(id, volume);
    volume.lowerPending -= 1;
    failIo(r, io, unfinished);
  }
  onLocalDiskLost(r, volume);
  for (const work of unfinished) failWork(r, work);
}

/** Ends an operation as failed; what was to follow it is added to `unfinished`. */
export function failIo(r: Resource, io: Io, unfinished: Work[]): void {
  switch (io.kind) {
    case 'own-write':
      return onLocalWriteDone(r, io.owner, false);
    case 'peer-write':
      return endPeerWrite(r, io.owner, false);
    case 'client-read':
      return onLocalReadDone(r, io.owner, false, undefined);
    case 'peer-read':
      return onPeerReadDone(r, io.owner, false, undefined);
    case 'rs-read':
      return onSourceRead(r, io.owner, false, undefined);
    case 'rs-own-read':
    case 'rs-write':
      return onResyncWritten(r, [io.owner], false);
    case 'rs-discard':
      return onResyncWritten(r, io.owners, false);
    case 'verify-read':
      return onVerifyRead(r, io.owner, undefined);
    case 'flush':
    case 'al-reset':
      unfinished.push(io.then);
      return;
    default: // superblock, page, al-block: their followers are in the queues of the attachment
  }
}

/** What waited for this disk either goes on without it or fails. */
function failWork(r: Resource, work: Work): void {
  switch (work.kind) {
    case 'generation-persisted':
    case 'slot-persisted':
    case 'received-generation':
    case 'epoch-flushed':
      defer(r, work);
      return;
    case 'client-flushed':
      return onClientFlushed(r, work.flush, false);
    case 'sync-block-marked':
      return onResyncWritten(r, [work.request], false);
    case 'zero-flushed':
      return onLocalWriteDone(r, work.owner, false);
    case 'attach-bits':
    case 'attach-log':
    case 'attach-done':
      return failAttach(r, work.client, work.volume);
    default:
  }
}

function failAttach(r: Resource, client: ClientRequestId, volume: Volume): void {
  const error = new OperationError(
    'BACKING_STORE_FAILED',
    `the disk of volume ${volume.number} failed while it was attached`,
  );
  r.ports.completeClient(client, { ok: false, error });
}
