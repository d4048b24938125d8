/** What becomes of a second source that we need no more, and that had crashed as Primary. */
import { dirtyBits } from '../disk/marks.ts';
import { type Connection, deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';

/**
 * A Primary that crashed was our source only because this disk was Inconsistent. Its own may lack what was acknowledged and not
 * flushed, and this one has that now, as every survivor of the loss (protocol C): so the other way round (DRBD 9, rules 11 and
 * 12). Left as it is, it would pass for UpToDate, and be the copy that everybody else is brought to, should we be lost before
 * another survivor meets it.
 */
export function bringCrashedPrimary(device: PeerDevice): void {
  const { connection, volume } = device;
  if (connection.link === undefined || dirtyBits(volume, connection.peer) === 0) return;
  device.wish ??= { side: 'source', allBlocks: false, link: connection.link, client: undefined, asked: false };
}

/** With a weaker protocol it may have acknowledged what nobody else has got: a handshake decides, by what this node is by then. */
export const isBroughtBack = (r: Resource, { peer, protocol }: Connection): boolean =>
  r.lastPrimary === peer && protocol === 'C';

/** One source of this disk may have acknowledged what the other one, which is being asked, has not got; it is asked next. */
export function isBehindCrashedSource(r: Resource, volume: Volume): boolean {
  const sources = [...r.connections.values()].filter((each) => deviceOf(each, volume).target !== undefined);
  const isAhead = (each: Connection): boolean => deviceOf(each, volume).target?.ofCrashedPrimary === true;
  return sources.length > 1 && sources.some((each) => isAhead(each) && !isBroughtBack(r, each));
}
