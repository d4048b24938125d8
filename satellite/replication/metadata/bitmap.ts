/**
 * The quick-sync bitmaps of one volume in memory: per slot (diskful peer) one bit per block that may differ there.
 * Knows which 4 KiB pages changed since they were last encoded; when to write them is the owner's business, and so
 * is to have at most one write of a page in flight.
 *
 * Bit numbers and ranges are blocks of the volume, ranges inclusive. Words are 32 bits; bits past the last block
 * stay zero.
 */
import { assert } from '../../../common/assert.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import {
  decodeBitmapSector,
  encodeBitmapPage,
  SECTORS_PER_PAGE,
  WORDS_PER_PAGE,
  WORDS_PER_SECTOR,
} from './bitmap-page.ts';
import { bitsOfBytes, bitsOfWords, countBits, lowestBit, popcount, WORD_BITS, wordMask } from './bitmap-words.ts';
import { BITMAP_PAGE_BITS, BITMAP_PAGE_BYTES, BITMAP_SECTOR_BYTES, type MetadataLayout } from './layout.ts';

export class Bitmap {
  readonly blocks: number;
  readonly slots: number;
  readonly #bitmapOffset: Bytes;
  readonly #pagesPerSlot: number;
  /** By slot, a whole number of pages each. */
  readonly #words: Uint32Array[];
  /** Bits of the slots whose words a clone may have, too: they are copied before the first change. */
  #shared = 0;
  readonly #counts: number[];
  /** Set bits by page, slot-major: lets searches jump over what is clean. */
  readonly #pageBits: Uint32Array;
  /** 1: changed since last encoded. */
  readonly #dirty: Uint8Array;
  #dirtyCount = 0;

  /** All clear, all clean. @param words instead of clear ones */
  constructor(
    layout: Pick<MetadataLayout, 'blocks' | 'slots' | 'bitmapOffset' | 'pagesPerSlot'>,
    words?: Uint32Array[],
  ) {
    this.blocks = layout.blocks;
    this.slots = layout.slots;
    this.#bitmapOffset = layout.bitmapOffset;
    this.#pagesPerSlot = layout.pagesPerSlot;
    this.#words =
      words ?? Array.from({ length: layout.slots }, () => new Uint32Array(layout.pagesPerSlot * WORDS_PER_PAGE));
    this.#counts = new Array<number>(layout.slots).fill(0);
    this.#pageBits = new Uint32Array(layout.slots * layout.pagesPerSlot);
    this.#dirty = new Uint8Array(layout.slots * layout.pagesPerSlot);
  }

  /**
   * Reads the bitmap part of a metadata area. A sector that is damaged, missing or not where it belongs counts as
   * all set, and its page as dirty. Never throws. Allocates by `layout`, which the caller has checked.
   */
  static load(layout: MetadataLayout, area: Uint8Array): { bitmap: Bitmap; damagedSectors: number } {
    const bitmap = new Bitmap(layout);
    const sectorsPerSlot = layout.pagesPerSlot * SECTORS_PER_PAGE;
    let damagedSectors = 0;
    for (let slot = 0; slot < layout.slots; slot++) {
      const words = bitmap.#slotWords(slot);
      for (let index = 0; index < sectorsPerSlot; index++) {
        const at = (slot * sectorsPerSlot + index) * BITMAP_SECTOR_BYTES;
        if (decodeBitmapSector(area, at, { slot, index, words })) continue;
        damagedSectors++;
        words.fill(-1, index * WORDS_PER_SECTOR, (index + 1) * WORDS_PER_SECTOR);
        bitmap.markPageDirty(bitmap.#pageOfWord(slot, index * WORDS_PER_SECTOR));
      }
      bitmap.#dropBitsPastEnd(words);
      bitmap.#recount(slot);
    }
    return { bitmap, damagedSectors };
  }

  clone(): Bitmap {
    const { blocks, slots } = this;
    const layout = { blocks, slots, bitmapOffset: this.#bitmapOffset, pagesPerSlot: this.#pagesPerSlot };
    const copy = new Bitmap(layout, this.#words.slice());
    this.#shared = -1;
    copy.#shared = -1;
    for (let slot = 0; slot < slots; slot++) copy.#counts[slot] = this.count(slot);
    copy.#pageBits.set(this.#pageBits);
    copy.#dirty.set(this.#dirty);
    copy.#dirtyCount = this.#dirtyCount;
    return copy;
  }

  /** All that distinguishes two bitmaps of one layout. */
  visit(visit: (value: number) => void): void {
    for (let slot = 0; slot < this.slots; slot++) {
      const words = this.#slotWords(slot);
      for (let block = this.nextSet(slot, 0); block >= 0; block = this.nextSet(slot, (block | 31) + 1)) {
        visit(block >>> 5);
        visit(words[block >>> 5] ?? 0);
      }
      visit(-1);
    }
    for (const dirty of this.#dirty) visit(dirty);
  }

  /** Set bits of a slot. */
  count(slot: number): number {
    const count = this.#counts[slot];
    assert(count !== undefined, 'the slot exists');
    return count;
  }

  /** @returns how many bits were clear before. */
  set(slot: number, first: number, last: number): number {
    return this.#assign(slot, first, last, true);
  }

  /** @returns how many bits were set before. */
  clear(slot: number, first: number, last: number): number {
    this.#assertRange(first, last);
    return this.count(slot) === 0 ? 0 : this.#assign(slot, first, last, false);
  }

  test(slot: number, block: number): boolean {
    this.#assertRange(block, block);
    return (((this.#slotWords(slot)[block >>> 5] ?? 0) >>> (block & 31)) & 1) === 1;
  }

  anySet(slot: number, first: number, last: number): boolean {
    this.#assertRange(first, last);
    return this.#findSet(slot, first, last) !== -1;
  }

  /** The first set bit at `from` or above; −1 when there is none. */
  nextSet(slot: number, from: number): number {
    return from >= this.blocks ? -1 : this.#findSet(slot, from, this.blocks - 1);
  }

  /** The first clear bit at `from` or above; `blocks` when there is none. */
  nextClear(slot: number, from: number): number {
    if (from >= this.blocks) return this.blocks;
    assert(from >= 0, 'a block number is not negative');
    const words = this.#slotWords(slot);
    const lastWord = (this.blocks - 1) >>> 5;
    let w = from >>> 5;
    let word = ~(words[w] ?? 0) & (-1 << (from & 31));
    while (word === 0 && w < lastWord) word = ~(words[++w] ?? 0);
    return word === 0 ? this.blocks : Math.min(w * WORD_BITS + lowestBit(word), this.blocks);
  }

  setAll(slot: number): void {
    this.set(slot, 0, this.blocks - 1);
  }

  clearAll(slot: number): void {
    this.clear(slot, 0, this.blocks - 1);
  }

  /** Makes slot `to` equal to slot `from`. */
  copySlot(from: number, to: number): void {
    const source = this.#slotWords(from);
    let target = this.#slotWords(to);
    if (from === to) return;
    for (const [w, word] of source.entries()) {
      const old = target[w] ?? 0;
      if (old === word) continue;
      target = this.#ownWords(to);
      target[w] = word;
      this.#changed(to, w, popcount(word) - popcount(old));
    }
  }

  /** A copy of `count` words of 32 bits; word w holds blocks 32 w .. 32 w + 31. Zero past the end. */
  readWords(slot: number, firstWord: number, count: number): Uint32Array {
    assert(firstWord >= 0 && count >= 0 && count <= this.blocks, 'a word range lies in the bitmap');
    const copy = new Uint32Array(count);
    copy.set(this.#slotWords(slot).subarray(firstWord, firstWord + count));
    return copy;
  }

  /** Bits of firstBlock .. firstBlock + blocks − 1, least significant first in each byte, zero-padded. */
  extract(slot: number, firstBlock: number, blocks: number): Uint8Array {
    const words = this.#slotWords(slot);
    if (blocks === 0) return new Uint8Array(0);
    this.#assertRange(firstBlock, firstBlock + blocks - 1);
    const out = new Uint8Array(Math.ceil(blocks / 8));
    for (let done = 0; done < blocks; done += WORD_BITS) {
      let word = bitsOfWords(words, firstBlock + done);
      if (blocks - done < WORD_BITS) word &= (1 << (blocks - done)) - 1;
      for (let at = done / 8; word !== 0; at++, word >>>= 8) out[at] = word & 0xff;
    }
    return out;
  }

  /**
   * Sets what is set in `bits` (form as from `extract`); clears nothing.
   * The caller has checked a peer's numbers: the range lies in the bitmap and `bits` holds at least `blocks` bits.
   * @returns how many bits were clear before.
   */
  mergePlain(slot: number, firstBlock: number, bits: Uint8Array, blocks: number): number {
    let words = this.#slotWords(slot);
    if (blocks === 0) return 0;
    const last = firstBlock + blocks - 1;
    this.#assertRange(firstBlock, last);
    assert(bits.length * 8 >= blocks, 'the bit string covers its range');
    const lastWord = last >>> 5;
    let total = 0;
    for (let w = firstBlock >>> 5; w <= lastWord; w++) {
      const old = words[w] ?? 0;
      const incoming = bitsOfBytes(bits, w * WORD_BITS - firstBlock) & wordMask(w, firstBlock, last);
      const fresh = incoming & ~old;
      if (fresh === 0) continue;
      words = this.#ownWords(slot);
      words[w] = old | fresh;
      const changed = popcount(fresh);
      this.#changed(slot, w, changed);
      total += changed;
    }
    return total;
  }

  /** Pages of all slots that hold a block of the range and changed since they were last encoded, ascending. */
  dirtyPages(firstBlock: number, lastBlock: number): number[] {
    this.#assertRange(firstBlock, lastBlock);
    const pages: number[] = [];
    if (this.#dirtyCount === 0) return pages;
    const firstPage = Math.floor(firstBlock / BITMAP_PAGE_BITS);
    const lastPage = Math.floor(lastBlock / BITMAP_PAGE_BITS);
    for (let slot = 0; slot < this.slots; slot++) {
      const base = slot * this.#pagesPerSlot;
      for (let page = base + firstPage; page <= base + lastPage; page++) if (this.#dirty[page] === 1) pages.push(page);
    }
    return pages;
  }

  allDirtyPages(): number[] {
    const pages: number[] = [];
    if (this.#dirtyCount === 0) return pages;
    for (let page = this.#dirty.indexOf(1); page !== -1; page = this.#dirty.indexOf(1, page + 1)) pages.push(page);
    return pages;
  }

  /**
   * The page as it is now, 4 KiB for `pageOffset(page)`. It counts as clean from here on, though it is not on disk:
   * whoever needs durable bits also waits for the page writes in flight. Failed? `markPageDirty`.
   */
  encodePage(page: number): Uint8Array {
    assert(page >= 0 && page < this.#dirty.length, 'the page exists');
    const slot = Math.floor(page / this.#pagesPerSlot);
    const out = new Uint8Array(BITMAP_PAGE_BYTES);
    encodeBitmapPage(out, 0, { slot, page: page - slot * this.#pagesPerSlot, words: this.#slotWords(slot) });
    if (this.#dirty[page] === 1) {
      this.#dirty[page] = 0;
      this.#dirtyCount--;
    }
    return out;
  }

  /** In the metadata area. */
  pageOffset(page: number): Bytes {
    assert(page >= 0 && page < this.#dirty.length, 'the page exists');
    return bytes(this.#bitmapOffset + page * BITMAP_PAGE_BYTES);
  }

  /** The write of the page failed or has to be repeated. */
  markPageDirty(page: number): void {
    assert(page >= 0 && page < this.#dirty.length, 'the page exists');
    if (this.#dirty[page] === 1) return;
    this.#dirty[page] = 1;
    this.#dirtyCount++;
  }

  #slotWords(slot: number): Uint32Array {
    const words = this.#words[slot];
    assert(words !== undefined, 'the slot exists');
    return words;
  }

  /** To write to. */
  #ownWords(slot: number): Uint32Array {
    const words = this.#slotWords(slot);
    if (((this.#shared >>> slot) & 1) === 0) return words;
    const own = words.slice();
    this.#words[slot] = own;
    this.#shared &= ~(1 << slot);
    return own;
  }

  #assertRange(first: number, last: number): void {
    assert(first >= 0 && first <= last && last < this.blocks, 'a block range is not empty and lies in the bitmap');
  }

  #pageOfWord(slot: number, word: number): number {
    return slot * this.#pagesPerSlot + Math.floor(word / WORDS_PER_PAGE);
  }

  #changed(slot: number, word: number, by: number): void {
    const page = this.#pageOfWord(slot, word);
    this.#pageBits[page] = (this.#pageBits[page] ?? 0) + by;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + by;
    if (this.#dirty[page] === 1) return;
    this.#dirty[page] = 1;
    this.#dirtyCount++;
  }

  /** Gives every bit of the range one value. @returns how many changed. */
  #assign(slot: number, first: number, last: number, on: boolean): number {
    let words = this.#slotWords(slot);
    this.#assertRange(first, last);
    const lastWord = last >>> 5;
    let total = 0;
    for (let w = first >>> 5; w <= lastWord; w++) {
      if (w % WORDS_PER_PAGE === 0 && w * WORD_BITS >= first && last - w * WORD_BITS >= BITMAP_PAGE_BITS - 1) {
        total += this.#assignPage(slot, w, on);
        w += WORDS_PER_PAGE - 1;
        continue;
      }
      const old = words[w] ?? 0;
      const change = wordMask(w, first, last) & (on ? ~old : old);
      if (change === 0) continue;
      words = this.#ownWords(slot);
      words[w] = old ^ change;
      const changed = popcount(change);
      this.#changed(slot, w, on ? changed : -changed);
      total += changed;
    }
    return total;
  }

  /** The same for a whole page that lies in the bitmap, by its first word: full syncs and large discards. */
  #assignPage(slot: number, firstWord: number, on: boolean): number {
    const before = this.#pageBits[this.#pageOfWord(slot, firstWord)] ?? 0;
    const change = (on ? BITMAP_PAGE_BITS : 0) - before;
    if (change === 0) return 0;
    this.#ownWords(slot).fill(on ? -1 : 0, firstWord, firstWord + WORDS_PER_PAGE);
    this.#changed(slot, firstWord, change);
    return Math.abs(change);
  }

  #findSet(slot: number, from: number, to: number): number {
    const words = this.#slotWords(slot);
    assert(from >= 0, 'a block number is not negative');
    const lastWord = to >>> 5;
    let w = from >>> 5;
    let word = (words[w] ?? 0) & (-1 << (from & 31));
    let page = this.#pageOfWord(slot, w);
    let pageEnd = (Math.floor(w / WORDS_PER_PAGE) + 1) * WORDS_PER_PAGE;
    while (word === 0) {
      w++;
      if (this.#pageBits[page] === 0) w = pageEnd;
      if (w > lastWord) return -1;
      if (w === pageEnd) {
        page++;
        pageEnd += WORDS_PER_PAGE;
      }
      word = words[w] ?? 0;
    }
    const found = w * WORD_BITS + lowestBit(word);
    return found <= to ? found : -1;
  }

  #dropBitsPastEnd(words: Uint32Array): void {
    const lastWord = (this.blocks - 1) >>> 5;
    words[lastWord] = (words[lastWord] ?? 0) & wordMask(lastWord, 0, this.blocks - 1);
    words.fill(0, lastWord + 1);
  }

  #recount(slot: number): void {
    const words = this.#slotWords(slot);
    let total = 0;
    for (let p = 0; p < this.#pagesPerSlot; p++) {
      const inPage = countBits(words, p * WORDS_PER_PAGE, (p + 1) * WORDS_PER_PAGE);
      this.#pageBits[slot * this.#pagesPerSlot + p] = inPage;
      total += inPage;
    }
    this.#counts[slot] = total;
  }
}
