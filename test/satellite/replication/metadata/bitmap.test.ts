import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../../../common/assert.ts';
import { bitsOfBytes, bitsOfWords, wordMask } from '../../../../satellite/replication/metadata/bitmap-words.ts';
import { Bitmap } from '../../../../satellite/replication/metadata/bitmap.ts';
import {
  BITMAP_PAGE_BITS,
  type MetadataLayout,
  planLayout,
} from '../../../../satellite/replication/metadata/layout.ts';
import { bytes } from '../../../../common/units.ts';
import { aLayout, torn } from './builders.ts';

/** Two pages and a bit per slot, with an odd last word. */
const BLOCKS = 2 * BITMAP_PAGE_BITS + 77;
const LAYOUT: MetadataLayout = planLayout({
  dataBytes: bytes(BLOCKS * 4096 - 5),
  slots: 2,
  blockBytes: 4096,
  alExtents: 67,
});

const block = fc.oneof(
  fc.nat(BLOCKS - 1),
  fc.nat(100),
  fc.integer({ min: BITMAP_PAGE_BITS - 70, max: BITMAP_PAGE_BITS + 70 }),
  fc.integer({ min: BLOCKS - 80, max: BLOCKS - 1 }),
);
const range = fc
  .tuple(
    block,
    fc.oneof(
      { weight: 4, arbitrary: fc.nat(70) },
      { weight: 3, arbitrary: fc.nat(5000) },
      { weight: 2, arbitrary: fc.nat(BLOCKS) },
    ),
  )
  .map(([first, length]) => ({ first, last: Math.min(first + length, BLOCKS - 1) }));

/** The slow, obvious bitmap. */
class NaiveBitmap {
  readonly slots = [new Set<number>(), new Set<number>()];

  slot(slot: number): Set<number> {
    const set = this.slots[slot];
    if (set === undefined) throw new Error('two slots');
    return set;
  }

  change(slot: number, o: { first: number; last: number }, on: boolean): number {
    const set = this.slot(slot);
    const before = set.size;
    for (let b = o.first; b <= o.last; b++) on ? set.add(b) : set.delete(b);
    return Math.abs(set.size - before);
  }

  nextSet(slot: number, from: number): number {
    const above = [...this.slot(slot)].filter((b) => b >= from);
    return above.reduce((least, b) => (least === -1 || b < least ? b : least), -1);
  }
}

const write = (area: Uint8Array, bitmap: Bitmap, page: number): void => {
  area.set(bitmap.encodePage(page), bitmap.pageOffset(page) - LAYOUT.bitmapOffset);
};

/** The bitmap area of fresh metadata. */
function freshArea(): Uint8Array {
  const area = new Uint8Array(LAYOUT.totalBytes - LAYOUT.bitmapOffset);
  const bitmap = new Bitmap(LAYOUT);
  for (let page = 0; page < LAYOUT.slots * LAYOUT.pagesPerSlot; page++) write(area, bitmap, page);
  return area;
}

const words = (bitmap: Bitmap, slot: number): Uint32Array => bitmap.readWords(slot, 0, Math.ceil(BLOCKS / 32));

function changeSomehow(
  bitmap: Bitmap,
  how: number,
  slot: number,
  { first, last }: { first: number; last: number },
): void {
  if (how === 0) bitmap.set(slot, first, last);
  else if (how === 1) bitmap.clear(slot, first, last);
  else if (how === 2) bitmap.copySlot(slot, 1 - slot);
  else if (how === 3) bitmap.mergePlain(slot, Math.min(first, BLOCKS - 16), Uint8Array.of(0xa5, 0x5a), 16);
  else bitmap.encodePage(slot * LAYOUT.pagesPerSlot);
}

describe('Bitmap', () => {
  it('sets, clears, counts and finds like a set of block numbers', () => {
    const command = fc.record({ slot: fc.nat(1), range, on: fc.boolean(), probe: block });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        const bitmap = new Bitmap(LAYOUT);
        const naive = new NaiveBitmap();
        for (const c of commands) {
          const { first, last } = c.range;
          const changed = c.on ? bitmap.set(c.slot, first, last) : bitmap.clear(c.slot, first, last);
          expect(changed).to.equal(naive.change(c.slot, c.range, c.on));
          expect(bitmap.count(c.slot)).to.equal(naive.slot(c.slot).size);
          expect(bitmap.test(c.slot, c.probe)).to.equal(naive.slot(c.slot).has(c.probe));
          const next = naive.nextSet(c.slot, c.probe);
          expect(bitmap.nextSet(c.slot, c.probe)).to.equal(next);
          const end = Math.min(c.probe + 40, BLOCKS - 1);
          expect(bitmap.anySet(c.slot, c.probe, end)).to.equal(next !== -1 && next <= end);
          let clear = c.probe;
          while (naive.slot(c.slot).has(clear)) clear++;
          expect(bitmap.nextClear(c.slot, c.probe)).to.equal(clear);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has clones that go on by themselves, whichever of two is changed, and however', () => {
    const change = fc.record({ which: fc.nat(2), how: fc.nat(4), slot: fc.nat(1), range });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const original = new Bitmap(LAYOUT);
        original.set(0, 5, 70);
        const clone = original.clone();
        const all = [original, clone, clone.clone()];
        // The same changes without a clone in the world.
        const alone = all.map(() => new Bitmap(LAYOUT));
        for (const bitmap of alone) bitmap.set(0, 5, 70);
        for (const { which, how, slot, range: each } of changes) {
          const pair = [all[which], alone[which]];
          for (const bitmap of pair) if (bitmap !== undefined) changeSomehow(bitmap, how, slot, each);
        }
        all.forEach((bitmap, i) => {
          const twin = alone[i];
          for (const slot of [0, 1]) {
            expect(bitmap.count(slot)).to.equal(twin?.count(slot));
            expect(words(bitmap, slot)).to.deep.equal(twin === undefined ? undefined : words(twin, slot));
          }
          expect(bitmap.allDirtyPages()).to.deep.equal(twin?.allDirtyPages());
        });
      }),
      { numRuns: 60 },
    );
  });

  it('covers exactly the blocks of the volume with setAll', () => {
    const bitmap = new Bitmap(LAYOUT);
    bitmap.setAll(1);
    expect(bitmap.count(1)).to.equal(BLOCKS);
    expect(bitmap.count(0)).to.equal(0);
    expect(bitmap.nextClear(1, 0)).to.equal(BLOCKS);
    expect(bitmap.nextSet(1, BLOCKS)).to.equal(-1);
    bitmap.clear(1, 5, BLOCKS - 1);
    expect(bitmap.count(1)).to.equal(5);
    bitmap.clearAll(1);
    expect(bitmap.nextSet(1, 0)).to.equal(-1);
  });

  it('refuses ranges and slots outside', () => {
    const bitmap = new Bitmap(LAYOUT);
    expect(() => bitmap.set(0, 0, BLOCKS)).to.throw(InvariantError);
    expect(() => bitmap.set(0, 3, 2)).to.throw(InvariantError);
    expect(() => bitmap.clear(2, 0, 0)).to.throw(InvariantError);
    expect(() => bitmap.test(0, -1)).to.throw(InvariantError);
    expect(() => bitmap.encodePage(6)).to.throw(InvariantError);
    expect(() => bitmap.mergePlain(0, 0, new Uint8Array(1), 9)).to.throw(InvariantError);
  });

  it('computes with block numbers up to 2^32', () => {
    const last = 2 ** 32 - 1;
    expect(wordMask(2 ** 27 - 1, last - 2, last) >>> 0).to.equal(0xe000_0000);
    expect(wordMask(2 ** 27 - 1, 0, last)).to.equal(-1);
    expect(bitsOfWords(Uint32Array.of(0x8000_0000, 1), 31) >>> 0).to.equal(3);
    expect(bitsOfBytes(Uint8Array.of(3), -31) >>> 0).to.equal(0x8000_0000);
  });

  it('hands out a range as bytes and merges it elsewhere, at any alignment, clearing nothing', () => {
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 8 }),
        fc.array(range, { maxLength: 4 }),
        block,
        fc.nat(300),
        (ours, theirs, first, length) => {
          const blocks = Math.min(length + 1, BLOCKS - first);
          const source = new Bitmap(LAYOUT);
          const target = new Bitmap(LAYOUT);
          for (const r of ours) source.set(0, r.first, r.last);
          for (const r of theirs) target.set(1, r.first, r.last);
          const expected = new Set<number>();
          for (let b = 0; b < BLOCKS; b = b + 1) {
            if (b >= first && b < first + blocks ? source.test(0, b) || target.test(1, b) : target.test(1, b))
              expected.add(b);
          }
          const before = target.count(1);
          const bits = source.extract(0, first, blocks);
          expect(bits).to.have.length(Math.ceil(blocks / 8));
          expect(target.mergePlain(1, first, bits, blocks)).to.equal(expected.size - before);
          expect(target.count(1)).to.equal(expected.size);
          for (let b = target.nextSet(1, 0); b !== -1; b = target.nextSet(1, b + 1))
            expect(expected.has(b)).to.equal(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('puts the lowest block into the lowest bit of a byte', () => {
    const bitmap = new Bitmap(LAYOUT);
    bitmap.set(0, 9, 9);
    bitmap.set(0, 16, 16);
    expect([...bitmap.extract(0, 8, 9)]).to.deep.equal([0b10, 1]);
    expect([...bitmap.readWords(0, 0, 1)]).to.deep.equal([(1 << 9) | (1 << 16)]);
    const stray = new Bitmap(LAYOUT);
    stray.mergePlain(0, 3, Uint8Array.of(0xff), 2);
    expect(stray.count(0), 'bits past the range are ignored').to.equal(2);
    expect(stray.mergePlain(0, 0, new Uint8Array(0), 0), 'an empty range').to.equal(0);
    expect(stray.extract(0, 0, 0)).to.have.length(0);
  });

  it('copies a slot and marks only pages that changed', () => {
    const bitmap = new Bitmap(LAYOUT);
    bitmap.set(0, BITMAP_PAGE_BITS + 3, BITMAP_PAGE_BITS + 9);
    for (const page of bitmap.allDirtyPages()) bitmap.encodePage(page);
    bitmap.copySlot(0, 1);
    expect(bitmap.count(1)).to.equal(7);
    expect(bitmap.allDirtyPages()).to.deep.equal([4]);
    bitmap.copySlot(0, 1);
    expect(words(bitmap, 1)).to.deep.equal(words(bitmap, 0));
  });

  it('knows which pages changed since they were encoded', () => {
    const bitmap = new Bitmap(LAYOUT);
    expect(bitmap.allDirtyPages()).to.deep.equal([]);
    bitmap.set(0, 10, 10);
    bitmap.set(1, BITMAP_PAGE_BITS - 1, BITMAP_PAGE_BITS);
    expect(bitmap.allDirtyPages()).to.deep.equal([0, 3, 4]);
    expect(bitmap.dirtyPages(0, 20)).to.deep.equal([0, 3]);
    expect(bitmap.dirtyPages(BITMAP_PAGE_BITS, BITMAP_PAGE_BITS)).to.deep.equal([4]);
    bitmap.encodePage(0);
    bitmap.set(0, 10, 10);
    expect(bitmap.dirtyPages(0, 20), 'nothing new').to.deep.equal([3]);
    bitmap.clear(0, 10, 10);
    expect(bitmap.dirtyPages(0, 20)).to.deep.equal([0, 3]);
    bitmap.encodePage(3);
    bitmap.markPageDirty(3);
    expect(bitmap.allDirtyPages()).to.deep.equal([0, 3, 4]);
    expect(bitmap.pageOffset(3)).to.equal(LAYOUT.bitmapOffset + 3 * 4096);
  });
});

describe('bitmap on disk', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ slot: fc.nat(1), range }), { maxLength: 10 }), (ranges) => {
        const bitmap = new Bitmap(LAYOUT);
        const area = freshArea();
        for (const r of ranges) bitmap.set(r.slot, r.range.first, r.range.last);
        for (const page of bitmap.allDirtyPages()) write(area, bitmap, page);
        expect(bitmap.allDirtyPages()).to.deep.equal([]);
        const loaded = Bitmap.load(LAYOUT, area);
        expect(loaded.damagedSectors).to.equal(0);
        expect(loaded.bitmap.allDirtyPages()).to.deep.equal([]);
        for (const slot of [0, 1]) {
          expect(loaded.bitmap.count(slot)).to.equal(bitmap.count(slot));
          expect(words(loaded.bitmap, slot)).to.deep.equal(words(bitmap, slot));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('never loses a bit that both the old and the new page have, whatever part of a page write arrives', () => {
    const mask = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 6 }),
        fc.array(fc.record({ range, on: fc.boolean() }), { maxLength: 6 }),
        mask,
        (start, changes, sectors) => {
          const bitmap = new Bitmap(LAYOUT);
          const before = freshArea();
          for (const r of start) bitmap.set(0, r.first, r.last);
          for (const page of bitmap.allDirtyPages()) write(before, bitmap, page);
          const old = words(bitmap, 0);
          for (const c of changes)
            c.on ? bitmap.set(0, c.range.first, c.range.last) : bitmap.clear(0, c.range.first, c.range.last);
          const now = words(bitmap, 0);
          for (const page of bitmap.allDirtyPages()) {
            const image = torn(before, bitmap.pageOffset(page) - LAYOUT.bitmapOffset, bitmap.encodePage(page), sectors);
            const { bitmap: loaded, damagedSectors } = Bitmap.load(LAYOUT, image);
            expect(damagedSectors).to.equal(0);
            const found = words(loaded, 0);
            expect(found.every((word, w) => word === old[w] || word === now[w])).to.equal(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes a damaged, missing or misplaced sector as all set, leaves the rest alone, and wants it rewritten', () => {
    const area = freshArea();
    area[8192 + 100] = 1; // sector 0 of the last page of slot 0: blocks 64512..64588
    const { bitmap, damagedSectors } = Bitmap.load(LAYOUT, area);
    expect(damagedSectors).to.equal(1);
    expect(bitmap.count(0)).to.equal(77);
    expect(bitmap.nextSet(0, 0)).to.equal(2 * BITMAP_PAGE_BITS);
    expect(bitmap.count(1)).to.equal(0);
    expect(bitmap.allDirtyPages()).to.deep.equal([2]);
    write(area, bitmap, 2);
    expect(Bitmap.load(LAYOUT, area).damagedSectors).to.equal(0);

    const misplaced = freshArea();
    misplaced.copyWithin(0, 512, 1024);
    expect(Bitmap.load(LAYOUT, misplaced).bitmap.count(0)).to.equal(4032);
    const otherSlot = freshArea();
    otherSlot.copyWithin(0, 3 * 4096, 3 * 4096 + 512);
    expect(Bitmap.load(LAYOUT, otherSlot).bitmap.count(0)).to.equal(4032);
    const zeroed = Bitmap.load(LAYOUT, new Uint8Array(area.length));
    expect([zeroed.damagedSectors, zeroed.bitmap.count(0), zeroed.bitmap.count(1)]).to.deep.equal([48, BLOCKS, BLOCKS]);
    expect(Bitmap.load(LAYOUT, area.subarray(0, 3 * 4096)).bitmap.count(1)).to.equal(BLOCKS);
  });

  it('never throws and never loses a bit by flipped bits or a cut area', () => {
    const bitmap = new Bitmap(LAYOUT);
    for (let b = 0; b < BLOCKS; b += 7) bitmap.set(b % 2, b, b);
    const area = freshArea();
    for (const page of bitmap.allDirtyPages()) write(area, bitmap, page);
    const truth = [words(bitmap, 0), words(bitmap, 1)];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(area.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 5 }),
        fc.nat(area.length),
        (flips, length) => {
          const image = area.slice();
          for (const [at, xor] of flips) image[at] = (image[at] ?? 0) ^ xor;
          const { bitmap: loaded } = Bitmap.load(LAYOUT, image.subarray(0, length));
          for (const slot of [0, 1]) {
            const found = words(loaded, slot);
            expect(truth[slot]?.every((word, w) => (word & ~(found[w] ?? 0)) === 0)).to.equal(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('serves volumes of every block size and a single block', () => {
    for (const layout of [
      aLayout({ mib: 1, blockBytes: 1_048_576, slots: 31 }),
      aLayout({ mib: 100, blockBytes: 65_536 }),
    ]) {
      const bitmap = new Bitmap(layout);
      bitmap.setAll(layout.slots - 1);
      expect(bitmap.count(layout.slots - 1)).to.equal(layout.blocks);
    }
  });
});
