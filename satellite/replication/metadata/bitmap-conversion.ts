/** A bitmap for another size of the volume, or of its blocks. */
import { Bitmap } from './bitmap.ts';
import type { MetadataLayout } from './layout.ts';

/**
 * All slots of `from` in the shape of `to`, every page dirty. Rounded outward: a block of the new bitmap is set if any byte of it
 * was marked, and whatever was marked stays so. What lies beyond the new end is dropped.
 */
export function convertBitmap(from: Bitmap, before: MetadataLayout, to: MetadataLayout): Bitmap {
  const bitmap = new Bitmap(to);
  for (let slot = 0; slot < to.slots; slot += 1) {
    for (let first = from.nextSet(slot, 0); first >= 0; ) {
      const end = from.nextClear(slot, first);
      const run = blocksOf(to, first * before.blockBytes, Math.min(end * before.blockBytes, before.dataBytes));
      if (run !== undefined) bitmap.set(slot, run.first, run.last);
      first = from.nextSet(slot, end);
    }
  }
  for (let page = 0; page < to.slots * to.pagesPerSlot; page += 1) bitmap.markPageDirty(page);
  return bitmap;
}

/** The blocks of which a byte lies in from..end (exclusive); undefined: none, the volume ends before. */
export function blocksOf(
  layout: Pick<MetadataLayout, 'blockBytes' | 'blocks'>,
  from: number,
  end: number,
): { readonly first: number; readonly last: number } | undefined {
  const first = Math.floor(from / layout.blockBytes);
  const last = Math.min(Math.ceil(end / layout.blockBytes), layout.blocks) - 1;
  return last < first ? undefined : { first, last };
}
