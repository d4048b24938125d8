import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../../../common/assert.ts';
import { bytes } from '../../../../common/units.ts';
import {
  AL_CONTEXT_ENTRIES,
  AL_EXTENT_BYTES,
  BITMAP_PAGE_BITS,
  extentBlocks,
  extentCount,
  planLayout,
} from '../../../../satellite/replication/metadata/layout.ts';
import { aLayout } from './builders.ts';

const options = fc.record({
  dataBytes: fc.integer({ min: 1, max: 2 ** 44 }).map(bytes),
  slots: fc.integer({ min: 1, max: 31 }),
  blockBytes: fc.integer({ min: 12, max: 20 }).map((power) => bytes(2 ** power)),
  alExtents: fc.integer({ min: 1, max: 65_534 }),
});

describe('metadata layout', () => {
  it('puts the parts one after the other on 4 KiB, large enough for what they hold', () => {
    fc.assert(
      fc.property(options, (o) => {
        const layout = planLayout(o);
        expect(layout.alOffset).to.equal(8192);
        expect(layout.bitmapOffset).to.equal(layout.alOffset + layout.alBlocks * 4096);
        expect(layout.totalBytes).to.equal(layout.bitmapOffset + layout.slots * layout.pagesPerSlot * 4096);
        expect(o.alExtents).to.be.at.most(AL_CONTEXT_ENTRIES * (layout.alBlocks - 1));
        expect(layout.alBlocks).to.be.at.least(8);
        expect(layout.blocks * layout.blockBytes).to.be.at.least(o.dataBytes);
        expect((layout.blocks - 1) * layout.blockBytes).to.be.below(o.dataBytes);
        expect(layout.pagesPerSlot * BITMAP_PAGE_BITS).to.be.at.least(layout.blocks);
      }),
    );
  });

  it('keeps offsets beyond 4 GiB exact', () => {
    const layout = planLayout({ dataBytes: bytes(2 ** 44), slots: 31, blockBytes: 4096, alExtents: 1237 });
    expect(layout.blocks).to.equal(2 ** 32);
    expect(layout.totalBytes).to.equal(8192 + 8 * 4096 + 31 * Math.ceil(2 ** 32 / 32_256) * 4096);
  });

  it('covers the volume with extents whose blocks follow each other without gap or overlap', () => {
    const layout = planLayout({
      dataBytes: bytes(3 * AL_EXTENT_BYTES + 5000),
      slots: 1,
      blockBytes: 65_536,
      alExtents: 67,
    });
    let next = 0;
    for (let extent = 0; extent < extentCount(layout); extent++) {
      const { first, last } = extentBlocks(layout, extent);
      expect(first).to.equal(next);
      next = last + 1;
    }
    expect(next).to.equal(layout.blocks);
  });

  it('refuses a geometry outside its limits', () => {
    expect(() => aLayout({ slots: 0 })).to.throw(InvariantError);
    expect(() => aLayout({ slots: 32 })).to.throw(InvariantError);
    expect(() => aLayout({ blockBytes: 12_288 })).to.throw(InvariantError);
    expect(() => aLayout({ blockBytes: 2048 })).to.throw(InvariantError);
    expect(() => aLayout({ alExtents: 65_535 })).to.throw(InvariantError);
    expect(() => aLayout({ mib: 0 })).to.throw(InvariantError);
    expect(() => aLayout({ mib: 2 ** 25 })).to.throw(InvariantError);
  });
});
