/**
 * The activity log: which 4 MiB extents may be written without their bitmap bits being on disk first (DRBD 9 §3.2).
 * After a crash these extents are resynced. This class decides; whoever owns it does the input and output:
 *
 *   acquire → (wait for the transaction) → write data → release when no replica can miss the write any more
 *
 * A write holds one reference on each extent that it touches. Extents without references stay in the log, coldest
 * first in line for eviction, so that neighbouring writes cost nothing.
 */
import { assert } from '../../../common/assert.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import {
  AL_UPDATES_MAX,
  type AlRecovery,
  emptyLog,
  encodeTransaction,
  initialiseRing,
  NO_EXTENT,
  recoverRing,
} from './activity-log-block.ts';
import { AL_BLOCK_BYTES, AL_CONTEXT_ENTRIES, AL_EXTENTS_MAX, extentCount, type MetadataLayout } from './layout.ts';

export interface ActivityLogOptions {
  /** Extents in the log at a time, at most 919 × (alBlocks − 1). */
  readonly extentsMax: number;
  readonly layout: MetadataLayout;
  /** From `recover`; fresh metadata needs none. */
  readonly nextTransaction?: number;
}

/** One block of the ring to write, durably (FUA), and nothing else to the ring until `transactionDone(number)`. */
export interface AlBlockWrite {
  readonly number: number;
  readonly block: Uint8Array;
  readonly offset: Bytes;
}

export interface AlTransactionWrite extends AlBlockWrite {
  /** Extents that leave the log: their bitmap sectors (all slots) and the volume's data are durable before the block. */
  readonly evicted: readonly number[];
  readonly added: readonly number[];
}

const NONE = -1;

export class ActivityLog {
  #layout: MetadataLayout;
  readonly #extentsMax: number;
  #extentCount: number;

  // The table as callers see it, by slot. Slots from #slotsUsed on have never been used since the last reset.
  readonly #slotOf = new Map<number, number>();
  readonly #extentOf: Uint32Array;
  readonly #references: Int32Array;
  /** The transaction that makes the slot's present extent durable. */
  readonly #durableAt: Float64Array;
  #slotsUsed = 0;

  // The table as the last taken transaction describes it, and which transaction brought each entry.
  readonly #logged: Uint32Array;
  readonly #loggedAt: Float64Array;

  // Slots that changed since, oldest change first. Transaction lastTaken + 1 + i takes entries 64 i .. 64 i + 63.
  #staged: number[] = [];
  /** The transaction that a staged slot belongs to; 0 when it is not staged. */
  readonly #stagedAt: Float64Array;

  // Slots without references, coldest first, as a doubly linked list.
  readonly #colder: Int32Array;
  readonly #warmer: Int32Array;
  #coldest = NONE;
  #warmest = NONE;
  #idle = 0;

  #lastTaken: number;
  #lastDone: number;
  #contextStart = 0;

  constructor(o: ActivityLogOptions) {
    const next = o.nextTransaction ?? o.layout.alBlocks;
    assert(Number.isInteger(o.extentsMax) && o.extentsMax >= 1, 'the activity log holds at least one extent');
    assert(o.extentsMax <= AL_EXTENTS_MAX, 'slot numbers have 16 bits');
    assert(o.extentsMax <= AL_CONTEXT_ENTRIES * (o.layout.alBlocks - 1), 'the ring repeats the whole table');
    assert(Number.isSafeInteger(next) && next >= 1, 'transaction numbers are positive integers');
    this.#layout = o.layout;
    this.#extentsMax = o.extentsMax;
    this.#extentCount = extentCount(o.layout);
    this.#extentOf = new Uint32Array(o.extentsMax).fill(NO_EXTENT);
    this.#logged = new Uint32Array(o.extentsMax).fill(NO_EXTENT);
    this.#loggedAt = new Float64Array(o.extentsMax);
    this.#references = new Int32Array(o.extentsMax);
    this.#durableAt = new Float64Array(o.extentsMax);
    this.#stagedAt = new Float64Array(o.extentsMax);
    this.#colder = new Int32Array(o.extentsMax).fill(NONE);
    this.#warmer = new Int32Array(o.extentsMax).fill(NONE);
    this.#lastTaken = next - 1;
    this.#lastDone = next - 1;
  }

  clone(): ActivityLog {
    const copy = new ActivityLog({ extentsMax: this.#extentsMax, layout: this.#layout });
    for (const [extent, slot] of this.#slotOf) copy.#slotOf.set(extent, slot);
    copy.#extentOf.set(this.#extentOf);
    copy.#references.set(this.#references);
    copy.#durableAt.set(this.#durableAt);
    copy.#slotsUsed = this.#slotsUsed;
    copy.#logged.set(this.#logged);
    copy.#loggedAt.set(this.#loggedAt);
    copy.#staged = this.#staged.slice();
    copy.#stagedAt.set(this.#stagedAt);
    copy.#colder.set(this.#colder);
    copy.#warmer.set(this.#warmer);
    copy.#coldest = this.#coldest;
    copy.#warmest = this.#warmest;
    copy.#idle = this.#idle;
    copy.#lastTaken = this.#lastTaken;
    copy.#lastDone = this.#lastDone;
    copy.#contextStart = this.#contextStart;
    return copy;
  }

  /** All that distinguishes two logs of one layout. */
  visit(visit: (value: number) => void): void {
    for (const [extent, slot] of this.#slotOf) {
      visit(extent);
      visit(slot);
    }
    for (const table of [this.#references, this.#extentOf, this.#durableAt, this.#logged, this.#loggedAt, this.#staged])
      for (const each of table) visit(each);
    for (const table of [this.#stagedAt, this.#colder, this.#warmer]) for (const each of table) visit(each);
    for (const each of [this.#slotsUsed, this.#coldest, this.#warmest, this.#idle]) visit(each);
    for (const each of [this.#lastTaken, this.#lastDone, this.#contextStart]) visit(each);
  }

  /** The activity log area of fresh metadata. */
  static initialise(layout: MetadataLayout): Uint8Array {
    return initialiseRing(layout);
  }

  /** What the activity log area says after a restart. Never throws. */
  static recover(area: Uint8Array, layout: MetadataLayout): AlRecovery {
    return recoverRing(area, layout);
  }

  /**
   * Takes one reference on each extent of firstExtent..lastExtent, or none at all.
   * @returns 0: all are durable already. n > 0: they are once transaction n is done. −1: no slot is free now; try
   * again after a release. A range of more extents than the log holds is a defect of the caller: it would wait forever.
   */
  acquire(firstExtent: number, lastExtent: number): number {
    if (firstExtent === lastExtent) {
      const slot = this.#slotOf.get(firstExtent);
      if (slot !== undefined) return this.#reference(slot);
    }
    assert(firstExtent >= 0 && firstExtent <= lastExtent, 'an extent range is not empty');
    assert(lastExtent < this.#extentCount, 'the extent is inside the volume');
    assert(lastExtent - firstExtent < this.#extentsMax, 'the range fits into the activity log');

    let missing = 0;
    let idle = 0;
    for (let extent = firstExtent; extent <= lastExtent; extent++) {
      const slot = this.#slotOf.get(extent);
      if (slot === undefined) missing++;
      else if (this.#references[slot] === 0) idle++;
    }
    // Idle extents of the range itself are about to be referenced: they cannot make room.
    if (missing > this.#extentsMax - this.#slotsUsed + this.#idle - idle) return -1;

    let needed = 0;
    for (let extent = firstExtent; extent <= lastExtent; extent++) {
      const slot = this.#slotOf.get(extent);
      if (slot !== undefined) needed = Math.max(needed, this.#reference(slot));
    }
    if (missing === 0) return needed;
    for (let extent = firstExtent; extent <= lastExtent; extent++) {
      if (!this.#slotOf.has(extent)) needed = Math.max(needed, this.#place(extent));
    }
    return needed;
  }

  /** Gives back what one `acquire` of the same range took. */
  release(firstExtent: number, lastExtent: number): void {
    for (let extent = firstExtent; extent <= lastExtent; extent++) {
      const slot = this.#slotOf.get(extent);
      assert(slot !== undefined, 'a released extent is in the log');
      const references = this.#references[slot] ?? 0;
      assert(references > 0, 'a released extent was acquired');
      this.#references[slot] = references - 1;
      if (references === 1) this.#appendWarmest(slot);
    }
  }

  /**
   * The next transaction to write, if changes are staged and none is in flight. Before `block` is written the caller
   * makes durable what `evicted` asks for; afterwards it calls `transactionDone`.
   */
  takeTransaction(): AlTransactionWrite | undefined {
    if (this.inFlight() || this.#staged.length === 0) return undefined;
    const number = this.#lastTaken + 1;
    const evicted: number[] = [];
    const added: number[] = [];
    const updates: { slot: number; extent: number }[] = [];
    for (const slot of this.#staged.splice(0, AL_UPDATES_MAX)) {
      const before = this.#logged[slot] ?? NO_EXTENT;
      const extent = this.#extentOf[slot] ?? NO_EXTENT;
      this.#stagedAt[slot] = 0;
      updates.push({ slot, extent });
      // Equal when an extent came back into its old slot before the eviction was written.
      if (before === extent) continue;
      if (before !== NO_EXTENT) evicted.push(before);
      added.push(extent);
      this.#logged[slot] = extent;
      this.#loggedAt[slot] = number;
    }
    const contextStart = this.#contextStart;
    const context = this.#logged.subarray(contextStart, contextStart + AL_CONTEXT_ENTRIES);
    this.#contextStart = contextStart + context.length >= this.#extentsMax ? 0 : contextStart + context.length;
    this.#lastTaken = number;
    const block = encodeTransaction({ type: 'update', number, updates, contextStart, context });
    return { number, block, offset: this.#blockOffset(number), evicted, added };
  }

  /** The block of transaction (or reset) `number` is on stable storage. */
  transactionDone(number: number): void {
    assert(this.inFlight() && number === this.#lastTaken, 'the transaction that is done is the one in flight');
    this.#lastDone = number;
  }

  /** Whether what `acquire` answered with this number may be written by now; true for 0. */
  isDurable(number: number): boolean {
    return number <= this.#lastDone;
  }

  /** The volume has got another size, or its bitmap another shape or place. The log itself stays where it is. */
  useLayout(layout: MetadataLayout): void {
    assert(layout.alOffset === this.#layout.alOffset, 'the activity log does not move');
    assert(layout.alBlocks === this.#layout.alBlocks, 'the activity log keeps its length');
    this.#layout = layout;
    this.#extentCount = extentCount(layout);
  }

  hasStaged(): boolean {
    return this.#staged.length > 0;
  }

  inFlight(): boolean {
    return this.#lastTaken !== this.#lastDone;
  }

  /** The number that the next taken transaction will have: for a new log on the same ring. */
  nextTransaction(): number {
    return this.#lastTaken + 1;
  }

  /** Extents in the log, durable or staged, ascending. */
  activeExtents(): number[] {
    return [...this.#slotOf.keys()].sort((a, b) => a - b);
  }

  /** Extents with references, ascending. */
  referencedExtents(): number[] {
    const referenced: number[] = [];
    for (const [extent, slot] of this.#slotOf) if (this.#references[slot] !== 0) referenced.push(extent);
    return referenced.sort((a, b) => a - b);
  }

  /**
   * Empties the log. Only with no reference held, nothing in flight, and the bits of everything that the ring or this
   * log names durable. Once the returned block is written, `recover` finds nothing hot. Like a transaction it is in
   * flight until `transactionDone(number)`.
   */
  reset(): AlBlockWrite {
    assert(!this.inFlight(), 'the log is emptied with no transaction in flight');
    assert(this.#idle === this.#slotOf.size, 'the log is emptied with no reference held');
    this.#slotOf.clear();
    this.#extentOf.fill(NO_EXTENT);
    this.#logged.fill(NO_EXTENT);
    this.#stagedAt.fill(0);
    this.#staged = [];
    this.#slotsUsed = 0;
    this.#coldest = NONE;
    this.#warmest = NONE;
    this.#idle = 0;
    this.#contextStart = 0;
    this.#lastTaken++;
    const number = this.#lastTaken;
    return { number, block: encodeTransaction(emptyLog(number)), offset: this.#blockOffset(number) };
  }

  #blockOffset(number: number): Bytes {
    return bytes(this.#layout.alOffset + (number % this.#layout.alBlocks) * AL_BLOCK_BYTES);
  }

  #reference(slot: number): number {
    const references = this.#references[slot] ?? 0;
    this.#references[slot] = references + 1;
    if (references === 0) this.#unlink(slot);
    const durableAt = this.#durableAt[slot] ?? 0;
    return durableAt <= this.#lastDone ? 0 : durableAt;
  }

  /** Gives a slot to an extent that has none, with one reference. There is one: `acquire` has counted. */
  #place(extent: number): number {
    const slot = this.#slotsUsed < this.#extentsMax ? this.#slotsUsed++ : this.#evictColdest();
    this.#slotOf.set(extent, slot);
    this.#extentOf[slot] = extent;
    this.#references[slot] = 1;
    // A slot that is staged already keeps its transaction: the extent that was staged before is simply not written.
    let stagedAt = this.#stagedAt[slot] ?? 0;
    if (stagedAt === 0) {
      stagedAt = this.#lastTaken + 1 + Math.floor(this.#staged.length / AL_UPDATES_MAX);
      this.#stagedAt[slot] = stagedAt;
      this.#staged.push(slot);
    }
    // Back in the slot that it has on disk: as durable as it was.
    const durableAt = this.#logged[slot] === extent ? (this.#loggedAt[slot] ?? 0) : stagedAt;
    this.#durableAt[slot] = durableAt;
    return durableAt <= this.#lastDone ? 0 : durableAt;
  }

  #evictColdest(): number {
    const slot = this.#coldest;
    assert(slot !== NONE, 'an idle extent can be evicted');
    this.#unlink(slot);
    this.#slotOf.delete(this.#extentOf[slot] ?? NO_EXTENT);
    return slot;
  }

  #appendWarmest(slot: number): void {
    this.#colder[slot] = this.#warmest;
    this.#warmer[slot] = NONE;
    if (this.#warmest === NONE) this.#coldest = slot;
    else this.#warmer[this.#warmest] = slot;
    this.#warmest = slot;
    this.#idle++;
  }

  #unlink(slot: number): void {
    const colder = this.#colder[slot] ?? NONE;
    const warmer = this.#warmer[slot] ?? NONE;
    if (colder === NONE) this.#coldest = warmer;
    else this.#warmer[colder] = warmer;
    if (warmer === NONE) this.#warmest = colder;
    else this.#colder[warmer] = colder;
    this.#idle--;
  }
}
