/**
 * What has to be on the medium before something else may happen, and in which order:
 *
 *   bitmap pages of the extents that leave the activity log → data flush → activity-log block (FUA) → data write → ack
 *   with `al-updates no`: superblock with the flag Unlogged (FUA) → data write → ack (unlogged.ts)
 *   superblock (FUA) → the effect that relies on it (new generation used, Inconsistent data written, UpToDate announced)
 *
 * Follow-ups are `Work`: this file never calls the parts that wait for it. With `md-flushes no` the administrator vouches for
 * the medium of the metadata: what it has taken is durable (a cache with a battery), and nothing of it is flushed.
 */
import { assert } from '../../../common/assert.ts';
import { maskHas } from '../../../common/ids.ts';
import { diskAtLeast, hasDisk } from '../../../common/states.ts';
import { AL_EXTENT_BYTES } from '../metadata/layout.ts';
import type { PeerRecord, Superblock } from '../metadata/superblock.ts';
import { encodeSuperblock, superblockOffset } from '../metadata/superblock.ts';
import {
  type Attached,
  defer,
  type PeerWrite,
  type Resource,
  type SettleGroup,
  startIo,
  type Volume,
  type Work,
  type WriteRequest,
} from '../state.ts';
import type { Bytes } from '../../../common/units.ts';

const HISTORY_MAX = 32;
/** In place of a transaction: the write holds no extent of the activity log. */
const UNLOGGED = -1;

/**
 * Keeps the newest 31 and the oldest, without duplicates and without the current generation. The oldest stays because it is
 * what tells relatives from strangers, however long they were apart.
 */
export function rememberGeneration(volume: Volume, generation: bigint): void {
  if (generation === 0n || generation === 4n) return;
  const masked = generation | 1n;
  const kept = volume.history.filter((old) => (old | 1n) !== masked);
  kept.unshift(generation as Volume['current']);
  if (kept.length > HISTORY_MAX) kept.splice(HISTORY_MAX - 1, kept.length - HISTORY_MAX);
  volume.history = kept;
}

/** The generation that everything began with stays last, whatever else has to go. */
export function rememberRoot(volume: Volume, root: bigint): void {
  const masked = root | 1n;
  const kept = volume.history.filter((old) => (old | 1n) !== masked).slice(0, HISTORY_MAX - 1);
  volume.history = [...kept, root as Volume['current']];
}

/** Writes the superblock as the volume stands now; `then` runs once it is durable. Writes are coalesced, never overlapped. */
export function persistSuperblock(r: Resource, volume: Volume, then: Work): void {
  const md = volume.md;
  if (md === undefined) {
    defer(r, then);
    return;
  }
  md.superblockWaiting.push(then);
  md.superblockDirty = true;
  startSuperblock(r, volume, md);
}

function startSuperblock(r: Resource, volume: Volume, md: Attached): void {
  if (md.superblockBusy || !md.superblockDirty) return;
  md.superblockBusy = true;
  md.superblockDirty = false;
  md.superblockInFlight = md.superblockWaiting;
  md.superblockWaiting = [];
  md.sequence += 1;
  const bytes = encodeSuperblock(superblockOf(volume, md));
  const io = startIo(r, { kind: 'superblock', volume, attachment: volume.attachment });
  r.ports.writeMetadata(io, volume.number, superblockOffset(md.layout, md.sequence), bytes, volume.options.mdFlushes);
}

/** As the volume stands now, under the number of the last one that was written. */
export function superblockOf(volume: Volume, md: Attached): Superblock {
  const disk = hasDisk(volume.disk) ? volume.disk : md.claims;
  const peers: PeerRecord[] = [];
  for (const slot of md.slots.values()) {
    peers.push({
      node: slot.node,
      slot: slot.slot,
      bitmap: slot.generation,
      outdated: maskHas(volume.quorum.written.outdated, slot.node),
      fullSync: slot.settling > 0,
      grown: md.logDerived.get(slot.node)?.isGrown === true,
    });
  }
  return {
    ...md.identity,
    sequence: md.sequence,
    current: volume.current,
    history: volume.history,
    consistent: volume.adopting || diskAtLeast(disk, 'Outdated'),
    wasUpToDate: volume.adopting || diskAtLeast(disk, 'Consistent'),
    crashedPrimary: md.crashedPrimary,
    unlogged: md.unlogged !== 'no',
    quorum: volume.quorum.written,
    peers,
    spare: md.spare === undefined || md.spare.settling > 0 ? undefined : md.spare,
  };
}

export function onSuperblockWritten(r: Resource, volume: Volume): void {
  const md = volume.md;
  assert(md !== undefined, 'a superblock write ends while attached');
  md.superblockBusy = false;
  const done = md.superblockInFlight;
  md.superblockInFlight = [];
  for (const work of done) defer(r, work);
  startSuperblock(r, volume, md);
}

/** Everything of this volume that has completed so far becomes durable; then `then`. */
export function flushVolume(r: Resource, volume: Volume, then: Work): void {
  const io = startIo(r, { kind: 'flush', volume, attachment: volume.attachment, then });
  r.ports.flush(io, volume.number);
}

/** Makes bitmap pages durable (and, with `flush`, the data too), then runs `then`. Groups never overlap. */
export function settlePages(
  r: Resource,
  volume: Volume,
  pages: 'all' | readonly number[],
  flush: boolean,
  then: Work,
): void {
  const md = volume.md;
  if (md === undefined) {
    defer(r, then);
    return;
  }
  md.settleQueue.push({ pages, flush, then, pending: 0 });
  if (md.settling === undefined) startGroup(r, volume, md);
}

function startGroup(r: Resource, volume: Volume, md: Attached): void {
  for (;;) {
    // What a group makes durable counts only in the place that the superblock names: none starts before the bitmap has moved.
    if (volume.relayout !== undefined) return defer(r, { kind: 'relayout-pages', volume });
    const group = md.settleQueue.shift();
    md.settling = group;
    if (group === undefined) return;
    writeGroup(r, volume, md, group);
    if (group.pending > 0) return;
    md.settling = undefined;
    finishGroup(r, volume, group);
  }
}

function writeGroup(r: Resource, volume: Volume, md: Attached, group: SettleGroup): void {
  const pages = group.pages === 'all' ? md.bitmap.allDirtyPages() : group.pages;
  for (const page of pages) {
    group.pending += 1;
    volume.bmWrites += 1;
    const io = startIo(r, { kind: 'page', volume, attachment: volume.attachment, group });
    r.ports.writeMetadata(io, volume.number, md.bitmap.pageOffset(page), md.bitmap.encodePage(page), false);
  }
}

/** Ahead of all groups that wait: every page of a bitmap in its new place, then a flush. The old one's pages are all written. */
export function writeWholeBitmap(r: Resource, volume: Volume, md: Attached, then: Work): void {
  assert(md.settling === undefined, 'no page is being written in the old place');
  // Their pages are numbered as in the old bitmap.
  md.settleQueue = md.settleQueue.map((group) => ({ ...group, pages: 'all' }));
  const group: SettleGroup = { pages: 'all', flush: true, then, pending: 0 };
  md.settling = group;
  writeGroup(r, volume, md, group);
}

/** Groups that waited for the bitmap to move. */
export function resumeGroups(r: Resource, volume: Volume, md: Attached): void {
  if (md.settling === undefined) startGroup(r, volume, md);
}

function finishGroup(r: Resource, volume: Volume, group: SettleGroup): void {
  if (group.flush) flushVolume(r, volume, group.then);
  else defer(r, group.then);
}

export function onPageWritten(r: Resource, volume: Volume, group: SettleGroup): void {
  const md = volume.md;
  assert(md !== undefined && md.settling === group, 'pages are written group by group');
  group.pending -= 1;
  if (group.pending > 0) return;
  md.settling = undefined;
  finishGroup(r, volume, group);
  if (md.settling === undefined) startGroup(r, volume, md);
}

/** The disk is there, or about to be: a write that went to the peers alone by now would be missing on it. */
export const getsWrites = ({ disk, negotiation }: Volume): boolean => hasDisk(disk) || negotiation !== undefined;

/**
 * Makes the extents of a write hot on disk before anybody may write to them. `'ready'`: they are. `'waiting'`: the
 * write is resumed through `activity-ready`.
 */
export function acquireActivity(r: Resource, write: WriteRequest | PeerWrite): 'ready' | 'waiting' {
  const { md, negotiation } = write.volume;
  if (md === undefined || !getsWrites(write.volume)) return 'ready';
  if (md.logResetting || negotiation !== undefined) {
    md.logFull.push(write);
    return 'waiting';
  }
  if (!write.volume.options.alUpdates && !md.unloggedSettling) return goUnlogged(r, write, md);
  const first = Math.floor(write.offset / AL_EXTENT_BYTES);
  const last = Math.floor((write.offset + write.length - 1) / AL_EXTENT_BYTES);
  const transaction = md.log.acquire(first, last);
  if (transaction < 0) {
    md.logFull.push(write);
    return 'waiting';
  }
  write.activity = md;
  write.alTransaction = transaction;
  if (transaction === 0) return 'ready';
  md.logWaiting.push(write);
  startTransaction(r, write.volume, md);
  return 'waiting';
}

/** Without the log: not before the superblock says that a crash from here on may have touched any block. */
function goUnlogged(r: Resource, write: WriteRequest | PeerWrite, md: Attached): 'ready' | 'waiting' {
  if (md.unlogged === 'no') {
    md.unlogged = 'flagging';
    persistSuperblock(r, write.volume, { kind: 'unlogged-flagged', volume: write.volume });
  }
  if (md.unlogged === 'flagging') {
    md.logFull.push(write);
    return 'waiting';
  }
  write.activity = md;
  write.alTransaction = UNLOGGED;
  md.unloggedWrites += 1;
  return 'ready';
}

export function releaseActivity(r: Resource, write: WriteRequest | PeerWrite): void {
  const md = write.activity;
  write.activity = undefined;
  if (md === undefined || md !== write.volume.md) return;
  if (write.alTransaction === UNLOGGED) {
    md.unloggedWrites -= 1;
    if (md.unloggedWrites === 0) defer(r, { kind: 'unlogged-ended', volume: write.volume });
  } else {
    const first = Math.floor(write.offset / AL_EXTENT_BYTES);
    const last = Math.floor((write.offset + write.length - 1) / AL_EXTENT_BYTES);
    md.log.release(first, last);
  }
  // A disk on its way out waits for the last of them.
  if (write.volume.leaving !== undefined) defer(r, { kind: 'reconsider-roles' });
  if (md.logFull.length > 0) defer(r, { kind: 'activity-ready', volume: write.volume });
}

/** Starts the next activity-log transaction unless one is on its way: what arrives meanwhile shares the next one. */
function startTransaction(r: Resource, volume: Volume, md: Attached): void {
  const transaction = md.log.takeTransaction();
  if (transaction === undefined) return;
  const { number, block, offset, evicted } = transaction;
  const write: Work = { kind: 'activity-block', volume, transaction: number, block, offset };
  if (evicted.length === 0) {
    defer(r, write);
    return;
  }
  // An extent that leaves the log is no longer covered after a crash: its bits, and its data, must be durable first.
  const pages = new Set<number>();
  const blocksPerExtent = AL_EXTENT_BYTES / md.layout.blockBytes;
  for (const extent of evicted) {
    const last = Math.min((extent + 1) * blocksPerExtent, md.layout.blocks) - 1;
    for (const page of md.bitmap.dirtyPages(extent * blocksPerExtent, last)) pages.add(page);
  }
  settlePages(r, volume, [...pages], true, write);
}

export function writeActivityBlock(r: Resource, work: Extract<Work, { kind: 'activity-block' }>): void {
  const { volume } = work;
  if (volume.md === undefined) return;
  volume.alWrites += 1;
  const io = startIo(r, { kind: 'al-block', volume, attachment: volume.attachment, transaction: work.transaction });
  r.ports.writeMetadata(io, volume.number, work.offset as Bytes, work.block, volume.options.mdFlushes);
}

export function onActivityBlockWritten(r: Resource, volume: Volume, transaction: number): void {
  const md = volume.md;
  assert(md !== undefined, 'an activity-log write ends while attached');
  md.log.transactionDone(transaction);
  md.logDone = transaction;
  startTransaction(r, volume, md);
  defer(r, { kind: 'activity-ready', volume });
}

/** Writes that may go on now: their extents are durable in the log. Those that found the log full try again first. */
export function takeActivityReady(r: Resource, volume: Volume): (WriteRequest | PeerWrite)[] {
  const md = volume.md;
  if (md === undefined) return [];
  const ready: (WriteRequest | PeerWrite)[] = [];
  if (md.logFull.length > 0) {
    const again = md.logFull;
    md.logFull = [];
    for (const write of again) {
      if (md.logFull.length > 0) md.logFull.push(write);
      else if (acquireActivity(r, write) === 'ready') ready.push(write);
    }
  }
  const waiting = md.logWaiting;
  if (waiting.length > 0) {
    md.logWaiting = [];
    for (const write of waiting) {
      if (write.alTransaction <= md.logDone) ready.push(write);
      else md.logWaiting.push(write);
    }
  }
  return ready;
}

/** Somebody holds the log, or is about to go without it. */
export const isReferenced = (md: Attached): boolean =>
  md.unloggedWrites > 0 || md.unlogged === 'flagging' || md.log.referencedExtents().length > 0;

/** A crash would leave nothing to be looked after. */
export const isLogEmpty = (md: Attached): boolean => md.unlogged === 'no' && md.log.activeExtents().length === 0;

/** Empties the log on disk (and takes the flag for writes without it back), once nothing is referenced and every bitmap page is durable. */
export function resetActivity(r: Resource, volume: Volume, then: Work): void {
  const md = volume.md;
  if (md === undefined) {
    defer(r, then);
    return;
  }
  const { number, block, offset } = md.log.reset();
  volume.alWrites += 1;
  const io = startIo(r, { kind: 'al-reset', volume, attachment: volume.attachment, transaction: number, then });
  r.ports.writeMetadata(io, volume.number, offset, block, volume.options.mdFlushes);
}

export function onActivityReset(r: Resource, volume: Volume, transaction: number, then: Work): void {
  const md = volume.md;
  assert(md !== undefined, 'the empty log is written while attached');
  md.log.transactionDone(transaction);
  md.logDone = transaction;
  if (md.unlogged === 'no') return defer(r, then);
  md.unlogged = 'no';
  persistSuperblock(r, volume, then);
}
