/** The end of a hold (hold.ts), once a cluster-wide change has found out about Primaries. */
import { EMPTY_MASK, type VolumeNumber } from '../../../common/ids.ts';
import { reconsiderResync } from '../disk/marks.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { followedPrimary, isPrimaryInSight } from '../roles/primaries.ts';
import { defer, type Resource } from '../state.ts';
import { setDisk } from '../transitions.ts';

/**
 * A change was committed: it has found out about Primaries, whatever it was about.
 * @param isIncapable there is a Primary without data, and without a link to us: it needs what this disk has, and asks for it
 *   with a handshake that waits for the end of the hold
 */
export function learnHold(r: Resource, isIncapable: boolean): void {
  const { hold } = r;
  if (hold === undefined) return;
  if (r.role === 'Primary' || r.changes.farPrimaries !== EMPTY_MASK) return endHold(r);
  const primary = followedPrimary(r);
  if (primary !== undefined) {
    // Promoted before it could know of our loss: what it takes this disk for is decided anew.
    endHold(r);
    defer(r, { kind: 'drop-link', connection: primary, state: 'NetworkFailure', reason: 'promoted during a hold' });
  } else if (hold.owed === EMPTY_MASK && (isIncapable || !isPrimaryInSight(r))) release(r, hold.volumes);
}

function release(r: Resource, volumes: ReadonlySet<VolumeNumber>): void {
  endHold(r);
  for (const volume of r.volumes.values()) {
    if (!volumes.has(volume.number) || volume.md === undefined || volume.disk !== 'Consistent') continue;
    setDisk(r, volume, 'UpToDate', 'no Primary is left, and the survivors have been compared');
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
}

function endHold(r: Resource): void {
  r.hold = undefined;
  defer(r, { kind: 'resume-handshakes' });
  defer(r, { kind: 'reconsider-roles' });
  reconsiderResync(r);
}
