/**
 * A BlockDevice on a regular file or block device, through the page cache. Several devices can be windows into one file
 * (data in front, metadata at the end of a disk): they share the descriptor, its flushes and its fate.
 */
import { constants, fdatasync, read as readFd, write as writeFd, writev } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import { assertRange, type BlockDevice, type Done, NO_BYTES, type ReadDone, totalLength } from './block-device.ts';
import { storeSizeBytes } from './block-device-size.ts';
import { type ZeroRangeMode, zeroRange } from './zero-range.ts';

export interface OpenFileOptions {
  readonly path: string;
  /** Refuse anything smaller. */
  readonly expectedBytes?: number;
  /** `unmap`: zeroing with `mayUnmap` frees the space. `keep`: a preallocated file stays allocated. */
  readonly zeroing: 'unmap' | 'keep';
}

/** Linux writes at most this many pieces per call (IOV_MAX). */
const PIECES_MAX = 1024;
const ZEROES = new Uint8Array(1_048_576);
/** Zeroes written per system call: long enough to be cheap, short enough not to hold a thread of the pool for long. */
const ZEROES_PER_WRITE_BYTES = 4 * 1_048_576;
/** From here on a child process is cheaper than writing zeroes. Freeing space is worth it earlier. */
const ZERO_RANGE_BYTES_MIN = 8 * 1_048_576;
const PUNCH_HOLE_BYTES_MIN = 1_048_576;

interface ZeroRequest {
  readonly offset: number;
  readonly length: number;
  readonly done: Done;
}

/** A device whose file may be made larger while it is in use. */
export interface GrowableDevice extends BlockDevice {
  /** The new part reads as zeroes; durable on return. Space that was allocated behind the end is kept. */
  enlarge(sizeBytes: number): Promise<void>;
}

export class BackingFile {
  readonly path: string;
  sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #unmaps: boolean;
  #windows = 0;
  #inFlight = 0;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;
  readonly #whenIdle: (() => void)[] = [];
  #flushing = false;
  /**
   * Something may be in the kernel's cache: at first whatever an earlier process left, then every write, from its
   * submission on and again at its completion, so that a flush in between cannot hide it.
   */
  #dirty = true;
  #flushWaiters: Done[] = [];
  readonly #zeroQueue: Record<ZeroRangeMode, ZeroRequest[]> = { 'punch-hole': [], 'zero-range': [] };
  readonly #zeroing: Record<ZeroRangeMode, boolean> = { 'punch-hole': false, 'zero-range': false };
  readonly #zeroRangeWorks: Record<ZeroRangeMode, boolean> = { 'punch-hole': true, 'zero-range': true };

  private constructor(path: string, sizeBytes: number, handle: FileHandle, unmaps: boolean) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#handle = handle;
    this.#unmaps = unmaps;
  }

  /** @throws OperationError BACKING_STORE_FAILED, BACKING_STORE_TOO_SMALL */
  static async open({ path, expectedBytes = 0, zeroing }: OpenFileOptions): Promise<BackingFile> {
    const handle = await openExclusively(path);
    try {
      const sizeBytes = await storeSizeBytes(path, await handle.stat());
      if (sizeBytes < expectedBytes) {
        throw new OperationError('BACKING_STORE_TOO_SMALL', `${path} is smaller than it has to be`, {
          cause: `it has ${sizeBytes} bytes, ${expectedBytes} are needed`,
          correction: 'The file or device was cut: restore it, or delete this replica and create it again.',
        });
      }
      return new BackingFile(path, sizeBytes, handle, zeroing === 'unmap');
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The file is closed with its last window. */
  window(offset: number, sizeBytes: number): GrowableDevice {
    assertRange(this.sizeBytes, offset, sizeBytes);
    assert(this.#closing === undefined, 'a closed file has no windows');
    this.#windows += 1;
    return new FileDevice(this, offset, sizeBytes);
  }

  /** A device may have been made larger by others since. */
  async noticeSize(): Promise<number> {
    this.sizeBytes = Math.max(this.sizeBytes, await storeSizeBytes(this.path, await this.#handle.stat()));
    return this.sizeBytes;
  }

  /** Of a regular file. */
  async enlarge(sizeBytes: number): Promise<void> {
    if (sizeBytes <= this.sizeBytes) return;
    await this.#handle.truncate(sizeBytes);
    await this.#handle.sync();
    this.sizeBytes = sizeBytes;
  }

  /** Space that the file really takes; the size for a block device. */
  async allocatedBytes(): Promise<number> {
    const stats = await this.#handle.stat();
    return stats.isFile() ? stats.blocks * 512 : this.sizeBytes;
  }

  read(position: number, length: number, done: ReadDone): void {
    if (this.#refuses((error) => done(error, NO_BYTES))) return;
    this.#inFlight += 1;
    this.#readRest(Buffer.allocUnsafe(length), 0, position, done);
  }

  #readRest(chunk: Buffer, filled: number, position: number, done: ReadDone): void {
    readFd(this.#handle.fd, chunk, filled, chunk.byteLength - filled, position + filled, (error, count) => {
      if (error === null && count > 0 && filled + count < chunk.byteLength) {
        this.#readRest(chunk, filled + count, position, done);
        return;
      }
      this.#settle();
      if (error !== null) done(this.#failed('read', error.message), NO_BYTES);
      else if (filled + count < chunk.byteLength) done(this.#failed('read', 'it ends before its size'), NO_BYTES);
      else done(undefined, chunk);
    });
  }

  write(position: number, chunks: readonly Uint8Array[], done: Done): void {
    if (this.#refuses(done)) return;
    this.#inFlight += 1;
    this.#dirty = true;
    this.#writeRest(position, chunks, totalLength(chunks), done);
  }

  #writeRest(position: number, chunks: readonly Uint8Array[], remaining: number, done: Done): void {
    const onWritten = (error: Error | null, count: number): void => {
      if (error === null && count > 0 && count < remaining) {
        this.#writeRest(position + count, withoutFirst(chunks, count), remaining - count, done);
        return;
      }
      this.#settle();
      this.#dirty = true;
      if (error !== null) done(this.#failed('write', error.message));
      else done(count < remaining ? this.#failed('write', 'nothing was taken') : undefined);
    };
    const only = chunks.length === 1 ? chunks[0] : undefined;
    if (remaining === 0) process.nextTick(onWritten, null, 0);
    else if (only !== undefined) writeFd(this.#handle.fd, only, 0, only.byteLength, position, onWritten);
    else
      writev(this.#handle.fd, chunks.length > PIECES_MAX ? chunks.slice(0, PIECES_MAX) : chunks, position, onWritten);
  }

  zero(position: number, length: number, mayUnmap: boolean, done: Done): void {
    if (this.#refuses(done)) return;
    this.#inFlight += 1;
    this.#dirty = true;
    const settled: Done = (error) => {
      this.#settle();
      this.#dirty = true;
      done(error);
    };
    const mode: ZeroRangeMode = mayUnmap && this.#unmaps ? 'punch-hole' : 'zero-range';
    if (!this.#zeroRangeWorks[mode]) {
      this.#writeZeroes(position, length, settled);
      return;
    }
    // Pieces of one large request arrive in one turn, and more while a child process runs: adjacent ones are taken together.
    this.#zeroQueue[mode].push({ offset: position, length, done: settled });
    if (this.#zeroing[mode]) return;
    this.#zeroing[mode] = true;
    setImmediate(() => this.#zeroNext(mode));
  }

  #zeroNext(mode: ZeroRangeMode): void {
    const queue = this.#zeroQueue[mode];
    const run = takeAdjacent(queue);
    const first = run[0];
    if (first === undefined) {
      this.#zeroing[mode] = false;
      return;
    }
    const length = run.reduce((sum, request) => sum + request.length, 0);
    const next = (): void => this.#zeroNext(mode);
    const byWriting = (): void => {
      for (const request of run) this.#writeZeroes(request.offset, request.length, request.done);
    };
    const worthIt = length >= (mode === 'punch-hole' ? PUNCH_HOLE_BYTES_MIN : ZERO_RANGE_BYTES_MIN);
    if (!worthIt || !this.#zeroRangeWorks[mode]) {
      byWriting();
      setImmediate(next);
      return;
    }
    zeroRange(this.#handle.fd, mode, first.offset, length, (outcome) => {
      if (outcome === 'unsupported') this.#zeroRangeWorks[mode] = false;
      if (outcome === 'done') for (const request of run) request.done(undefined);
      else byWriting();
      next();
    });
  }

  /** One piece after the other: a large range must not fill the thread pool. */
  #writeZeroes(position: number, length: number, done: Done): void {
    const take = Math.min(length, ZEROES_PER_WRITE_BYTES);
    const chunks: Uint8Array[] = [];
    for (let left = take; left > 0; left -= ZEROES.byteLength)
      chunks.push(left < ZEROES.byteLength ? ZEROES.subarray(0, left) : ZEROES);
    this.#inFlight += 1;
    this.#writeRest(position, chunks, take, (error) => {
      if (error !== undefined || take === length) done(error);
      else this.#writeZeroes(position + take, length - take, done);
    });
  }

  /** Flushes of one turn, and those that arrive while one runs, share a system call. */
  flush(done: Done): void {
    if (this.#refuses(done)) return;
    this.#inFlight += 1;
    this.#flushWaiters.push(done);
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => this.#flushNext());
  }

  #flushNext(): void {
    const waiters = this.#flushWaiters;
    this.#flushWaiters = [];
    if (!this.#dirty) {
      this.#endFlush(waiters);
      return;
    }
    this.#dirty = false;
    fdatasync(this.#handle.fd, (error) => {
      // The kernel reports a failed write-back once and forgets the pages: what a second attempt says is worth nothing.
      if (error !== null) this.#failure ??= this.#failed('flush', error.message);
      this.#endFlush(waiters);
    });
  }

  #endFlush(waiters: Done[]): void {
    const failure = this.#failure;
    if (failure !== undefined) waiters.push(...this.#flushWaiters.splice(0));
    if (this.#flushWaiters.length > 0) process.nextTick(() => this.#flushNext());
    else this.#flushing = false;
    for (const waiter of waiters) {
      this.#settle();
      waiter(failure);
    }
  }

  /** One window has no more use for the file. */
  release(): Promise<void> {
    this.#windows -= 1;
    return this.#windows > 0 ? this.#idle() : this.close();
  }

  close(): Promise<void> {
    this.#closing ??= this.#idle().then(() => this.#handle.close());
    return this.#closing;
  }

  async #idle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #settle(): void {
    this.#inFlight -= 1;
    assert(this.#inFlight >= 0, 'an operation settles once');
    if (this.#inFlight === 0 && this.#whenIdle.length > 0) for (const wake of this.#whenIdle.splice(0)) wake();
  }

  #refuses(done: Done): boolean {
    const error = this.#failure ?? (this.#closing === undefined ? undefined : this.#failed('use', 'it is closed'));
    if (error === undefined) return false;
    process.nextTick(done, error);
    return true;
  }

  #failed(operation: string, because: string): OperationError {
    return new OperationError('BACKING_STORE_FAILED', `${operation} of ${this.path} failed`, {
      cause: because,
      correction: 'Check the disk and the log of the kernel; then detach and attach, or create the replica elsewhere.',
    });
  }
}

/** A range of a BackingFile as a device. */
class FileDevice implements GrowableDevice {
  sizeBytes: number;
  readonly #file: BackingFile;
  readonly #base: number;
  #closed: Promise<void> | undefined;

  constructor(file: BackingFile, base: number, sizeBytes: number) {
    this.#file = file;
    this.#base = base;
    this.sizeBytes = sizeBytes;
  }

  async enlarge(sizeBytes: number): Promise<void> {
    await this.#file.enlarge(this.#base + sizeBytes);
    this.sizeBytes = Math.max(this.sizeBytes, sizeBytes);
  }

  read(offset: number, length: number, done: ReadDone): void {
    assertRange(this.sizeBytes, offset, length);
    if (this.#refuses((error) => done(error, NO_BYTES))) return;
    this.#file.read(this.#base + offset, length, done);
  }

  write(offset: number, chunks: readonly Uint8Array[], done: Done): void {
    assertRange(this.sizeBytes, offset, totalLength(chunks));
    if (!this.#refuses(done)) this.#file.write(this.#base + offset, chunks, done);
  }

  zero(offset: number, length: number, mayUnmap: boolean, done: Done): void {
    assertRange(this.sizeBytes, offset, length);
    if (!this.#refuses(done)) this.#file.zero(this.#base + offset, length, mayUnmap, done);
  }

  flush(done: Done): void {
    if (!this.#refuses(done)) this.#file.flush(done);
  }

  close(): Promise<void> {
    this.#closed ??= this.#file.release();
    return this.#closed;
  }

  #refuses(done: Done): boolean {
    if (this.#closed === undefined) return false;
    process.nextTick(done, new OperationError('BACKING_STORE_FAILED', `${this.#file.path} is closed`));
    return true;
  }
}

/** The whole file as one device. @throws OperationError BACKING_STORE_FAILED, BACKING_STORE_TOO_SMALL */
export async function openFileDevice(options: OpenFileOptions): Promise<GrowableDevice> {
  const file = await BackingFile.open(options);
  return file.window(0, file.sizeBytes);
}

/** O_EXCL without O_CREAT: Linux refuses a block device that is mounted or otherwise claimed; no effect on a file. */
async function openExclusively(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDWR);
    if (!(await handle.stat()).isBlockDevice()) return handle;
    await handle.close();
    return await open(path, constants.O_RDWR | constants.O_EXCL);
  } catch (error) {
    throw new OperationError('BACKING_STORE_FAILED', `${path} cannot be opened`, {
      cause: error instanceof Error ? error.message : String(error),
      correction: 'It must exist, be writable for this user and not be in use (mounted) otherwise.',
    });
  }
}

function withoutFirst(chunks: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let skip = count;
  let index = 0;
  for (let chunk = chunks[0]; chunk !== undefined && skip >= chunk.byteLength; chunk = chunks[index]) {
    skip -= chunk.byteLength;
    index += 1;
  }
  const rest = chunks.slice(index);
  const first = rest[0];
  if (skip > 0 && first !== undefined) rest[0] = first.subarray(skip);
  return rest;
}

/** Takes the lowest request and all that follow it without a gap. */
function takeAdjacent(queue: ZeroRequest[]): ZeroRequest[] {
  queue.sort((a, b) => a.offset - b.offset);
  let count = 0;
  let end = queue[0]?.offset ?? 0;
  while (queue[count]?.offset === end) {
    end += queue[count]?.length ?? 0;
    count += 1;
  }
  return queue.splice(0, count);
}
