/**
 * The last word of a disk that is given up (DRBD 9 §7.1: on Failed, WasUpToDate is cleared if the data live on elsewhere). The
 * node goes on without it, above all with its other volumes: a restart must not find a disk that passes for UpToDate beside
 * others of a later moment. Nor one whose cache may be gone: after a failed flush nobody knows what it holds.
 *
 *   what is under way on the superblock returns → the superblock, "Outdated", with FUA → nobody waits for it
 *
 * It counts as an operation of a disk that was given up (`abandoned`), so the disk is not attached again before it has
 * returned. The superblocks of the other volumes say it as well (stood-still.ts): this disk may not take it.
 */
import { encodeSuperblock, type Superblock, superblockOffset } from '../metadata/superblock.ts';
import type { MetadataLayout } from '../metadata/layout.ts';
import type { IoId } from '../payload.ts';
import { type Attached, deviceOf, type Resource, type Volume } from '../state.ts';
import { superblockOf } from './persistence.ts';
import { recordStoodStill } from './stood-still.ts';

/** To be called while the disk still has the state that it had. */
export function leaveLastWord(r: Resource, volume: Volume, md: Attached): void {
  const claimed = superblockOf(volume, md);
  if (!claimed.wasUpToDate || !livesOn(r, volume)) return;
  recordStoodStill(r, volume);
  const superblock = { ...claimed, wasUpToDate: false };
  const after = md.superblockBusy ? superblockIoOf(r, volume) : undefined;
  if (after !== undefined) volume.lastWord = { after, layout: md.layout, superblock };
  else send(r, volume, md.layout, { ...superblock, sequence: md.sequence + 1 });
}

/** Are there data that are not older than these? While it is read nobody is asked yet: then any other replica will do. */
function livesOn(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' && deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
    if (volume.disk === 'Attaching' && connection.config.diskful) return true;
  }
  return false;
}

function superblockIoOf(r: Resource, volume: Volume): IoId | undefined {
  for (const [id, io] of r.ios) if (io.volume === volume && io.kind === 'superblock') return id;
  return undefined;
}

/** An operation of a disk that was given up has returned: nothing is touched any more, but a last word may follow it. */
export function onAbandonedDone(r: Resource, io: IoId, ok: boolean): void {
  const volume = r.abandoned.get(io);
  r.abandoned.delete(io);
  const word = volume?.lastWord;
  if (volume === undefined || word?.after !== io) return;
  volume.lastWord = undefined;
  // One that failed may have been torn: the other copy is the only one that is certainly whole, so the same place again.
  const { sequence } = word.superblock;
  send(r, volume, word.layout, { ...word.superblock, sequence: ok ? sequence + 1 : sequence });
}

function send(r: Resource, volume: Volume, layout: MetadataLayout, superblock: Superblock): void {
  const io = r.nextIo as IoId;
  r.nextIo += 1;
  r.abandoned.set(io, volume);
  const offset = superblockOffset(layout, superblock.sequence);
  r.ports.writeMetadata(io, volume.number, offset, encodeSuperblock(superblock), volume.options.mdFlushes);
}
