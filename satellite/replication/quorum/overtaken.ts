/**
 * A Primary without quorum meets newer data: somebody else has gone on (DRBD 9 §6.1). It must not continue. With
 * `on-suspended-primary-outdated: force-secondary` it steps down under its clients, all I/O fails until the last of them
 * has closed, and it joins the others as a sync target; with `disconnect` it stays alone as it is.
 */
import { forgetUnusedStep } from '../generation/generations.ts';
import type { Handshaking } from '../handshake/progress.ts';
import { forgetFollowers } from '../resync/loss-cover.ts';
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';
import { diskAtLeast } from '../../../common/states.ts';
import { defer, type Resource } from '../state.ts';
import { isFrozen, setSuspended, tellSuspension } from './suspension.ts';
import { failWaiting } from './thaw.ts';

/** For people: why a diskless Primary and a disk stay apart. */
export const OVERTAKEN = 'the data has gone on without this Primary, which has no disk';

/** What this node does about what the handshake told; it has stepped down if it says so. */
export function answerToNewerData(r: Resource, handshake: Handshaking): 'disconnect' | 'stepped-down' | undefined {
  if (r.role !== 'Primary' || !isFrozen(r)) return undefined;
  const isTarget = [...handshake.judgements.values()].some(({ decision }) => decision.outcome === 'target');
  const { sent = [], received } = handshake;
  const lost = sent.some((own) =>
    received?.volumes.some((theirs) => theirs.volume === own.volume && hasLost(own, theirs)),
  );
  if (!isTarget && !lost) return undefined;
  if (r.options.onSuspendedPrimaryOutdated === 'disconnect') return 'disconnect';
  forceSecondary(r);
  return 'stepped-down';
}

/** A diskless Primary, and a disk that is neither where it is nor where it has been: the data has gone on without it. */
export function hasLost(primary: VolumeHandshake, disk: VolumeHandshake): boolean {
  if ((primary.flags & UUID_FLAGS.DISKLESS_PRIMARY) === 0 || primary.current === NO_GENERATION) return false;
  if (!diskAtLeast(disk.diskState, 'Consistent')) return false;
  return ![primary.current, ...primary.history].some((known) => sameGeneration(known, disk.current));
}

function forceSecondary(r: Resource): void {
  r.forceIoFailures = true;
  r.role = 'Secondary';
  r.promotedByOpen = false;
  r.unconfirmed = 0;
  forgetFollowers(r);
  setSuspended(
    r,
    r.suspended.filter((reason) => reason === 'user'),
  );
  tellSuspension(r);
  failWaiting(r);
  for (const volume of r.volumes.values()) {
    volume.generationDue = false;
    forgetUnusedStep(r, volume);
  }
  r.ports.notify({ kind: 'role', role: 'Secondary' });
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
}
