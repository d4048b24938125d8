/**
 * Writes without the activity log (`al-updates no`; DRBD 9 §3.2). Nothing is written before a write to a cold extent; the price
 * is that a crash may have touched any block. So the superblock says when there are such writes, and after a crash all
 * of the volume counts as hot, in every slot (attachment.ts).
 *
 *   superblock with the flag (FUA) → the first write goes without the log (persistence.ts)
 *
 * and when the log is in use again, with nobody left who went without it:
 *
 *   bitmap pages and data durable → superblock without the flag (FUA)
 *
 * Writes that came meanwhile hold extents of the log, which are durable on their own. An idle volume takes the flag back as it
 * empties its log (quiesce.ts): then a crash costs nothing.
 */
import type { Resource, Volume } from '../state.ts';
import { defer } from '../state.ts';
import { persistSuperblock, settlePages } from './persistence.ts';

export function onUnloggedFlagged(r: Resource, volume: Volume): void {
  if (volume.md?.unlogged !== 'flagging') return;
  volume.md.unlogged = 'yes';
  defer(r, { kind: 'activity-ready', volume });
  if (volume.leaving !== undefined) defer(r, { kind: 'reconsider-roles' });
}

/** The last write without the log is known to be everywhere, or marked; or the log is wanted again. */
export function settleUnlogged(r: Resource, volume: Volume): void {
  const { md } = volume;
  if (md === undefined || md.unlogged !== 'yes' || md.unloggedWrites > 0 || !volume.options.alUpdates) return;
  if (md.unloggedSettling || md.logResetting || volume.leaving !== undefined) return;
  md.unloggedSettling = true;
  settlePages(r, volume, 'all', true, { kind: 'unlogged-settled', volume });
}

export function onUnloggedSettled(r: Resource, volume: Volume): void {
  const { md } = volume;
  if (md === undefined || !md.unloggedSettling) return;
  md.unloggedSettling = false;
  if (md.unlogged !== 'yes') return;
  md.unlogged = 'no';
  persistSuperblock(r, volume, { kind: 'nothing' });
}
