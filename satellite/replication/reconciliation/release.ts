/** The end of a hold (hold.ts), once a cluster-wide change has found out about Primaries. */
import { EMPTY_MASK, type PeerMask, type VolumeNumber } from '../../../common/ids.ts';
import { without } from '../cluster-change/tally.ts';
import { reconsiderResync } from '../disk/marks.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { followedPrimary, heardOfPrimaries } from '../roles/primaries.ts';
import { defer, type Resource } from '../state.ts';
import { setDisk } from '../transitions.ts';

/**
 * A change was committed: it has found out about Primaries, whatever it was about. One that it has met and that has left nobody
 * behind reaches no data (`isCapable` in tally.ts): it may be frozen for want of this very disk, and is not waited for.
 */
export function learnHold(r: Resource, met: PeerMask): void {
  const { hold } = r;
  if (hold === undefined) return;
  if (r.role === 'Primary' || r.changes.farPrimaries !== EMPTY_MASK) return endHold(r);
  const primary = followedPrimary(r);
  if (primary !== undefined) {
    // Promoted before it could know of our loss: what it takes this disk for is decided anew.
    endHold(r);
    defer(r, { kind: 'drop-link', connection: primary, state: 'NetworkFailure', reason: 'promoted during a hold' });
  } else if (hold.owed === EMPTY_MASK && without(heardOfPrimaries(r), met) === EMPTY_MASK) release(r, hold.volumes);
}

function release(r: Resource, volumes: ReadonlySet<VolumeNumber>): void {
  endHold(r);
  for (const volume of r.volumes.values()) {
    if (!volumes.has(volume.number) || volume.md === undefined || volume.disk !== 'Consistent') continue;
    setDisk(r, volume, 'UpToDate', 'no Primary with data is left, and the survivors have been compared');
    persistSuperblock(r, volume, { kind: 'nothing' });
  }
}

function endHold(r: Resource): void {
  r.hold = undefined;
  defer(r, { kind: 'resume-handshakes' });
  defer(r, { kind: 'reconsider-roles' });
  reconsiderResync(r);
}
