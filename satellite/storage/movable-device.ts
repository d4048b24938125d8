/** A device that can be moved to another place while it is in use: operations wait while its content is copied. */
import type { BlockDevice, Done, ReadDone } from './block-device.ts';

const COPY_BYTES = 1_048_576;

export class MovableDevice implements BlockDevice {
  #place: BlockDevice;
  #inFlight = 0;
  #whenIdle: (() => void) | undefined;
  /** While it moves: what was asked for since. */
  #held: (() => void)[] | undefined;

  constructor(place: BlockDevice) {
    this.#place = place;
  }

  get sizeBytes(): number {
    return this.#place.sizeBytes;
  }

  read(offset: number, length: number, done: ReadDone): void {
    this.#begin(() => this.#place.read(offset, length, (error, chunk) => this.#end(() => done(error, chunk))));
  }

  write(offset: number, chunks: readonly Uint8Array[], done: Done): void {
    this.#begin(() => this.#place.write(offset, chunks, (error) => this.#end(() => done(error))));
  }

  zero(offset: number, length: number, mayUnmap: boolean, done: Done): void {
    this.#begin(() => this.#place.zero(offset, length, mayUnmap, (error) => this.#end(() => done(error))));
  }

  flush(done: Done): void {
    this.#begin(() => this.#place.flush((error) => this.#end(() => done(error))));
  }

  close(): Promise<void> {
    return this.#place.close();
  }

  /**
   * What is under way ends → copied, durable → `commit` makes the new place count → what waited goes there. On an error it stays where
   * it was. The two places do not overlap in what is copied; one move at a time.
   */
  async moveTo(place: BlockDevice, commit: () => Promise<void>): Promise<void> {
    const before = this.#place;
    this.#held = [];
    try {
      if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
      await copy(before, place);
      await commit();
      this.#place = place;
      await before.close();
    } catch (error) {
      if (this.#place === before) await place.close();
      throw error;
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const operation of held) this.#begin(operation);
    }
  }

  #begin(operation: () => void): void {
    if (this.#held !== undefined) {
      this.#held.push(operation);
      return;
    }
    this.#inFlight += 1;
    operation();
  }

  #end(done: () => void): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#whenIdle?.();
    done();
  }
}

/** Durable on return. */
async function copy(from: BlockDevice, to: BlockDevice): Promise<void> {
  for (let offset = 0; offset < from.sizeBytes; offset += COPY_BYTES) {
    const length = Math.min(COPY_BYTES, from.sizeBytes - offset);
    const chunk = await new Promise<Uint8Array>((resolve, reject) =>
      from.read(offset, length, (error, bytes) => (error === undefined ? resolve(bytes) : reject(error))),
    );
    await settled((done) => to.write(offset, [chunk], done));
  }
  await settled((done) => to.flush(done));
}

function settled(operation: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => operation((error) => (error === undefined ? resolve() : reject(error))));
}
