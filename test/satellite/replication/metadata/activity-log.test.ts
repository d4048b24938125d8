import { expect } from 'chai';
import fc from 'fast-check';
import { InvariantError } from '../../../../common/assert.ts';
import { ActivityLog, type AlTransactionWrite } from '../../../../satellite/replication/metadata/activity-log.ts';
import { emptyLog, encodeTransaction } from '../../../../satellite/replication/metadata/activity-log-block.ts';
import { AL_BLOCK_BYTES, type MetadataLayout } from '../../../../satellite/replication/metadata/layout.ts';
import { aLayout, torn } from './builders.ts';

const LAYOUT = aLayout({ mib: 4 * 4096 }); // 4096 extents

function aLog(extentsMax: number, layout = LAYOUT): ActivityLog {
  return new ActivityLog({ extentsMax, layout });
}

function take(log: ActivityLog): AlTransactionWrite {
  const transaction = log.takeTransaction();
  if (transaction === undefined) throw new Error('a transaction was due');
  return transaction;
}

/** Writes everything that is staged. */
function settle(log: ActivityLog, area?: Uint8Array, layout = LAYOUT): void {
  for (let t = log.takeTransaction(); t !== undefined; t = log.takeTransaction()) {
    area?.set(t.block, t.offset - layout.alOffset);
    log.transactionDone(t.number);
  }
}

function recovered(area: Uint8Array, layout: MetadataLayout = LAYOUT): number[] {
  const result = ActivityLog.recover(area, layout);
  if (!result.ok) throw new Error(result.reason);
  return result.extents;
}

describe('ActivityLog', () => {
  it('makes a cold extent wait for its transaction and a hot one for nothing', () => {
    const log = aLog(4);
    const number = log.acquire(3, 4);
    expect(number).to.be.above(0);
    expect(log.acquire(3, 3)).to.equal(number);
    const transaction = take(log);
    expect(transaction).to.deep.include({ number, added: [3, 4], evicted: [] });
    expect(log.acquire(4, 4), 'in flight').to.equal(number);
    expect(log.inFlight()).to.equal(true);
    expect([log.isDurable(0), log.isDurable(number)]).to.deep.equal([true, false]);
    log.transactionDone(number);
    expect(log.isDurable(number)).to.equal(true);
    expect(log.acquire(3, 4)).to.equal(0);
    expect(log.hasStaged()).to.equal(false);
    expect(log.activeExtents()).to.deep.equal([3, 4]);
    expect(log.referencedExtents()).to.deep.equal([3, 4]);
  });

  it('has one transaction in flight at a time', () => {
    const log = aLog(4);
    log.acquire(0, 0);
    const first = take(log);
    const second = log.acquire(1, 1);
    expect(second).to.equal(first.number + 1);
    expect(log.takeTransaction()).to.equal(undefined);
    log.transactionDone(first.number);
    expect(take(log).number).to.equal(second);
    expect(() => log.transactionDone(first.number)).to.throw(InvariantError);
  });

  it('evicts the coldest extent without references, and tells whose bitmap has to be on disk first', () => {
    const log = aLog(3);
    for (const extent of [10, 11, 12]) log.acquire(extent, extent);
    settle(log);
    log.release(11, 11);
    log.release(10, 10);
    log.acquire(20, 20);
    expect(take(log)).to.deep.include({ evicted: [11], added: [20] });
    expect(log.activeExtents()).to.deep.equal([10, 12, 20]);
  });

  it('takes nothing when there is no room, and has room again after a release', () => {
    const log = aLog(3);
    log.acquire(0, 1);
    expect(log.acquire(5, 6)).to.equal(-1);
    expect(log.referencedExtents()).to.deep.equal([0, 1]);
    log.release(0, 1);
    expect(log.acquire(1, 3), 'extent 1 stays, 0 goes').to.be.above(0);
    expect(log.activeExtents()).to.deep.equal([1, 2, 3]);
    expect(log.acquire(0, 0)).to.equal(-1);
    expect(() => log.acquire(0, 3), 'more than the log holds').to.throw(InvariantError);
  });

  it('does not count idle extents of the range itself as room', () => {
    const log = aLog(2);
    log.acquire(0, 0);
    log.acquire(1, 1);
    settle(log);
    log.release(0, 0);
    expect(log.acquire(0, 1)).to.equal(0);
    log.release(0, 1);
    log.release(1, 1);
    log.acquire(0, 0);
    expect(log.acquire(1, 2), 'one of two slots is held by extent 0').to.equal(-1);
  });

  it('stages an extent again that was evicted before its eviction was written', () => {
    const log = aLog(2);
    const area = ActivityLog.initialise(LAYOUT);
    log.acquire(0, 1);
    settle(log, area);
    log.release(0, 1);
    const forTwo = log.acquire(2, 2); // evicts 0
    const forZero = log.acquire(0, 0); // evicts 1
    expect(forZero).to.equal(forTwo);
    settle(log, area);
    expect(recovered(area)).to.deep.equal([0, 2]);
  });

  it('hands out no transaction for an extent that returns to the slot that it still has on disk', () => {
    const log = aLog(1);
    log.acquire(0, 0);
    settle(log);
    log.release(0, 0);
    expect(log.acquire(1, 1)).to.be.above(0);
    log.release(1, 1);
    expect(log.acquire(0, 0)).to.equal(0);
    expect(take(log)).to.deep.include({ evicted: [], added: [] });
  });

  it('puts at most 64 changes into a transaction and numbers the following ones in order', () => {
    const log = aLog(200);
    const first = log.acquire(0, 0);
    expect(log.acquire(1, 63)).to.equal(first);
    expect(log.acquire(64, 64)).to.equal(first + 1);
    expect(log.acquire(65, 150)).to.equal(first + 2);
    for (const count of [64, 64, 23]) {
      const transaction = take(log);
      expect(transaction.added).to.have.length(count);
      log.transactionDone(transaction.number);
    }
    expect(log.takeTransaction()).to.equal(undefined);
    expect(log.acquire(0, 150)).to.equal(0);
  });

  it('refuses what would break its accounting', () => {
    const log = aLog(4);
    expect(() => log.release(1, 1)).to.throw(InvariantError);
    expect(() => log.acquire(4096, 4096)).to.throw(InvariantError);
    expect(() => log.acquire(2, 1)).to.throw(InvariantError);
    log.acquire(1, 1);
    expect(() => log.reset()).to.throw(InvariantError);
    expect(() => aLog(919 * 7 + 1)).to.throw(InvariantError);
  });

  it('is empty after a reset, on disk too, and counts on', () => {
    const area = ActivityLog.initialise(LAYOUT);
    const log = aLog(4);
    log.acquire(0, 1);
    settle(log, area);
    log.release(0, 1);
    log.acquire(7, 7);
    log.release(7, 7);
    const reset = log.reset();
    expect(log.takeTransaction(), 'the reset is in flight').to.equal(undefined);
    area.set(reset.block, reset.offset - LAYOUT.alOffset);
    log.transactionDone(reset.number);
    expect(recovered(area)).to.deep.equal([]);
    expect(log.activeExtents()).to.deep.equal([]);
    expect(log.acquire(9, 9)).to.equal(reset.number + 1);
    settle(log, area);
    expect(recovered(area)).to.deep.equal([9]);
  });

  it('continues on the ring of an earlier life', () => {
    const area = ActivityLog.initialise(LAYOUT);
    const before = aLog(4);
    before.acquire(0, 3);
    settle(before, area);
    const found = ActivityLog.recover(area, LAYOUT);
    if (!found.ok) throw new Error(found.reason);
    expect(found.extents).to.deep.equal([0, 1, 2, 3]);
    const after = new ActivityLog({ extentsMax: 3, layout: LAYOUT, nextTransaction: found.nextTransaction });
    const reset = after.reset();
    area.set(reset.block, reset.offset - LAYOUT.alOffset);
    after.transactionDone(reset.number);
    after.acquire(8, 8);
    settle(after, area);
    expect(recovered(area)).to.deep.equal([8]);
  });
});

type Step =
  | { readonly kind: 'acquire'; readonly first: number; readonly length: number }
  | { readonly kind: 'release'; readonly pick: number }
  | { readonly kind: 'take' }
  | { readonly kind: 'done' }
  | { readonly kind: 'reset' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('acquire' as const),
        first: fc.nat(30),
        length: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('release' as const), pick: fc.nat() }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'take' as const }) },
    { weight: 4, arbitrary: fc.constant({ kind: 'done' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
  ),
  { maxLength: 200 },
);

/** Drives a log against a medium and knows which extents writers may be writing to. */
class Rig {
  readonly log: ActivityLog;
  readonly layout: MetadataLayout;
  medium: Uint8Array;
  writing: { data: Uint8Array; offset: number; number: number } | undefined;
  /** Extents that left the log with a promise that their bits are on disk. */
  held: { first: number; last: number; needs: number }[] = [];
  done: number;

  constructor(layout: MetadataLayout, extentsMax: number) {
    this.layout = layout;
    this.log = new ActivityLog({ extentsMax, layout });
    this.medium = ActivityLog.initialise(layout);
    this.done = layout.alBlocks - 1;
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'acquire': {
        const last = Math.min(step.first + step.length - 1, 30);
        const before = this.log.referencedExtents();
        const needs = this.log.acquire(step.first, last);
        if (needs === -1) expect(this.log.referencedExtents()).to.deep.equal(before);
        else this.held.push({ first: step.first, last, needs });
        return;
      }
      case 'release': {
        const [released] = this.held.splice(step.pick % Math.max(1, this.held.length), 1);
        if (released !== undefined) this.log.release(released.first, released.last);
        return;
      }
      case 'take':
        this.take();
        return;
      case 'done':
        this.complete();
        return;
      case 'reset': {
        if (this.held.length > 0 || this.log.inFlight()) return;
        const { block, offset, number } = this.log.reset();
        this.writing = { data: block, offset: offset - this.layout.alOffset, number };
      }
    }
  }

  take(): void {
    const t = this.log.takeTransaction();
    if (t === undefined) return;
    expect(this.writing).to.equal(undefined);
    for (const extent of t.evicted)
      expect(this.log.referencedExtents().includes(extent) && this.mayWrite().has(extent)).to.equal(false);
    this.writing = { data: t.block, offset: t.offset - this.layout.alOffset, number: t.number };
  }

  complete(): void {
    if (this.writing === undefined) return;
    this.medium.set(this.writing.data, this.writing.offset);
    this.done = this.writing.number;
    this.log.transactionDone(this.done);
    this.writing = undefined;
  }

  /** Extents that hold a reference and whose transaction is durable: data may be under way to the disk. */
  mayWrite(): Set<number> {
    const extents = new Set<number>();
    for (const { first, last, needs } of this.held) {
      if (needs <= this.done) for (let extent = first; extent <= last; extent++) extents.add(extent);
    }
    return extents;
  }

  /** The medium after a crash now. */
  crash(mask: readonly boolean[]): Uint8Array {
    return this.writing === undefined ? this.medium : torn(this.medium, this.writing.offset, this.writing.data, mask);
  }
}

describe('activity log recovery', () => {
  const mask = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });

  it('names every extent that may hold unmarked writes, after a crash at any point with a torn block', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), steps, mask, (extentsMax, script, sectors) => {
        const rig = new Rig(LAYOUT, extentsMax);
        for (const step of script) {
          rig.run(step);
          const hot = new Set(recovered(rig.crash(sectors)));
          for (const extent of rig.mayWrite()) expect(hot.has(extent), `extent ${extent}`).to.equal(true);
          expect(hot.size, 'bounded by the log').to.be.at.most(extentsMax);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps long-held extents through many turns of the ring, with a table larger than one context', () => {
    const extentsMax = 919 * 3 + 5;
    const log = aLog(extentsMax);
    const area = ActivityLog.initialise(LAYOUT);
    log.acquire(0, extentsMax - 1);
    settle(log, area);
    log.release(0, extentsMax - 11);
    const held = Array.from({ length: 10 }, (_, i) => extentsMax - 10 + i);
    for (let extent = extentsMax; extent < 4096; extent++) {
      log.acquire(extent, extent);
      settle(log, area);
      // Its slot need not be among those that the newest transaction repeats.
      if (extent % 50 === 0) expect(recovered(area)).to.include(extent);
      log.release(extent, extent);
    }
    expect(recovered(area)).to.include.members(held);
    expect(recovered(area)).to.deep.equal(log.activeExtents());
  });

  it('drops a torn newest block and detects damage in an older one that matters', () => {
    const log = aLog(4);
    const area = ActivityLog.initialise(LAYOUT);
    for (let i = 0; i < 20; i++) {
      log.acquire(i, i);
      settle(log, area);
      log.release(i, i);
    }
    const newest = log.nextTransaction() - 1;
    for (let back = 0; back < LAYOUT.alBlocks; back++) {
      const image = area.slice();
      const at = ((newest - back) % LAYOUT.alBlocks) * AL_BLOCK_BYTES + 30;
      image[at] = (image[at] ?? 0) ^ 0x10;
      const result = ActivityLog.recover(image, LAYOUT);
      if (back === 0) expect(result).to.deep.include({ ok: true, extents: [15, 16, 17, 18], nextTransaction: newest });
      else expect(result.ok, `block ${back} before the newest`).to.equal(back === LAYOUT.alBlocks - 1);
    }
  });

  it('detects a write that the device lost, and one that it put into the wrong place', () => {
    const log = aLog(4);
    const area = ActivityLog.initialise(LAYOUT);
    log.acquire(0, 0);
    settle(log, area);
    log.acquire(1, 1);
    settle(log); // lost
    log.acquire(2, 2);
    settle(log, area);
    expect(ActivityLog.recover(area, LAYOUT).ok).to.equal(false);
    const misplaced = ActivityLog.initialise(LAYOUT);
    misplaced.copyWithin(0, 4096, 8192);
    expect(ActivityLog.recover(misplaced, LAYOUT), 'older than the newest reset').to.deep.include({
      ok: true,
      extents: [],
    });
  });

  it('refuses extents beyond the volume and an area without any valid block', () => {
    const small = aLayout({ mib: 8 });
    const area = ActivityLog.initialise(small);
    const bad = encodeTransaction({
      ...emptyLog(small.alBlocks - 1),
      type: 'update',
      updates: [{ slot: 0, extent: 2 }],
    });
    area.set(bad, (small.alBlocks - 1) * AL_BLOCK_BYTES);
    expect(ActivityLog.recover(area, small)).to.deep.include({ ok: true, nextTransaction: small.alBlocks - 1 });
    expect(ActivityLog.recover(new Uint8Array(small.alBlocks * AL_BLOCK_BYTES), small).ok).to.equal(false);
    expect(ActivityLog.recover(area.subarray(1), small).ok).to.equal(false);
  });

  it('never throws on flipped bits and cut areas', () => {
    const log = aLog(8);
    const area = ActivityLog.initialise(LAYOUT);
    for (let i = 0; i < 30; i++) {
      log.acquire(i, i);
      settle(log, area);
      log.release(i, i);
    }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(area.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(area.length),
        (flips, length) => {
          const image = area.slice();
          for (const [at, xor] of flips) image[at] = (image[at] ?? 0) ^ xor;
          const result = ActivityLog.recover(image, LAYOUT);
          if (result.ok) expect(result.extents.length).to.be.at.most(16);
          ActivityLog.recover(image.subarray(0, length), LAYOUT);
        },
      ),
      { numRuns: 60 },
    );
  });
});
