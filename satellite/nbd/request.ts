/**
 * One request of a client from its header to its completion. It is cut into pieces that the backend accepts, a bounded
 * number of them under way at once. Objects are pooled per connection; their callbacks are bound once.
 */
import { assert } from '../../common/assert.ts';
import { sliceChunks } from './byte-queue.ts';
import type { NbdDone, NbdErrno, NbdExtent, NbdExtentsDone, NbdReadDone, NbdSession } from './export.ts';
import type { NbdLimits } from './limits.ts';
import { COMMAND, COMMAND_FLAG, type RequestHeader } from './protocol.ts';

/** The transmission that a request belongs to. */
export interface RequestOwner {
  readonly session: NbdSession;
  readonly limits: NbdLimits;
  /** The client is gone: no further pieces. */
  readonly abandoned: boolean;
  /** Called once for each `start`; the request may be recycled. */
  finished(request: Request): void;
}

const NO_CHUNKS: readonly Uint8Array[] = [];

export class Request implements RequestHeader {
  magic = 0;
  flags = 0;
  command = 0;
  cookieHigh = 0;
  cookieLow = 0;
  offset = 0;
  length = 0;
  /** What counts against the limit of bytes in flight. */
  accountedBytes = 0;
  /** Write: what the client sent. Read: what goes back, complete when finished without an error. */
  chunks: readonly Uint8Array[] = NO_CHUNKS;
  extents: readonly NbdExtent[] = [];
  error: NbdErrno | undefined = undefined;

  private readonly owner: RequestOwner;
  private active = false;
  private issuing = false;
  /** Where the next piece starts. */
  private position = 0;
  private end = 0;
  private pieceBytes = 0;
  private piecesInFlight = 0;
  /** Data of a read in several pieces, in the order of their offsets. */
  private pieces: (readonly Uint8Array[])[] = [];

  private readonly pieceDone: NbdDone;
  private readonly readDone: NbdReadDone;
  private readonly cacheDone: NbdReadDone;
  private readonly extentsDone: NbdExtentsDone;

  constructor(owner: RequestOwner) {
    this.owner = owner;
    this.pieceDone = (error) => this.onPieceDone(error);
    this.readDone = (error, chunks) => {
      if (chunks !== undefined) this.chunks = chunks;
      this.onPieceDone(error ?? (holds(chunks, this.length) ? undefined : 'EIO'));
    };
    this.cacheDone = (error) => this.onPieceDone(error);
    this.extentsDone = (error, extents) => {
      if (extents !== undefined) this.extents = extents;
      this.onPieceDone(error);
    };
  }

  /** The fields of the header are set and valid; the payload of a write is in `chunks`. */
  start(): void {
    assert(!this.active, 'a request is started once');
    const { limits } = this.owner;
    const carriesData =
      this.command === COMMAND.READ || this.command === COMMAND.WRITE || this.command === COMMAND.CACHE;
    const whole = this.command === COMMAND.FLUSH || this.command === COMMAND.BLOCK_STATUS;
    this.pieceBytes = whole ? Number.POSITIVE_INFINITY : carriesData ? limits.dataPieceBytes : limits.rangePieceBytes;
    this.position = this.offset;
    this.end = this.offset + this.length;
    this.piecesInFlight = 0;
    this.error = undefined;
    this.active = true;
    if (this.command === COMMAND.FLUSH) {
      this.piecesInFlight = 1;
      this.owner.session.flush(this.pieceDone);
      return;
    }
    this.issue();
  }

  /** Back to the pool: holds on to no data. */
  clear(): void {
    assert(!this.active, 'a request under way is not recycled');
    this.chunks = NO_CHUNKS;
    this.extents = [];
    if (this.pieces.length > 0) this.pieces = [];
    this.error = undefined;
    this.accountedBytes = 0;
  }

  private issue(): void {
    this.issuing = true;
    while (this.mayIssue() && this.piecesInFlight < this.owner.limits.piecesInFlightMax) {
      const offset = this.position;
      const length = Math.min(this.pieceBytes, this.end - offset);
      this.position = offset + length;
      this.piecesInFlight += 1;
      this.submit(offset, length);
    }
    this.issuing = false;
    if (this.piecesInFlight === 0 && !this.mayIssue()) this.finish();
  }

  private mayIssue(): boolean {
    return this.position < this.end && this.error === undefined && !this.owner.abandoned;
  }

  private submit(offset: number, length: number): void {
    const { session } = this.owner;
    const whole = length === this.length;
    const fua = (this.flags & COMMAND_FLAG.FUA) !== 0;
    switch (this.command) {
      case COMMAND.READ:
        session.read(offset, length, whole ? this.readDone : this.readPieceDone(offset, length));
        break;
      case COMMAND.WRITE:
        session.write(offset, whole ? this.chunks : this.sliceOf(offset, length), fua, this.pieceDone);
        break;
      case COMMAND.WRITE_ZEROES: {
        const mayUnmap = (this.flags & COMMAND_FLAG.NO_HOLE) === 0;
        const fast = (this.flags & COMMAND_FLAG.FAST_ZERO) !== 0;
        session.zero(offset, length, { fua, mayUnmap, fast }, this.pieceDone);
        break;
      }
      case COMMAND.TRIM:
        session.trim(offset, length, fua, this.pieceDone);
        break;
      case COMMAND.CACHE:
        // Reading brings the range into the cache of whoever has the data; there is no other promise to keep.
        session.read(offset, length, this.cacheDone);
        break;
      case COMMAND.BLOCK_STATUS:
        if (session.blockStatus !== undefined) session.blockStatus(offset, length, this.extentsDone);
        else this.extentsDone(undefined, [{ length, hole: false, zero: false }]);
        break;
      default:
        assert(false, 'only valid commands are started');
    }
  }

  private sliceOf(offset: number, length: number): readonly Uint8Array[] {
    return sliceChunks(this.chunks, offset - this.offset, length);
  }

  /** The one closure on the way of data: once per MiB of a large read. */
  private readPieceDone(offset: number, length: number): NbdReadDone {
    const index = (offset - this.offset) / this.pieceBytes;
    return (error, chunks) => {
      this.pieces[index] = chunks ?? NO_CHUNKS;
      this.onPieceDone(error ?? (holds(chunks, length) ? undefined : 'EIO'));
    };
  }

  private onPieceDone(error: NbdErrno | undefined): void {
    assert(this.active && this.piecesInFlight > 0, 'a session calls done exactly once');
    this.piecesInFlight -= 1;
    if (error !== undefined) this.error ??= error;
    if (this.issuing) return;
    if (this.mayIssue()) this.issue();
    else if (this.piecesInFlight === 0) this.finish();
  }

  private finish(): void {
    if (this.pieces.length > 0 && this.error === undefined) this.chunks = this.pieces.flat();
    this.active = false;
    this.owner.finished(this);
  }
}

function holds(chunks: readonly Uint8Array[] | undefined, length: number): boolean {
  if (chunks === undefined) return false;
  let sum = 0;
  for (const chunk of chunks) sum += chunk.length;
  return sum === length;
}
