/** Makes any device fail or stall on demand. What it lets through, it passes on unchanged. */
import type { BlockDevice, Done, ReadDone } from '../block-device.ts';
import { NO_BYTES } from '../block-device.ts';

export type DeviceOperation = 'read' | 'write' | 'zero' | 'flush';

export class FaultDevice implements BlockDevice {
  readonly sizeBytes: number;
  readonly #inner: BlockDevice;
  readonly #counts: Record<DeviceOperation, number> = { read: 0, write: 0, zero: 0, flush: 0 };
  readonly #failing: Record<DeviceOperation, Set<number>> = {
    read: new Set(),
    write: new Set(),
    zero: new Set(),
    flush: new Set(),
  };
  readonly #failingAll = new Set<DeviceOperation>();
  #stalled: (() => void)[] | undefined;

  constructor(inner: BlockDevice) {
    this.#inner = inner;
    this.sizeBytes = inner.sizeBytes;
  }

  /** The `nth` next operation of this kind (1 = the very next) fails with EIO and does not reach the inner device. */
  failNth(operation: DeviceOperation, nth = 1): void {
    this.#failing[operation].add(this.#counts[operation] + nth);
  }

  failAll(operation: DeviceOperation): void {
    this.#failingAll.add(operation);
  }

  /** No more failures; a failure that was delivered stays delivered. */
  heal(): void {
    this.#failingAll.clear();
    for (const nths of Object.values(this.#failing)) nths.clear();
  }

  /** Operations submitted from now on wait for `resume`. */
  stall(): void {
    this.#stalled ??= [];
  }

  resume(): void {
    const waiting = this.#stalled ?? [];
    this.#stalled = undefined;
    for (const submit of waiting) submit();
  }

  /** Operations of this kind submitted so far, failed ones included. */
  count(operation: DeviceOperation): number {
    return this.#counts[operation];
  }

  read(offset: number, length: number, done: ReadDone): void {
    this.#submit(
      'read',
      (error) => done(error, NO_BYTES),
      () => this.#inner.read(offset, length, done),
    );
  }

  write(offset: number, chunks: readonly Uint8Array[], done: Done): void {
    this.#submit('write', done, () => this.#inner.write(offset, chunks, done));
  }

  zero(offset: number, length: number, mayUnmap: boolean, done: Done): void {
    this.#submit('zero', done, () => this.#inner.zero(offset, length, mayUnmap, done));
  }

  flush(done: Done): void {
    this.#submit('flush', done, () => this.#inner.flush(done));
  }

  close(): Promise<void> {
    this.resume();
    return this.#inner.close();
  }

  #submit(operation: DeviceOperation, fail: Done, pass: () => void): void {
    this.#counts[operation] += 1;
    const fails = this.#failingAll.has(operation) || this.#failing[operation].delete(this.#counts[operation]);
    const submit = fails ? () => void setImmediate(fail, new Error(`EIO: injected ${operation} error`)) : pass;
    if (this.#stalled === undefined) submit();
    else this.#stalled.push(submit);
  }
}
