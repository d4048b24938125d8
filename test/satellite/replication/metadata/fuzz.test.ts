/**
 * Random and mutated metadata areas. Checksums are repaired in some, so that the input gets beyond them to the fields.
 * Whatever comes, the reader answers, and what it accepts is usable. Each run has new input; a failure prints its seed.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c } from '../../../../common/crc32c.ts';
import { nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import { ActivityLog } from '../../../../satellite/replication/metadata/activity-log.ts';
import { AL_BLOCK_FIELDS } from '../../../../satellite/replication/metadata/activity-log-block.ts';
import { formatMetadata, readMetadata } from '../../../../satellite/replication/metadata/format.ts';
import { extentCount, planLayout } from '../../../../satellite/replication/metadata/layout.ts';
import { encodeSuperblock, SUPERBLOCK_FIELDS } from '../../../../satellite/replication/metadata/superblock.ts';
import { aSuperblock, MIB } from './builders.ts';

const EXPECT = { resource: 'db', volume: volumeNumber(0), node: nodeId(1) };
const SUPERBLOCK = aSuperblock({ dataBytes: bytes(32 * MIB) });
const LAYOUT = planLayout(SUPERBLOCK);
const REFUSALS = [
  'METADATA_MISSING',
  'METADATA_CORRUPT',
  'METADATA_VERSION',
  'METADATA_FOREIGN',
  'METADATA_TOO_SMALL',
] as const;

/** An area with some history: both superblocks, a used log, marked blocks. */
function usedArea(): Uint8Array {
  const area = new Uint8Array(LAYOUT.totalBytes);
  for (const { offset, data } of formatMetadata(LAYOUT, SUPERBLOCK)) area.set(data, offset);
  area.set(encodeSuperblock({ ...SUPERBLOCK, sequence: 2, crashedPrimary: true }), 0);
  const log = new ActivityLog({ extentsMax: 4, layout: LAYOUT });
  for (let extent = 0; extent < extentCount(LAYOUT); extent++) {
    log.acquire(extent, extent);
    const write = log.takeTransaction();
    if (write !== undefined) {
      area.set(write.block, write.offset);
      log.transactionDone(write.number);
    }
    log.release(extent, extent);
  }
  return area;
}
const USED = usedArea();

/** Makes the checksum of the 4 KiB at `at` right again. */
function repair(area: Uint8Array, at: number, [offset, size]: readonly [number, number]): void {
  const block = area.subarray(at, at + 4096);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  view.setUint32(offset, crc32c(block.subarray(offset + size), crc32c(block.subarray(0, offset))));
}

/** Reads it, and does with it what an attach does. */
function readAndUse(area: Uint8Array): void {
  const before = area.slice();
  const read = readMetadata(area, EXPECT);
  expect(area, 'reading changes nothing').to.deep.equal(before);
  if (!read.ok) {
    expect(read.code).to.be.oneOf(REFUSALS);
    expect(read.message.length * read.cause.length * read.correction.length).to.be.greaterThan(0);
    return;
  }
  const { layout, superblock, hotExtents, bitmap, nextTransaction } = read;
  expect(layout.totalBytes).to.be.at.most(area.length);
  for (const extent of hotExtents) expect(extent).to.be.below(extentCount(layout));
  const log = new ActivityLog({ extentsMax: superblock.alExtents, layout, nextTransaction });
  expect(log.reset().number).to.equal(nextTransaction);
  for (const page of bitmap.allDirtyPages()) expect(bitmap.encodePage(page)).to.have.length(4096);
  encodeSuperblock({ ...superblock, sequence: superblock.sequence });
}

describe('The metadata reader under random input', function () {
  this.timeout(60_000);
  const changes = fc.array(fc.tuple(fc.nat(4095), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0xff))), {
    minLength: 1,
    maxLength: 6,
  });

  it('survives changed superblocks whose checksum is right', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 4096), changes, fc.boolean(), (at, list, inFields) => {
        const area = USED.slice();
        // Most of a superblock is history, peers and zeroes: half of the runs aim at the fields before them.
        for (const [offset, value] of list) area[at + (inFields ? 8 + (offset % 120) : offset)] = value;
        repair(area, at, SUPERBLOCK_FIELDS.checksum);
        readAndUse(area);
      }),
      { numRuns: 1_500 },
    );
  });

  it('survives changed blocks of the activity log whose checksum is right', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(LAYOUT.alBlocks - 1), changes), { minLength: 1, maxLength: 3 }),
        (blocks) => {
          const area = USED.slice();
          for (const [block, list] of blocks) {
            const at = LAYOUT.alOffset + block * 4096;
            for (const [offset, value] of list) area[at + (offset % 440)] = value;
            repair(area, at, AL_BLOCK_FIELDS.checksum);
          }
          readAndUse(area);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('survives flipped bits, cuts, parts in the wrong place and noise', () => {
    const flips = fc.array(fc.tuple(fc.nat(USED.length - 1), fc.nat(255)), { maxLength: 12 });
    const sectors = Math.floor(USED.length / 512);
    const moves = fc.array(fc.tuple(fc.nat(sectors - 1), fc.nat(sectors - 1)), { maxLength: 3 });
    fc.assert(
      fc.property(flips, moves, fc.option(fc.nat(USED.length)), (bits, copies, length) => {
        const area = USED.slice(0, length ?? USED.length);
        for (const [from, to] of copies) {
          if ((to + 1) * 512 <= area.length) area.set(USED.subarray(from * 512, (from + 1) * 512), to * 512);
        }
        for (const [at, xor] of bits) if (at < area.length) area[at] = (area[at] ?? 0) ^ xor;
        readAndUse(area);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), readAndUse), { numRuns: 30 });
  });
});
