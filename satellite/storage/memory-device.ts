/** A BlockDevice in memory, for tests and experiments. Starts as zeroes; gone with the process. */
import { assertRange, type BlockDevice, type Done, NO_BYTES, type ReadDone, totalLength } from './block-device.ts';

export class MemoryDevice implements BlockDevice {
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
  #inFlight = 0;
  #closed = false;
  #whenIdle: (() => void)[] = [];

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
    this.bytes = new Uint8Array(sizeBytes);
  }

  read(offset: number, length: number, done: ReadDone): void {
    assertRange(this.sizeBytes, offset, length);
    this.#later((error) => done(error, error === undefined ? this.bytes.slice(offset, offset + length) : NO_BYTES));
  }

  write(offset: number, chunks: readonly Uint8Array[], done: Done): void {
    assertRange(this.sizeBytes, offset, totalLength(chunks));
    this.#later((error) => {
      let position = offset;
      if (error === undefined) {
        for (const chunk of chunks) {
          this.bytes.set(chunk, position);
          position += chunk.byteLength;
        }
      }
      done(error);
    });
  }

  zero(offset: number, length: number, _mayUnmap: boolean, done: Done): void {
    assertRange(this.sizeBytes, offset, length);
    this.#later((error) => {
      if (error === undefined) this.bytes.fill(0, offset, offset + length);
      done(error);
    });
  }

  flush(done: Done): void {
    this.#later(done);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #later(run: Done): void {
    const error = this.#closed ? new Error('the device is closed') : undefined;
    this.#inFlight += 1;
    setImmediate(() => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#whenIdle.splice(0)) wake();
      run(error);
    });
  }
}
