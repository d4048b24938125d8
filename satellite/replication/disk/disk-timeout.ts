/**
 * A disk that does not answer for `disk-timeout` is given up as if it had failed (DRBD §2.5): what waits for it ends on the
 * word of the peers. Answers that come later are known by their ids and touch nothing (`abandoned`), and until all of them
 * have come the disk is not attached again: a write that was given up may still reach it.
 */
import { millis } from '../../../common/units.ts';
import { armDiskTimer, type Io, type Resource, type Volume } from '../state.ts';
import { giveUp } from './failure.ts';

export function onDiskTimer(r: Resource, volume: Volume): void {
  volume.diskTimer = false;
  const limit = volume.options.diskTimeoutMs;
  const oldest = oldestOf(r, volume);
  if (oldest?.startedAt === undefined || limit === 0) return;
  const age = r.ports.now() - oldest.startedAt;
  if (age >= limit) giveUp(r, volume, 'disk-timeout');
  else armDiskTimer(r, volume, millis(limit - age));
}

/** Operations are listed in the order in which they were started. */
function oldestOf(r: Resource, volume: Volume): Io | undefined {
  for (const io of r.ios.values()) if (io.volume === volume && io.startedAt !== undefined) return io;
  return undefined;
}
