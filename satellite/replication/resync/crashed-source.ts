/** What becomes of a second source that we need no more, and that had crashed as Primary. */
import { dirtyBits } from '../disk/marks.ts';
import type { PeerDevice, Resource } from '../state.ts';

/**
 * A Primary that crashed was our source only because this disk was Inconsistent. Its own may lack what was acknowledged and not
 * flushed, and this one has that now, as every survivor of the loss (protocol C): so the other way round (DRBD 9, rules 11 and
 * 12). Left as it is, it would pass for UpToDate, and be the copy that everybody else is brought to, should we be lost before
 * another survivor meets it.
 */
export function bringCrashedPrimary(r: Resource, device: PeerDevice): void {
  const { connection, volume } = device;
  if (r.lastPrimary !== connection.peer || connection.protocol !== 'C') return;
  if (connection.link === undefined || dirtyBits(volume, connection.peer) === 0) return;
  device.wish ??= { side: 'source', allBlocks: false, link: connection.link, client: undefined, asked: false };
}
