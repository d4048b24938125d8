import { expect } from 'chai';
import fc from 'fast-check';
import { nodeId, volumeNumber } from '../../../../common/ids.ts';
import { bytes } from '../../../../common/units.ts';
import { ActivityLog } from '../../../../satellite/replication/metadata/activity-log.ts';
import type { Bitmap } from '../../../../satellite/replication/metadata/bitmap.ts';
import { formatMetadata, readMetadata } from '../../../../satellite/replication/metadata/format.ts';
import { extentBlocks, planLayout } from '../../../../satellite/replication/metadata/layout.ts';
import { aSuperblock, MIB, torn } from './builders.ts';

const EXTENTS = 20;
const BLOCKS_PER_EXTENT = 1024;
const SUPERBLOCK = aSuperblock({ dataBytes: bytes(EXTENTS * 4 * MIB) });
const LAYOUT = planLayout(SUPERBLOCK);
const EXPECT = { resource: 'db', volume: volumeNumber(0), node: nodeId(1) };

interface DeviceWrite {
  readonly offset: number;
  readonly data: Uint8Array;
  readonly done: () => void;
}

/** A Primary without its peer: every write marks its block in memory; the disk learns it when an extent leaves the log. */
class LonelyPrimary {
  readonly log: ActivityLog;
  readonly bitmap: Bitmap;
  readonly slot: number;
  image: Uint8Array;
  /** In order, one at a time; the first is in flight. */
  queue: DeviceWrite[] = [];
  /** Waiting for their transaction. */
  waiting: { block: number; needs: number }[] = [];
  /** Blocks whose data may have reached the disk. */
  readonly written = new Set<number>();

  constructor(image: Uint8Array, slot: number) {
    const read = readMetadata(image, EXPECT);
    if (!read.ok) throw new Error(read.message);
    this.image = image;
    this.slot = slot;
    this.bitmap = read.bitmap;
    this.log = new ActivityLog({ extentsMax: 3, layout: LAYOUT, nextTransaction: read.nextTransaction });
  }

  write(block: number): void {
    const extent = Math.floor(block / BLOCKS_PER_EXTENT);
    const needs = this.log.acquire(extent, extent);
    if (needs === 0) this.finish(block);
    else if (needs > 0) this.waiting.push({ block, needs });
  }

  finish(block: number): void {
    const extent = Math.floor(block / BLOCKS_PER_EXTENT);
    this.written.add(block);
    this.bitmap.set(this.slot, block, block);
    this.log.release(extent, extent);
  }

  startTransaction(): void {
    if (this.queue.length > 0) return;
    const t = this.log.takeTransaction();
    if (t === undefined) return;
    const pages = new Set<number>();
    for (const extent of t.evicted) {
      const { first, last } = extentBlocks(LAYOUT, extent);
      for (const page of this.bitmap.dirtyPages(first, last)) pages.add(page);
    }
    for (const page of pages) {
      this.queue.push({ offset: this.bitmap.pageOffset(page), data: this.bitmap.encodePage(page), done: () => {} });
    }
    const done = (): void => {
      this.log.transactionDone(t.number);
      const ready = this.waiting.filter((w) => w.needs <= t.number);
      this.waiting = this.waiting.filter((w) => w.needs > t.number);
      for (const { block } of ready) this.finish(block);
    };
    this.queue.push({ offset: t.offset, data: t.block, done });
  }

  completeWrite(): void {
    const write = this.queue.shift();
    if (write === undefined) return;
    this.image.set(write.data, write.offset);
    write.done();
  }

  crash(mask: readonly boolean[]): Uint8Array {
    const [write] = this.queue;
    return write === undefined ? this.image.slice() : torn(this.image, write.offset, write.data, mask);
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), block: fc.nat(EXTENTS * BLOCKS_PER_EXTENT - 1) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('start' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('complete' as const) }) },
);

describe('metadata after a crash', () => {
  it('marks every block that may differ, over several crashes, by its bit or by its hot extent', () => {
    const life = fc.tuple(fc.array(step, { maxLength: 60 }), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 3 }), fc.nat(1), (lives, slot) => {
        let image: Uint8Array = new Uint8Array(LAYOUT.totalBytes);
        for (const { offset, data } of formatMetadata(LAYOUT, SUPERBLOCK)) image.set(data, offset);
        const truth = new Set<number>();
        for (const [steps, mask] of lives) {
          const primary = new LonelyPrimary(image, slot);
          for (const s of steps) {
            if (s.kind === 'write') primary.write(s.block);
            else if (s.kind === 'start') primary.startTransaction();
            else primary.completeWrite();
          }
          for (const block of primary.written) truth.add(block);
          image = primary.crash(mask);
          image = attach(image, truth, slot);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** What attaching after a crash does: hot extents become bits, the bits become durable, the log is emptied. */
function attach(image: Uint8Array, truth: ReadonlySet<number>, slot: number): Uint8Array {
  const read = readMetadata(image, EXPECT);
  if (!read.ok) throw new Error(read.message);
  expect(read.damagedSectors).to.equal(0);
  for (const extent of read.hotExtents) {
    const { first, last } = extentBlocks(LAYOUT, extent);
    for (let s = 0; s < LAYOUT.slots; s++) read.bitmap.set(s, first, last);
  }
  for (const block of truth) expect(read.bitmap.test(slot, block), `block ${block}`).to.equal(true);
  for (const page of read.bitmap.allDirtyPages()) image.set(read.bitmap.encodePage(page), read.bitmap.pageOffset(page));
  const log = new ActivityLog({ extentsMax: 3, layout: LAYOUT, nextTransaction: read.nextTransaction });
  const reset = log.reset();
  image.set(reset.block, reset.offset);
  return image;
}
