import { expect } from 'chai';
import fc from 'fast-check';
import { nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import { crc32c } from '../../../../common/crc32c.ts';
import { ActivityLog } from '../../../../satellite/replication/metadata/activity-log.ts';
import { formatMetadata, readMetadata } from '../../../../satellite/replication/metadata/format.ts';
import { type MetadataLayout, planLayout } from '../../../../satellite/replication/metadata/layout.ts';
import {
  encodeSuperblock,
  type Superblock,
  SUPERBLOCK_FIELDS,
} from '../../../../satellite/replication/metadata/superblock.ts';
import { aSuperblock, MIB, torn } from './builders.ts';

const EXPECT = { resource: 'db', volume: volumeNumber(0), node: nodeId(1) };
const SUPERBLOCK = aSuperblock({ dataBytes: bytes(300 * MIB) });

function format(superblock: Superblock, over?: Uint8Array): { image: Uint8Array; layout: MetadataLayout } {
  const layout = planLayout(superblock);
  const image = over?.slice() ?? new Uint8Array(layout.totalBytes).fill(0xa5);
  for (const { offset, data } of formatMetadata(layout, superblock)) image.set(data, offset);
  return { image, layout };
}

/** Turns a superblock into one that another release has written, with the right checksum. */
function writtenByVersion(version: number, copy: Uint8Array): void {
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  view.setUint32(SUPERBLOCK_FIELDS.version[0], version);
  const [at, size] = SUPERBLOCK_FIELDS.checksum;
  view.setUint32(at, crc32c(copy.subarray(at + size), crc32c(copy.subarray(0, at))));
}

describe('metadata area', () => {
  it('is read back after formatting: nothing marked, nothing hot, every byte explicit', () => {
    const { image, layout } = format(SUPERBLOCK);
    const read = readMetadata(image, EXPECT);
    if (!read.ok) throw new Error(read.message);
    expect(read.superblock).to.deep.equal(SUPERBLOCK);
    expect(read.layout).to.deep.equal(layout);
    expect(read).to.deep.include({
      hotExtents: [],
      nextTransaction: layout.alBlocks,
      damagedSectors: 0,
      fellBack: false,
    });
    expect([read.bitmap.count(0), read.bitmap.count(1)]).to.deep.equal([0, 0]);
    expect(read.bitmap.blocks).to.equal(layout.blocks);
  });

  it('covers the whole area in chunks that do not overlap, apart from the superblock at the end', () => {
    const superblock = aSuperblock({ dataBytes: bytes(64 * 1024 * MIB), slots: 7 });
    const layout = planLayout(superblock);
    let end = 0;
    const chunks = [...formatMetadata(layout, superblock)];
    for (const { offset, data, flushAfter } of chunks.slice(0, -1)) {
      expect(offset).to.equal(end);
      end += data.length;
      expect(flushAfter).to.equal(offset === 0 || end === layout.totalBytes);
    }
    expect(end).to.equal(layout.totalBytes);
    expect(chunks.at(-1)).to.deep.include({ offset: 4096, flushAfter: true });
  });

  it('holds no superblock at all after a crash in the middle of formatting over an older area', () => {
    const old = format(aSuperblock({ dataBytes: SUPERBLOCK.dataBytes, sequence: 40 })).image;
    const layout = planLayout(SUPERBLOCK);
    const image = old.slice();
    for (const { offset, data } of [...formatMetadata(layout, SUPERBLOCK)].slice(0, -1)) {
      image.set(data, offset);
      expect(readMetadata(image, EXPECT)).to.deep.include({ ok: false, code: 'METADATA_MISSING' });
    }
    const last = encodeSuperblock(SUPERBLOCK);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (mask) => {
        const read = readMetadata(torn(image, 4096, last, mask), EXPECT);
        if (read.ok) expect(read.superblock).to.deep.equal(SUPERBLOCK);
      }),
      { numRuns: 20 },
    );
  });

  it('gives back hot extents and marked blocks', () => {
    const { image, layout } = format(SUPERBLOCK);
    const log = new ActivityLog({ extentsMax: 67, layout });
    log.acquire(3, 5);
    const transaction = log.takeTransaction();
    if (transaction === undefined) throw new Error('a transaction was due');
    image.set(transaction.block, transaction.offset);
    const first = readMetadata(image, EXPECT);
    if (!first.ok) throw new Error(first.message);
    first.bitmap.set(1, 1000, 1999);
    for (const page of first.bitmap.allDirtyPages())
      image.set(first.bitmap.encodePage(page), first.bitmap.pageOffset(page));
    const second = readMetadata(image, EXPECT);
    if (!second.ok) throw new Error(second.message);
    expect(second.hotExtents).to.deep.equal([3, 4, 5]);
    expect(second.nextTransaction).to.equal(transaction.number + 1);
    expect(second.bitmap.count(1)).to.equal(1000);
  });

  it('refuses the disk of another resource, volume or node, and says what it found', () => {
    const { image } = format(SUPERBLOCK);
    for (const [other, found] of [
      [{ ...EXPECT, resource: 'mail' }, 'resource "db"'],
      [{ ...EXPECT, volume: volumeNumber(3) }, 'volume 0'],
      [{ ...EXPECT, node: nodeId(2) }, 'node id 1'],
    ] as const) {
      const read = readMetadata(image, other);
      expect(read).to.deep.include({ ok: false, code: 'METADATA_FOREIGN' });
      expect(!read.ok && read.cause).to.contain(found);
    }
    expect(readMetadata(image, { ...EXPECT, resource: 'DB' }).ok, 'names compare without case').to.equal(true);
  });

  it('tells missing, damaged, newer and short metadata apart', () => {
    const { image, layout } = format(SUPERBLOCK);
    const code = (bytesFound: Uint8Array): string => {
      const read = readMetadata(bytesFound, EXPECT);
      return read.ok ? 'ok' : read.code;
    };
    expect(code(new Uint8Array(0))).to.equal('METADATA_TOO_SMALL');
    expect(code(image.subarray(0, layout.totalBytes - 1))).to.equal('METADATA_TOO_SMALL');
    expect(code(new Uint8Array(image.length))).to.equal('METADATA_MISSING');
    const flipped = image.slice();
    flipped[4096 + 70] = 1;
    expect(code(flipped)).to.equal('METADATA_CORRUPT');
    const newer = image.slice();
    writtenByVersion(5, newer.subarray(4096, 8192));
    expect(code(newer)).to.equal('METADATA_VERSION');
    writtenByVersion(0, newer.subarray(4096, 8192));
    expect(code(newer)).to.equal('METADATA_CORRUPT');
    const noLog = image.slice().fill(0, layout.alOffset, layout.bitmapOffset);
    expect(code(noLog)).to.equal('METADATA_CORRUPT');
    const noBitmap = image.slice().fill(0, layout.bitmapOffset);
    const read = readMetadata(noBitmap, EXPECT);
    expect(read.ok && read.bitmap.count(0)).to.equal(layout.blocks);
    const longer = new Uint8Array(image.length + 5000);
    longer.set(image);
    expect(code(longer)).to.equal('ok');
  });

  it('goes on with one whole superblock, and says that the other one is damaged', () => {
    const { image } = format(SUPERBLOCK);
    image.set(encodeSuperblock({ ...SUPERBLOCK, sequence: 2, consistent: false }), 0);
    expect(readMetadata(image, EXPECT)).to.deep.include({ ok: true, fellBack: false });
    image[300] = (image[300] ?? 0) ^ 1;
    const read = readMetadata(image, EXPECT);
    expect(read).to.deep.include({ ok: true, fellBack: true });
    expect(read.ok && read.superblock).to.deep.equal(SUPERBLOCK);
  });

  it('does not allocate what a superblock claims but the image does not hold', () => {
    const huge = aSuperblock({ dataBytes: bytes(2 ** 44), slots: 31 });
    const image = new Uint8Array(65_536);
    image.set(encodeSuperblock(huge), 4096);
    expect(readMetadata(image, EXPECT)).to.deep.include({ ok: false, code: 'METADATA_TOO_SMALL' });
  });

  it('never throws on flipped bits, cuts and noise', () => {
    const { image } = format(aSuperblock({ dataBytes: bytes(16 * MIB) }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(image.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.option(fc.nat(image.length)),
        (flips, length) => {
          const found = image.slice(0, length ?? image.length);
          for (const [at, xor] of flips) if (at < found.length) found[at] = (found[at] ?? 0) ^ xor;
          const read = readMetadata(found, EXPECT);
          if (!read.ok) expect(read.code).to.match(/^METADATA_/);
        },
      ),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (noise) => {
        expect(readMetadata(noise, EXPECT).ok).to.equal(false);
      }),
      { numRuns: 20 },
    );
  });
});
