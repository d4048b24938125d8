/**
 * The bitmap on disk: 4 KiB pages of eight 512-byte sectors, each on its own: checksum, identity, 4032 bits.
 * A device writes a sector as a whole, so a torn page is a mix of older and newer sectors, never rubbish. A sector
 * that does not check out is for the reader to take as "everything differs".
 */
import { assert } from '../../../common/assert.ts';
import { crc32c } from '../../../common/crc32c.ts';
import { BITMAP_PAGE_BITS, BITMAP_PAGE_BYTES, BITMAP_SECTOR_BITS, BITMAP_SECTOR_BYTES } from './layout.ts';

export const WORDS_PER_SECTOR = BITMAP_SECTOR_BITS / 32;
export const WORDS_PER_PAGE = BITMAP_PAGE_BITS / 32;
export const SECTORS_PER_PAGE = BITMAP_PAGE_BYTES / BITMAP_SECTOR_BYTES;

const CHECKSUM_AT = 0;
const ID_AT = 4;
const BITS_AT = 8;
const INDEX_BITS = 27;

/** 32 slots × 2^27 sectors: more than 2^32 blocks need. */
function sectorId(slot: number, index: number): number {
  return ((slot << INDEX_BITS) | index) >>> 0;
}

/**
 * Writes one page of a slot into `out` at `at`. `page` counts within the slot.
 * @param words of the whole slot, or undefined for all zero.
 */
export function encodeBitmapPage(
  out: Uint8Array,
  at: number,
  source: { readonly slot: number; readonly page: number; readonly words: Uint32Array | undefined },
): void {
  assert(at + BITMAP_PAGE_BYTES <= out.length, 'the page fits into its buffer');
  const view = new DataView(out.buffer, out.byteOffset + at, BITMAP_PAGE_BYTES);
  for (let i = 0; i < SECTORS_PER_PAGE; i++) {
    const index = source.page * SECTORS_PER_PAGE + i;
    const sectorAt = i * BITMAP_SECTOR_BYTES;
    view.setUint32(sectorAt + ID_AT, sectorId(source.slot, index));
    if (source.words !== undefined) {
      copyBits(
        out.subarray(at + sectorAt + BITS_AT, at + sectorAt + BITMAP_SECTOR_BYTES),
        sectorBits(source.words, index),
      );
    }
    const covered = out.subarray(at + sectorAt + ID_AT, at + sectorAt + BITMAP_SECTOR_BYTES);
    view.setUint32(sectorAt + CHECKSUM_AT, crc32c(covered));
  }
}

/**
 * Reads sector `index` of a slot from `area` at `at` into the slot's words.
 * @returns false, with the words untouched, when it is missing, damaged, or another sector.
 */
export function decodeBitmapSector(
  area: Uint8Array,
  at: number,
  target: { readonly slot: number; readonly index: number; readonly words: Uint32Array },
): boolean {
  if (at + BITMAP_SECTOR_BYTES > area.length) return false;
  const view = new DataView(area.buffer, area.byteOffset + at, BITMAP_SECTOR_BYTES);
  if (view.getUint32(ID_AT) !== sectorId(target.slot, target.index)) return false;
  const covered = area.subarray(at + ID_AT, at + BITMAP_SECTOR_BYTES);
  if (view.getUint32(CHECKSUM_AT) !== crc32c(covered)) return false;
  copyBits(sectorBits(target.words, target.index), area.subarray(at + BITS_AT, at + BITMAP_SECTOR_BYTES));
  return true;
}

/** The bytes of a sector's words in memory. */
function sectorBits(words: Uint32Array, index: number): Uint8Array {
  assert((index + 1) * WORDS_PER_SECTOR <= words.length, 'the sector belongs to the slot');
  const bytesPerSector = 4 * WORDS_PER_SECTOR;
  return new Uint8Array(words.buffer, words.byteOffset + index * bytesPerSector, bytesPerSector);
}

const MEMORY_IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Between memory and disk, in either direction: on disk the words are little endian. */
function copyBits(to: Uint8Array, from: Uint8Array): void {
  to.set(from);
  if (MEMORY_IS_LITTLE_ENDIAN) return;
  for (let word = 0; word < to.length; word += 4) to.subarray(word, word + 4).reverse();
}
