/**
 * Where things are in the metadata area of one volume. All offsets are bytes from the start of that area:
 *
 *   superblock copy A | superblock copy B | activity log ring | bitmap, slot after slot
 *
 * Every part starts on 4 KiB. `docs/metadata.md` is the normative description.
 */
import { assert } from '../../../common/assert.ts';
import { type Bytes, bytes } from '../../../common/units.ts';

export const SUPERBLOCK_BYTES = 4096;
export const SUPERBLOCK_COPIES = 2;
export const AL_BLOCK_BYTES = 4096;
/** One entry of the activity log covers this much of the volume. */
export const AL_EXTENT_BYTES = 4 * 1_048_576;
/** Slots of the log's table that one transaction repeats, so that a window of the ring describes the whole table. */
export const AL_CONTEXT_ENTRIES = 919;
const AL_BLOCKS_MIN = 8;
/** Slot numbers have 16 bits. */
export const AL_EXTENTS_MAX = 65_534;

/** What a device writes atomically. */
export const BITMAP_SECTOR_BYTES = 512;
/** A sector's 504 bytes after its checksum and its id. */
export const BITMAP_SECTOR_BITS = 4032;
export const BITMAP_PAGE_BYTES = 4096;
export const BITMAP_PAGE_BITS = (BITMAP_PAGE_BYTES / BITMAP_SECTOR_BYTES) * BITMAP_SECTOR_BITS;

const SLOTS_MAX = 31;
const BLOCK_BYTES_MIN = 4096;
const BLOCK_BYTES_MAX = 1_048_576;
/** Block numbers fit 32 unsigned bits: 16 TiB at 4 KiB per bit, 4 PiB at 1 MiB per bit. */
const BLOCKS_MAX = 2 ** 32;

export interface MetadataLayout {
  /** Size of the volume that the metadata describes. */
  readonly dataBytes: Bytes;
  /** Bitmap slots: the number of diskful peers that can be tracked, 1..31. */
  readonly slots: number;
  /** Bytes of the volume per bitmap bit: a power of two, 4 KiB..1 MiB. */
  readonly blockBytes: number;
  /** Bits per slot. */
  readonly blocks: number;
  /** 4 KiB blocks in the activity log ring. */
  readonly alBlocks: number;
  readonly alOffset: Bytes;
  readonly bitmapOffset: Bytes;
  /** 4 KiB bitmap pages of one slot. */
  readonly pagesPerSlot: number;
  /** Size of the whole area. */
  readonly totalBytes: Bytes;
}

export interface LayoutOptions {
  readonly dataBytes: Bytes;
  readonly slots: number;
  readonly blockBytes: number;
  /** The most extents that the activity log shall hold at a time. */
  readonly alExtents: number;
}

/** The rule that the options break, or undefined: for values from disk or from people. */
export function layoutProblem(o: LayoutOptions): string | undefined {
  if (!Number.isSafeInteger(o.dataBytes) || o.dataBytes <= 0) return 'the data size is a positive integer below 2^53';
  if (!Number.isInteger(o.slots) || o.slots < 1 || o.slots > SLOTS_MAX) return 'a volume has 1 to 31 bitmap slots';
  if (!Number.isInteger(o.blockBytes) || o.blockBytes < BLOCK_BYTES_MIN || o.blockBytes > BLOCK_BYTES_MAX) {
    return 'a bitmap bit covers 4 KiB to 1 MiB';
  }
  if ((o.blockBytes & (o.blockBytes - 1)) !== 0) return 'the size that a bitmap bit covers is a power of two';
  if (!Number.isInteger(o.alExtents) || o.alExtents < 1 || o.alExtents > AL_EXTENTS_MAX) {
    return 'the activity log holds 1 to 65534 extents';
  }
  if (Math.ceil(o.dataBytes / o.blockBytes) > BLOCKS_MAX)
    return 'the volume has more than 2^32 blocks: use larger ones';
  return undefined;
}

/** @throws InvariantError on options outside the limits; ask `layoutProblem` first where they come from outside. */
export function planLayout(o: LayoutOptions): MetadataLayout {
  assert(layoutProblem(o) === undefined, 'layout options within their limits');
  const blocks = Math.ceil(o.dataBytes / o.blockBytes);
  // One block more than a full snapshot of the table needs: the block being overwritten may be torn.
  const alBlocks = Math.max(AL_BLOCKS_MIN, 1 + Math.ceil(o.alExtents / AL_CONTEXT_ENTRIES));
  const alOffset = SUPERBLOCK_COPIES * SUPERBLOCK_BYTES;
  const bitmapOffset = alOffset + alBlocks * AL_BLOCK_BYTES;
  const pagesPerSlot = Math.ceil(blocks / BITMAP_PAGE_BITS);
  return {
    dataBytes: o.dataBytes,
    slots: o.slots,
    blockBytes: o.blockBytes,
    blocks,
    alBlocks,
    alOffset: bytes(alOffset),
    bitmapOffset: bytes(bitmapOffset),
    pagesPerSlot,
    totalBytes: bytes(bitmapOffset + o.slots * pagesPerSlot * BITMAP_PAGE_BYTES),
  };
}

/** Extents of the volume, the last one possibly cut short. */
export const extentCount = (layout: MetadataLayout): number => Math.ceil(layout.dataBytes / AL_EXTENT_BYTES);

/** The first and last bitmap block of an extent. */
export function extentBlocks(
  layout: MetadataLayout,
  extent: number,
): { readonly first: number; readonly last: number } {
  const perExtent = AL_EXTENT_BYTES / layout.blockBytes;
  const first = extent * perExtent;
  return { first, last: Math.min(first + perExtent, layout.blocks) - 1 };
}
