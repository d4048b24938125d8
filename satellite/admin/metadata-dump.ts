/** What the metadata on a disk says, as plain values for people. Read-only; a damaged area is described, not refused. */
import type { Generation } from '../../common/ids.ts';
import { readMetadata } from '../replication/metadata/format.ts';
import { chooseSuperblock, type Superblock } from '../replication/metadata/superblock.ts';
import type { VolumeIdentity } from '../engine/backing.ts';

const hex = (value: Generation | bigint): string => value.toString(16).toUpperCase().padStart(16, '0');

/** @param image the whole metadata area. */
export function dumpMetadata(
  image: Uint8Array,
  identity: VolumeIdentity,
  path: string,
): Readonly<Record<string, unknown>> {
  const head = { volume: `${identity.resource}/${identity.volume}`, 'backing-store': path, 'area-bytes': image.length };
  const chosen = chooseSuperblock(image);
  if (!chosen.ok) return { ...head, superblock: `unreadable (${chosen.reason})` };
  const dump = {
    ...head,
    superblock: superblockDump(chosen.superblock),
    'other-superblock': chosen.fellBack ? 'damaged' : 'sound',
  };
  const read = readMetadata(image, identity);
  if (!read.ok) return { ...dump, problem: `${read.code}: ${read.message} (${read.cause})` };
  const { layout, bitmap, hotExtents } = read;
  const slots = chosen.superblock.peers.filter((peer) => peer.slot !== undefined);
  return {
    ...dump,
    layout: {
      'al-offset': layout.alOffset,
      'bitmap-offset': layout.bitmapOffset,
      'total-bytes': layout.totalBytes,
      blocks: layout.blocks,
    },
    'activity-log': { 'next-transaction': read.nextTransaction, 'hot-extents': hotExtents },
    bitmaps: Array.from({ length: layout.slots }, (_, slot) => ({
      slot,
      node: slots.find((peer) => peer.slot === slot)?.node ?? '-',
      'set-blocks': bitmap.count(slot),
      'out-of-sync-bytes': bitmap.count(slot) * layout.blockBytes,
    })),
    'damaged-bitmap-sectors': read.damagedSectors,
  };
}

function superblockDump(superblock: Superblock): Readonly<Record<string, unknown>> {
  return {
    resource: superblock.resource,
    volume: superblock.volume,
    'node-id': superblock.node,
    sequence: superblock.sequence,
    'data-bytes': superblock.dataBytes,
    'block-bytes': superblock.blockBytes,
    slots: superblock.slots,
    'al-extents': superblock.alExtents,
    'device-uuid': hex(superblock.deviceUuid),
    'current-uuid': hex(superblock.current),
    'history-uuids': superblock.history.map(hex),
    flags: flagsOf(superblock),
    peers: superblock.peers.map((peer) => ({
      'node-id': peer.node,
      slot: peer.slot ?? '-',
      'bitmap-uuid': hex(peer.bitmap),
      flags: [
        ...(peer.outdated ? ['outdated'] : []),
        ...(peer.fullSync ? ['full-sync'] : []),
        ...(peer.grown === true ? ['grown'] : []),
      ],
    })),
  };
}

function flagsOf(superblock: Superblock): readonly string[] {
  return [
    ...(superblock.consistent ? ['consistent'] : []),
    ...(superblock.wasUpToDate ? ['was-up-to-date'] : []),
    ...(superblock.crashedPrimary ? ['crashed-primary'] : []),
    ...(superblock.unlogged === true ? ['unlogged-writes'] : []),
  ];
}
