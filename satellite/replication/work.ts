/**
 * Works off what the parts of the core queued for each other (`Work`), in order, before `handle` returns. It stands above
 * all parts: that is what lets them trigger each other without importing each other.
 */
import { assert, unreachable } from '../../common/assert.ts';
import { advanceChanges } from './cluster-change/coordinator.ts';
import { advanceParting, onChangeDecided } from './cluster-change/requests.ts';
import { lookForFarPrimaries } from './cluster-change/far-news.ts';
import { announce } from './link/announcements.ts';
import { onPeerDataLost } from './link/data-loss.ts';
import { onAttachBits, onAttachLog } from './disk/attachment.ts';
import { advanceDetachments, onDetachDone, onDetachSettled, onDetachWritten } from './disk/detachment.ts';
import { advanceNegotiation, answerAsked, onAttachDone, releaseStreams } from './disk/negotiation.ts';
import { giveUp } from './disk/failure.ts';
import { onAbandonedDone } from './disk/last-word.ts';
import { outdateNext } from './disk/outdate.ts';
import { forgetStoodStill } from './disk/stood-still.ts';
import { advanceFencing } from './fencing/fence.ts';
import { goOnAfterHandler, onBitmapSettled } from './resync/bitmap-exchange.ts';
import { drainRxQueue } from './dispatch.ts';
import { onGenerationPersisted } from './generation/generations.ts';
import { onFirstGeneration } from './generation/initial.ts';
import { onSlotSettled } from './generation/spare-slot.ts';
import { onConnectAgreed } from './cluster-change/connects.ts';
import { resumeHandshakes } from './handshake/handshaking.ts';
import { retryRefused } from './handshake/still-true.ts';
import { leaveBehind, rehandshake, stopConnecting } from './link/link.ts';
import { dirtyBits, reconsiderResync } from './disk/marks.ts';
import { onEpochFlushed, onPeerWriteLocked, onPeerWriteReady } from './write/peer-writes.ts';
import { isLogEmpty, isReferenced, takeActivityReady, writeActivityBlock } from './disk/persistence.ts';
import { endQuiesce, onQuiesceSettled, quiesceVolume } from './disk/quiesce.ts';
import { onUnloggedFlagged, onUnloggedSettled, settleUnlogged } from './disk/unlogged.ts';
import { onPeerReadLocked, onReadReplyLocked, reissueReads } from './write/reads.ts';
import { tellPeersInSync } from './resync/peers-in-sync.ts';
import { maybeFinishAll, onSourceLocked, retryDagtagWaiters } from './resync/source.ts';
import { onAdopted, onAdoptSettled } from './resync/adoption.ts';
import { onBatchFlushed, onMarksSettled, onTargetLocked, reconsiderTargets, writeBlocks } from './resync/target.ts';
import { answerReports, tellSurvivors } from './reconciliation/reconcile.ts';
import { reconsiderWishes } from './resync/on-demand.ts';
import { onRelayoutDone } from './sizes/agreed.ts';
import { onRelayoutFlushed, onRelayoutPages } from './sizes/relayout.ts';
import { takeSizeOfPeer } from './sizes/requests.ts';
import { assessQuorum, onQuorumRecorded } from './quorum/assess.ts';
import { requireConfirmation } from './quorum/suspension.ts';
import { advanceSuspension } from './quorum/thaw.ts';
import { takeClient } from './write/client-requests.ts';
import { followedPrimary } from './roles/primaries.ts';
import { giveUpRole, reconsiderRoles } from './roles/roles.ts';
import { type Connection, deviceOf, type LockOwner, type Resource, type Work } from './state.ts';
import {
  admitHeld,
  completePending,
  onActivityReady,
  onLocalWriteDone,
  onSlotPersisted,
  onWriteLocked,
} from './write/write-path.ts';
import { onClientFlushed } from './write/flush.ts';
import { reconsiderVerifies, retryVerifyWaiters } from './verify/driver.ts';
import { onVerifyLocked } from './verify/responder.ts';
import { advanceShutdown } from './administration.ts';

/** Far more than a full transfer log sets off. Parts that trigger each other without end would stop the whole satellite. */
const STEPS_MAX = 1_000_000;

/** Works off what the parts queued for each other, in order, until nothing is left. */
export function work(r: Resource): void {
  const { work: queue } = r;
  let announcing = false;
  let resync = false;
  let roles = false;
  let steps = 0;
  for (let index = 0; index < queue.length || announcing || resync || roles; ) {
    steps += 1;
    assert(steps < STEPS_MAX, 'what one input sets off comes to an end');
    const next = queue[index];
    if (next === undefined) {
      // Looked at once per round, after everything else: several changes of one input make one announcement.
      queue.length = 0;
      index = 0;
      if (roles) {
        roles = false;
        answerReports(r);
        reconsiderVerifies(r);
        reconsiderWishes(r);
        assessQuorum(r);
        advanceFencing(r);
        advanceSuspension(r, (input) => takeClient(r, input));
        advanceParting(r);
        reconsiderRoles(r);
        lookForFarPrimaries(r);
        advanceDetachments(r);
        advanceShutdown(r);
        quiesceWhenIdle(r);
      } else if (resync) {
        resync = false;
        reconsiderTargets(r);
        maybeFinishAll(r);
        reconsiderVerifies(r);
        reconsiderWishes(r);
      } else {
        announcing = false;
        announce(r);
        retryRefused(r);
      }
      continue;
    }
    index += 1;
    if (next.kind === 'announce') announcing = true;
    else if (next.kind === 'reconsider-resync') resync = true;
    else if (next.kind === 'reconsider-roles') roles = true;
    else perform(r, next);
  }
  queue.length = 0;
}

function perform(r: Resource, next: Work): void {
  switch (next.kind) {
    case 'granted':
      return onGranted(r, next.owner);
    case 'activity-ready':
      for (const write of takeActivityReady(r, next.volume)) {
        if (write.kind === 'write') onActivityReady(r, write);
        else onPeerWriteReady(r, write);
      }
      return;
    case 'activity-block':
      return writeActivityBlock(r, next);
    case 'generation-persisted':
      return goOnInGeneration(r, next);
    case 'slot-persisted':
      return onSlotPersisted(r, next.volume);
    case 'slot-settled':
      return onSlotSettled(r, next.volume, next.record);
    case 'first-generation':
      return onFirstGeneration(r, next.volume);
    case 'give-up-role':
      return giveUpRole(r, next.peer, next.volume);
    case 'received-generation':
      return goOnWithGenerationOf(r, next);
    case 'epoch-flushed':
      if (next.connection.link !== next.link) return;
      onEpochFlushed(r, next.connection);
      return;
    case 'rx-resume':
      if (next.connection.link === next.link) drainRxQueue(r, next.connection);
      return;
    case 'client-flushed':
      return onClientFlushed(r, next.flush, true);
    case 'zero-flushed':
      return onLocalWriteDone(r, next.owner, true);
    case 'drop-link':
      return rehandshake(r, next.connection, next.reason);
    case 'stop-link':
      return stopConnecting(r, next.connection, next.reason);
    case 'peer-data-lost':
      if (next.connection.state === 'Connected') onPeerDataLost(r, next.connection, next.volume);
      return;
    case 'disk-failed':
      giveUp(r, next.volume, 'I/O error');
      onAbandonedDone(r, next.io, false); // this one has come back: with the error
      return;
    case 'quorum-recorded':
      onQuorumRecorded(next.volume);
      return resumeHandshakes(r);
    case 'resume-handshakes':
      return resume(r);
    case 'reissue-reads':
      return reissueReads(r);
    case 'primary-lost':
      return onPrimaryLost(r, next.connection);
    case 'reconsider-changes':
      return advanceChanges(r);
    case 'change-decided':
      return onChangeDecided(r, next.proposal);
    case 'connect-agreed':
      return onConnectAgreed(r, next.connection, next.outcome);
    case 'tell-in-sync':
      return tellPeersInSync(r, next.volume);
    case 'dagtag-advanced':
      return onDagtagAdvanced(r);
    default:
      return performSettled(r, next);
  }
}

function goOnWithGenerationOf(r: Resource, next: Extract<Work, { kind: 'received-generation' }>): void {
  leaveBehind(r, next.volume, next.weak);
  if (next.connection.link !== next.link) return;
  next.connection.rxGeneration = false;
  drainRxQueue(r, next.connection);
  r.work.push({ kind: 'announce' });
}

function onDagtagAdvanced(r: Resource): void {
  retryDagtagWaiters(r);
  retryVerifyWaiters(r);
}

function goOnInGeneration(r: Resource, next: Extract<Work, { kind: 'generation-persisted' }>): void {
  onGenerationPersisted(r, next.volume, next.previous, next.current);
  requireConfirmation(r);
  admitHeld(r, next.volume);
  completePending(r, next.volume);
  answerAsked(r);
  r.work.push({ kind: 'announce' }, { kind: 'reconsider-roles' });
}

function performSettled(r: Resource, next: Work): void {
  switch (next.kind) {
    case 'outdate-next':
      return outdateNext(r, next.client);
    case 'sync-handler-passed':
      if (next.device.connection.link === next.link) goOnAfterHandler(r, next.device);
      return;
    case 'sync-bitmap-settled':
      if (next.device.connection.link !== next.link) return;
      onBitmapSettled(r, next.device);
      r.work.push({ kind: 'announce' });
      return reconsiderResync(r);
    case 'sync-batch-flushed':
      return onBatchFlushed(r, next.device, next.batch);
    case 'sync-block-marked':
      return writeBlocks(r, next.request, next.payload);
    case 'sync-marks-settled':
      return onMarksSettled(r, next.device, next.target);
    case 'sync-target-adopt':
      return onAdoptSettled(r, next.device);
    case 'sync-target-adopted':
      return onAdopted(r, next.device);
    case 'attach-bits':
      return onAttachBits(r, next.volume, next.client);
    case 'attach-log':
      return onAttachLog(r, next.volume, next.client);
    case 'attach-done':
      return onAttachDone(r, next.volume, next.client);
    case 'detach-settled':
      return onDetachSettled(r, next.volume);
    case 'detach-written':
      return onDetachWritten(r, next.volume);
    case 'detach-done':
      return onDetachDone(r, next.volume);
    case 'stood-still-known':
      return forgetStoodStill(r, next.volume);
    case 'crash-flag-cleared':
      next.volume.crashFlagBusy = false;
      r.work.push({ kind: 'reconsider-roles' });
      return;
    case 'relayout-pages':
      return onRelayoutPages(r, next.volume);
    case 'relayout-flushed':
      return onRelayoutFlushed(r, next.volume);
    case 'relayout-done':
      return onRelayoutDone(r, next.volume);
    case 'fit-size':
      return takeSizeOfPeer(r, next);
    case 'quiesce-settled':
      return onQuiesceSettled(r, next.volume);
    case 'quiesce-done':
      return endQuiesce(r, next.volume);
    case 'unlogged-flagged':
      return onUnloggedFlagged(r, next.volume);
    case 'unlogged-ended':
      return settleUnlogged(r, next.volume);
    case 'unlogged-settled':
      return onUnloggedSettled(r, next.volume);
    default: // 'nothing', and the kinds that `work` collects
  }
}

/** Whatever waited for a volume to come to rest, or for a peer that is lost. */
function resume(r: Resource): void {
  for (const volume of r.volumes.values()) advanceNegotiation(r, volume);
  releaseStreams(r);
  resumeHandshakes(r);
  answerAsked(r);
}

function onGranted(r: Resource, owner: LockOwner): void {
  switch (owner.kind) {
    case 'write':
      return onWriteLocked(r, owner);
    case 'peer-write':
      return onPeerWriteLocked(r, owner);
    case 'peer-read':
      return onPeerReadLocked(r, owner);
    case 'read-reply':
      return onReadReplyLocked(r, owner);
    case 'rs-target':
      return onTargetLocked(r, owner);
    case 'verify-read':
      return onVerifyLocked(r, owner);
    case 'rs-source':
      return onSourceLocked(r, owner);
    default:
      return unreachable(owner);
  }
}

/** The survivors of a lost Primary compare what they have. Without a hold (it has left on purpose) each pair with marks shakes hands anew. */
function onPrimaryLost(r: Resource, { peer }: Connection): void {
  if (r.hold !== undefined) return tellSurvivors(r, peer);
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' && hasMarks(r, connection))
      rehandshake(r, connection, 'the Primary was lost with writes under way');
  }
}

function hasMarks(r: Resource, connection: Connection): boolean {
  for (const volume of r.volumes.values()) {
    const { source, target } = deviceOf(connection, volume);
    if (source === undefined && target === undefined && dirtyBits(volume, connection.peer) > 0) return true;
  }
  return false;
}

/** An idle Secondary without a Primary in sight empties its activity logs: its crash would cost nothing then. */
function quiesceWhenIdle(r: Resource): void {
  if (r.down || r.role === 'Primary' || followedPrimary(r) !== undefined) return;
  for (const connection of r.connections.values()) if (connection.unpeerAcked.length > 0) return;
  for (const volume of r.volumes.values()) {
    const md = volume.md;
    if (md === undefined || md.logResetting || volume.lowerPending > 0 || isLogEmpty(md)) continue;
    if (!isReferenced(md) && !md.log.inFlight()) quiesceVolume(r, volume);
  }
}
