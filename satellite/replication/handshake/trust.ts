/** What a Primary without a disk believes of the disks that it meets. */
import type { DiskState } from '../../../common/states.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { isFrozen } from '../quorum/suspension.ts';
import type { Resource, Volume } from '../state.ts';
import type { VolumeHandshake } from '../wire/frames.ts';

/**
 * A diskless Primary believes "UpToDate" only of a peer that has the generation it has shown to its clients, or of the
 * one before while no write of the newer one has completed anywhere (DRBD §1.4).
 */
export function trustedPeerDisk(r: Resource, volume: Volume, theirs: VolumeHandshake, told: DiskState): DiskState {
  if (told !== 'UpToDate') return told;
  if (r.role !== 'Primary' || volume.md !== undefined || volume.current === NO_GENERATION) return 'UpToDate';
  if (sameGeneration(theirs.current, volume.current)) return 'UpToDate';
  return isOneBehind(r, volume, theirs) ? 'UpToDate' : 'Consistent';
}

/** The peer has what it had before our last change, and nothing has been written since: it only has to learn of the change. */
export function isOneBehind(r: Resource, volume: Volume, theirs: VolumeHandshake): boolean {
  if (volume.unusedPrevious === undefined) return false;
  // While completions wait, what is under way is sent to it again.
  if (!isFrozen(r) && r.log.some((each) => each.volume === volume)) return false;
  return !sameGeneration(theirs.current, volume.current) && sameGeneration(theirs.current, volume.unusedPrevious);
}
