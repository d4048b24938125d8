/**
 * A volatile write cache in front of a device: writes reach the inner device only at the next flush, and a power cut
 * loses of them what the test chooses, sector by sector. What a completed flush covered always survives.
 */
import { SECTOR_BYTES } from '../../../common/units.ts';
import { assertRange, type BlockDevice, type Done, NO_BYTES, type ReadDone, totalLength } from '../block-device.ts';

/** `data` undefined: zeroes. */
interface CachedWrite {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  readonly data: Uint8Array | undefined;
}

/** Does this sector of this write (numbered from 0 in order of submission) survive? Sectors are 512 bytes, by device offset. */
export type Survivors = (write: number, sector: number) => boolean;

export class VolatileDevice implements BlockDevice {
  readonly sizeBytes: number;
  readonly #inner: BlockDevice;
  /** In order of submission; later ones win. */
  #cache: CachedWrite[] = [];
  #writes = 0;
  #powerless = false;
  #inFlight = 0;
  #closing: Promise<void> | undefined;
  #whenIdle: (() => void)[] = [];
  #flushing = false;
  #flushWaiters: Done[] = [];
  #whenFlushed: (() => void)[] = [];

  constructor(inner: BlockDevice) {
    this.#inner = inner;
    this.sizeBytes = inner.sizeBytes;
  }

  /** Writes that a power cut would endanger. */
  get cachedWrites(): number {
    return this.#cache.length;
  }

  read(offset: number, length: number, done: ReadDone): void {
    assertRange(this.sizeBytes, offset, length);
    let found: Uint8Array = NO_BYTES;
    const finish = this.#begin((error) => done(error, found));
    if (finish === undefined) return;
    // A flush may move writes to the inner device after it was read and before it answered: they count all the same.
    const cached = this.#cache.slice();
    this.#inner.read(offset, length, (error, chunk) => {
      if (error === undefined) for (const write of [...cached, ...this.#cache]) overlay(chunk, offset, write);
      found = chunk;
      finish(error);
    });
  }

  write(offset: number, chunks: readonly Uint8Array[], done: Done): void {
    const length = totalLength(chunks);
    assertRange(this.sizeBytes, offset, length);
    const data = new Uint8Array(length);
    let position = 0;
    for (const chunk of chunks) {
      data.set(chunk, position);
      position += chunk.byteLength;
    }
    this.#keep({ number: this.#writes++, offset, length, data }, done);
  }

  zero(offset: number, length: number, _mayUnmap: boolean, done: Done): void {
    assertRange(this.sizeBytes, offset, length);
    this.#keep({ number: this.#writes++, offset, length, data: undefined }, done);
  }

  flush(done: Done): void {
    const finish = this.#begin(done);
    if (finish === undefined) return;
    this.#flushWaiters.push(finish);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flushNext());
  }

  /**
   * From now on nothing completes any more, like on a machine without power. Resolves when the inner device holds what
   * survived: everything flushed, and of the rest the sectors that `survivors` picks.
   */
  async powerCut(survivors: Survivors): Promise<void> {
    this.#powerless = true;
    for (const wake of this.#whenIdle.splice(0)) wake();
    if (this.#flushing) await new Promise<void>((resolve) => this.#whenFlushed.push(resolve));
    for (const write of this.#cache.splice(0)) {
      const end = write.offset + write.length;
      for (let from = write.offset; from < end; ) {
        const sector = Math.floor(from / SECTOR_BYTES);
        const to = Math.min(end, (sector + 1) * SECTOR_BYTES);
        if (survivors(write.number, sector))
          await new Promise<void>((resolve) => this.#apply(part(write, from, to), () => resolve()));
        from = to;
      }
    }
  }

  /** The end of the program is no power cut: what is cached goes to the inner device, unflushed. */
  close(): Promise<void> {
    this.#closing ??= this.#writeBackAndClose();
    return this.#closing;
  }

  async #writeBackAndClose(): Promise<void> {
    if (this.#inFlight > 0 && !this.#powerless) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await new Promise<void>((resolve) => this.#applyOldest(this.#cache.length, () => resolve()));
    await this.#inner.close();
  }

  /** @returns the completion to call, or undefined where the device is closed (`done` hears of it) or has no power. */
  #begin(done: Done): Done | undefined {
    if (this.#powerless) return undefined;
    if (this.#closing !== undefined) {
      setImmediate(done, new Error('the device is closed'));
      return undefined;
    }
    this.#inFlight += 1;
    return (error) => {
      if (this.#powerless) return;
      this.#inFlight -= 1;
      done(error);
      if (this.#inFlight === 0) for (const wake of this.#whenIdle.splice(0)) wake();
    };
  }

  /** In the cache at once: a write may survive although it was never acknowledged. */
  #keep(write: CachedWrite, done: Done): void {
    const finish = this.#begin(done);
    if (finish === undefined) return;
    this.#cache.push(write);
    setImmediate(finish, undefined);
  }

  #apply(write: CachedWrite, done: Done): void {
    if (write.data === undefined) this.#inner.zero(write.offset, write.length, false, done);
    else this.#inner.write(write.offset, [write.data], done);
  }

  #flushNext(): void {
    const waiters = this.#flushWaiters;
    this.#flushWaiters = [];
    this.#applyOldest(this.#cache.length, (error) => {
      if (error !== undefined) this.#flushed(waiters, error);
      else this.#inner.flush((flushError) => this.#flushed(waiters, flushError));
    });
  }

  /** One after the other: overlapping writes must keep their order. Until it is applied a write stays readable. */
  #applyOldest(count: number, done: Done): void {
    const write = count > 0 && !this.#powerless ? this.#cache[0] : undefined;
    if (write === undefined) {
      done(undefined);
      return;
    }
    this.#apply(write, (error) => {
      if (error !== undefined) {
        done(error);
        return;
      }
      this.#cache.shift();
      this.#applyOldest(count - 1, done);
    });
  }

  #flushed(waiters: readonly Done[], error: Error | undefined): void {
    this.#flushing = this.#flushWaiters.length > 0 && !this.#powerless;
    if (this.#flushing) this.#flushNext();
    else for (const wake of this.#whenFlushed.splice(0)) wake();
    for (const waiter of waiters) waiter(error);
  }
}

function part(write: CachedWrite, from: number, to: number): CachedWrite {
  const data = write.data?.subarray(from - write.offset, to - write.offset);
  return { number: write.number, offset: from, length: to - from, data };
}

function overlay(chunk: Uint8Array, offset: number, write: CachedWrite): void {
  const from = Math.max(offset, write.offset);
  const to = Math.min(offset + chunk.byteLength, write.offset + write.length);
  if (from >= to) return;
  if (write.data === undefined) chunk.fill(0, from - offset, to - offset);
  else chunk.set(write.data.subarray(from - write.offset, to - write.offset), from - offset);
}
