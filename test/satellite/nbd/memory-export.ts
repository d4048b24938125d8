/**
 * An NBD export over memory for tests. It checks what the server promises to sessions, completes at once or later, can
 * hold requests back or fail them, and counts what happened.
 */
import { expect } from 'chai';
import type { OperationError } from '../../../common/errors.ts';
import type {
  NbdDone,
  NbdErrno,
  NbdExport,
  NbdExtentsDone,
  NbdOpenDone,
  NbdOpenMode,
  NbdReadDone,
  NbdSession,
  NbdZeroOptions,
} from '../../../satellite/nbd/export.ts';

const BLOCK = 4096;

export interface MemoryExportOptions {
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly readOnly?: boolean;
  readonly canMultiConn?: boolean;
  readonly maximumBlock?: number;
  /** `now`: from within the call. `later`: in a later turn. */
  readonly completion?: 'now' | 'later';
  readonly blockStatus?: boolean;
}

export class MemoryExport implements NbdExport {
  readonly name: string;
  readonly sizeBytes: number;
  readonly description = 'memory of a test';
  readonly readOnly: boolean;
  readonly canMultiConn: boolean;
  readonly minimumBlock = 512;
  readonly canTrim = true;
  readonly preferredBlock = 4096;
  readonly maximumBlock: number;

  readonly data: Buffer;
  readonly opened: NbdOpenMode[] = [];
  /** One line per operation: `write 0+4096 fua`. */
  readonly operations: string[] = [];
  sessionsOpen = 0;
  underWay = 0;
  underWayMax = 0;
  openError: OperationError | undefined;
  holdOpen = false;
  holdOperations = false;
  failNext: NbdErrno | undefined;
  failAt: number | undefined;
  readonly held: (() => void)[] = [];
  private readonly completion: 'now' | 'later';
  private readonly blockStatus: boolean;
  /** Blocks that were ever written and not trimmed. */
  private readonly allocated: Uint8Array;

  constructor(options: MemoryExportOptions = {}) {
    this.name = options.name ?? 'vol/0';
    this.sizeBytes = options.sizeBytes ?? 1024 * 1024;
    this.readOnly = options.readOnly ?? false;
    this.canMultiConn = options.canMultiConn ?? true;
    this.maximumBlock = options.maximumBlock ?? 32 * 1024 * 1024;
    this.completion = options.completion ?? 'later';
    this.blockStatus = options.blockStatus ?? true;
    this.data = Buffer.alloc(this.sizeBytes);
    this.allocated = new Uint8Array(Math.ceil(this.sizeBytes / BLOCK));
  }

  open(mode: NbdOpenMode, done: NbdOpenDone): void {
    this.opened.push(mode);
    const error = this.openError;
    const answer = (): void => {
      if (error === undefined) this.sessionsOpen += 1;
      done(error, error === undefined ? this.session() : undefined);
    };
    if (this.holdOpen) this.held.push(answer);
    else if (this.completion === 'now') answer();
    else setImmediate(answer);
  }

  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  private session(): NbdSession {
    let closed = false;
    const start = (line: string, offset: number, length: number, limit: number): void => {
      expect(closed, 'no request after close').to.equal(false);
      expect(offset % 512, 'aligned offset').to.equal(0);
      expect(length % 512, 'aligned length').to.equal(0);
      expect(length, 'piece within its limit').to.be.within(1, limit);
      expect(offset + length, 'inside the export').to.be.at.most(this.sizeBytes);
      this.operations.push(line);
    };
    const MIB = 1024 * 1024;
    const blockStatus = (offset: number, length: number, done: NbdExtentsDone): void => {
      start(`block-status ${offset}+${length}`, offset, length, 2 ** 32);
      this.complete(offset, length, (error) => done(error, error === undefined ? this.extents(offset, length) : []));
    };
    return {
      read: (offset: number, length: number, done: NbdReadDone): void => {
        start(`read ${offset}+${length}`, offset, length, MIB);
        this.complete(offset, length, (error) => {
          if (error !== undefined) return done(error);
          const middle = offset + Math.floor(length / 3);
          const copy = (from: number, to: number): Buffer => Buffer.from(this.data.subarray(from, to));
          done(undefined, [copy(offset, middle), copy(middle, offset + length)]);
        });
      },
      write: (offset: number, chunks: readonly Uint8Array[], fua: boolean, done: NbdDone): void => {
        const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        start(`write ${offset}+${length}${fua ? ' fua' : ''}`, offset, length, MIB);
        this.complete(offset, length, (error) => {
          let at = offset;
          for (const chunk of chunks) {
            this.data.set(chunk, at);
            at += chunk.length;
          }
          this.mark(offset, length, 1);
          done(error);
        });
      },
      zero: (offset: number, length: number, options: NbdZeroOptions, done: NbdDone): void => {
        const words = Object.entries(options).map(([word, on]) => (on ? ` ${word}` : ''));
        start(`zero ${offset}+${length}${words.join('')}`, offset, length, 128 * MIB);
        this.complete(offset, length, (error) => {
          if (error === undefined) {
            this.data.fill(0, offset, offset + length);
            if (options.mayUnmap) this.mark(offset, length, 0);
          }
          done(error);
        });
      },
      trim: (offset: number, length: number, fua: boolean, done: NbdDone): void => {
        start(`trim ${offset}+${length}${fua ? ' fua' : ''}`, offset, length, 128 * MIB);
        this.complete(offset, length, (error) => {
          this.data.fill(0, offset, offset + length);
          this.mark(offset, length, 0);
          done(error);
        });
      },
      flush: (done: NbdDone): void => {
        expect(closed, 'no request after close').to.equal(false);
        this.operations.push('flush');
        this.complete(0, 0, done);
      },
      ...(this.blockStatus ? { blockStatus } : {}),
      close: (): void => {
        expect(closed, 'closed once').to.equal(false);
        closed = true;
        this.sessionsOpen -= 1;
      },
    };
  }

  private complete(offset: number, length: number, done: (error?: NbdErrno) => void): void {
    const failsHere = this.failAt !== undefined && this.failAt >= offset && this.failAt < offset + length;
    const error = this.failNext ?? (failsHere ? 'EIO' : undefined);
    this.failNext = undefined;
    this.underWay += 1;
    this.underWayMax = Math.max(this.underWayMax, this.underWay);
    const finish = (): void => {
      this.underWay -= 1;
      done(error);
    };
    if (this.holdOperations) this.held.push(finish);
    else if (this.completion === 'now') finish();
    else setImmediate(finish);
  }

  private mark(offset: number, length: number, value: 0 | 1): void {
    const first = value === 1 ? Math.floor(offset / BLOCK) : Math.ceil(offset / BLOCK);
    const last = value === 1 ? Math.ceil((offset + length) / BLOCK) : Math.floor((offset + length) / BLOCK);
    this.allocated.fill(value, first, Math.max(first, last));
  }

  private extents(offset: number, length: number): { length: number; hole: boolean; zero: boolean }[] {
    const extents = [];
    for (let at = offset; at < offset + length; ) {
      const block = Math.floor(at / BLOCK);
      const end = Math.min((block + 1) * BLOCK, offset + length);
      const hole = this.allocated[block] === 0;
      extents.push({ length: end - at, hole, zero: hole });
      at = end;
    }
    return extents;
  }
}
