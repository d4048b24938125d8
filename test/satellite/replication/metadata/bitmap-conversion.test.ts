import { expect } from 'chai';
import fc from 'fast-check';
import { bytes } from '../../../../common/units.ts';
import { Bitmap } from '../../../../satellite/replication/metadata/bitmap.ts';
import { convertBitmap } from '../../../../satellite/replication/metadata/bitmap-conversion.ts';
import { type MetadataLayout, planLayout, planRelayout } from '../../../../satellite/replication/metadata/layout.ts';

const KIB = 1024;
const blockBytes = fc.constantFrom(4, 8, 16, 64, 256).map((kib) => kib * KIB);
const size = fc.integer({ min: 1, max: 600 }).map((sectors) => bytes(sectors * 4096));

const layout = (dataBytes: number, block: number): MetadataLayout =>
  planLayout({ dataBytes: bytes(dataBytes), slots: 2, blockBytes: block, alExtents: 67 });

describe('A bitmap in another shape', () => {
  it('keeps every mark, rounded outward and no further, whatever the two granularities and sizes are', () => {
    fc.assert(
      fc.property(size, blockBytes, size, blockBytes, fc.array(fc.nat(599)), (before, from, after, to, marked) => {
        const [old, next] = [layout(before, from), layout(after, to)];
        const bitmap = new Bitmap(old);
        for (const block of marked) bitmap.set(1, block % old.blocks, block % old.blocks);
        const converted = convertBitmap(bitmap, old, next);
        for (let block = 0; block < next.blocks; block += 1) {
          const start = block * to;
          const end = Math.min(start + to, before);
          const wasMarked =
            start < end && bitmap.anySet(1, Math.floor(start / from), Math.min(Math.ceil(end / from), old.blocks) - 1);
          expect(converted.test(1, block), `block ${block}`).to.equal(wasMarked);
        }
        expect(converted.count(0)).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });

  it('is dirty as a whole, and never in the place of the old one', () => {
    fc.assert(
      fc.property(
        size,
        blockBytes,
        fc.array(fc.tuple(size, blockBytes), { minLength: 1, maxLength: 6 }),
        (d, b, steps) => {
          let now = layout(d, b);
          for (const [dataBytes, block] of steps) {
            const next = planRelayout(now, { dataBytes, blockBytes: block, alExtents: 67 });
            const apart = next.totalBytes <= now.bitmapOffset || next.bitmapOffset >= now.totalBytes;
            expect(
              apart,
              `${next.bitmapOffset}..${next.totalBytes} and ${now.bitmapOffset}..${now.totalBytes}`,
            ).to.equal(true);
            expect(next.bitmapOffset).to.be.at.least(now.alOffset + now.alBlocks * 4096);
            expect(convertBitmap(new Bitmap(now), now, next).allDirtyPages()).to.have.length(
              next.slots * next.pagesPerSlot,
            );
            now = next;
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
