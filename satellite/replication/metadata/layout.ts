/**
 * Where things are in the metadata area of one volume. All offsets are bytes from the start of that area:
 *
 *   superblock copy A | superblock copy B | activity log ring | bitmap, slot after slot
 *
 * A bitmap that was laid out anew (sizes/relayout.ts) may begin further on. Every part starts on 4 KiB. `docs/metadata.md` is the normative description.
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
  /** Where the bitmap begins; absent: directly behind the activity log. */
  readonly bitmapOffset?: Bytes | undefined;
}

export function isBlockSize(bytes: number): boolean {
  if (!Number.isInteger(bytes) || bytes < BLOCK_BYTES_MIN || bytes > BLOCK_BYTES_MAX) return false;
  return (bytes & (bytes - 1)) === 0;
}

/** The rule that the options break, or undefined: for values from disk or from people. */
export function layoutProblem(o: LayoutOptions): string | undefined {
  if (!Number.isSafeInteger(o.dataBytes) || o.dataBytes <= 0) return 'the data size is a positive integer below 2^53';
  if (!Number.isInteger(o.slots) || o.slots < 1 || o.slots > SLOTS_MAX) return 'a volume has 1 to 31 bitmap slots';
  if (!isBlockSize(o.blockBytes)) return 'a bitmap bit covers a power of two from 4 KiB to 1 MiB';
  if (!Number.isInteger(o.alExtents) || o.alExtents < 1 || o.alExtents > AL_EXTENTS_MAX) {
    return 'the activity log holds 1 to 65534 extents';
  }
  if (Math.ceil(o.dataBytes / o.blockBytes) > BLOCKS_MAX)
    return 'the volume has more than 2^32 blocks: use larger ones';
  if (o.bitmapOffset === undefined) return undefined;
  if (!Number.isSafeInteger(o.bitmapOffset) || o.bitmapOffset % BITMAP_PAGE_BYTES !== 0)
    return 'the bitmap begins on a whole page';
  return o.bitmapOffset < logEnd(o.alExtents) ? 'the bitmap begins behind the activity log' : undefined;
}

const AL_OFFSET = SUPERBLOCK_COPIES * SUPERBLOCK_BYTES;

/** One block more than a full snapshot of the table needs: the block being overwritten may be torn. */
const ringBlocks = (alExtents: number): number =>
  Math.max(AL_BLOCKS_MIN, 1 + Math.ceil(alExtents / AL_CONTEXT_ENTRIES));

const logEnd = (alExtents: number): number => AL_OFFSET + ringBlocks(alExtents) * AL_BLOCK_BYTES;

/** @throws InvariantError on options outside the limits; ask `layoutProblem` first where they come from outside. */
export function planLayout(o: LayoutOptions): MetadataLayout {
  assert(layoutProblem(o) === undefined, 'layout options within their limits');
  const blocks = Math.ceil(o.dataBytes / o.blockBytes);
  const bitmapOffset = o.bitmapOffset ?? logEnd(o.alExtents);
  const pagesPerSlot = Math.ceil(blocks / BITMAP_PAGE_BITS);
  return {
    dataBytes: o.dataBytes,
    slots: o.slots,
    blockBytes: o.blockBytes,
    blocks,
    alBlocks: ringBlocks(o.alExtents),
    alOffset: bytes(AL_OFFSET),
    bitmapOffset: bytes(bitmapOffset),
    pagesPerSlot,
    totalBytes: bytes(bitmapOffset + o.slots * pagesPerSlot * BITMAP_PAGE_BYTES),
  };
}

/**
 * The same volume with another size or granularity, its bitmap in a place that does not touch the present one: before it if
 * it fits there, else behind it.
 */
export function planRelayout(
  now: MetadataLayout,
  next: Pick<LayoutOptions, 'dataBytes' | 'blockBytes' | 'alExtents'>,
): MetadataLayout {
  const first = planLayout({ ...next, slots: now.slots });
  if (first.totalBytes <= now.bitmapOffset) return first;
  return planLayout({ ...next, slots: now.slots, bitmapOffset: now.totalBytes });
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
