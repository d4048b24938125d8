/**
 * When nothing is in flight any more the activity log is emptied on disk, so that a later crash of this idle node
 * costs no resync. Order: bitmap pages and data durable → empty log block (FUA). Anything that arrives meanwhile and
 * needs the log waits for the end of it, or makes the attempt void.
 */
import { isLogEmpty, isReferenced, resetActivity, settlePages } from './persistence.ts';
import { defer, type Resource, type Volume } from '../state.ts';

export function quiesceVolume(r: Resource, volume: Volume): void {
  if (volume.quiescing || volume.md === undefined) return;
  volume.quiescing = true;
  settlePages(r, volume, 'all', true, { kind: 'quiesce-settled', volume });
}

export function onQuiesceSettled(r: Resource, volume: Volume): void {
  const md = volume.md;
  if (md === undefined || isReferenced(md) || md.log.inFlight() || md.log.hasStaged() || md.logWaiting.length > 0) {
    endQuiesce(r, volume);
    return;
  }
  if (md.bitmap.allDirtyPages().length > 0) {
    settlePages(r, volume, 'all', true, { kind: 'quiesce-settled', volume });
    return;
  }
  if (isLogEmpty(md)) {
    endQuiesce(r, volume);
    return;
  }
  md.logResetting = true;
  resetActivity(r, volume, { kind: 'quiesce-done', volume });
}

export function endQuiesce(r: Resource, volume: Volume): void {
  volume.quiescing = false;
  if (volume.md !== undefined) volume.md.logResetting = false;
  defer(r, { kind: 'activity-ready', volume });
  defer(r, { kind: 'reconsider-roles' });
}
