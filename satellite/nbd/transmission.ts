/**
 * The transmission phase of one client: decodes requests, checks them against the export, runs them on the session and
 * encodes the replies. It stops reading while too much is in flight. The socket and its end belong to the connection.
 */
import { assert } from '../../common/assert.ts';
import type { ByteQueue } from './byte-queue.ts';
import type { NbdErrno, NbdExport, NbdExtent, NbdSession } from './export.ts';
import type { NbdLimits } from './limits.ts';
import { type Agreed, maximumPayload } from './negotiation.ts';
import {
  COMMAND,
  COMMAND_FLAG,
  decodeRequestHeader,
  emptyRequestHeader,
  encodeBlockStatusChunk,
  encodeErrorChunk,
  encodeReadChunkHeader,
  encodeSimpleReply,
  MAGIC_REQUEST,
  READ_CHUNK_HEADER_BYTES,
  REQUEST_HEADER_BYTES,
  type RequestHeader,
  SIMPLE_REPLY_BYTES,
} from './protocol.ts';
import type { ReplyWriter } from './reply-writer.ts';
import { Request, type RequestOwner } from './request.ts';

/** Payload in flight over all connections of a server. */
export interface ByteBudget {
  bytes: number;
}

interface TransmissionOptions {
  readonly target: NbdExport;
  readonly session: NbdSession;
  readonly agreed: Agreed;
  readonly limits: NbdLimits;
  readonly input: ByteQueue;
  readonly writer: ReplyWriter;
  readonly budget: ByteBudget;
  /** Once: no further request will be read, and all have completed. `reason` is undefined for an ordinary end. */
  readonly onIdleEnd: (reason: string | undefined) => void;
}

/** `stalled`: too much is in flight, do not read the socket. `ending`: nothing that arrives matters any more. */
type Appetite = 'hungry' | 'stalled' | 'ending';

const POOL_MAX = 256;

export class Transmission implements RequestOwner {
  readonly session: NbdSession;
  readonly limits: NbdLimits;
  abandoned = false;
  requestsInFlight = 0;
  bytesInFlight = 0;

  private readonly options: TransmissionOptions;
  private readonly maximumPayloadBytes: number;
  private readonly header = emptyRequestHeader();
  /** The header of a write is decoded, its payload has not arrived in full. */
  private gathering: Request | undefined;
  /** Payload of a refused write that is still to come; the refusal follows it. */
  private skipBytes = 0;
  private skipError: NbdErrno = 'EINVAL';
  private appetiteNow: Appetite = 'hungry';
  private endReason: string | undefined;
  private inputEnded = false;
  private idleEndTold = false;
  private consuming = false;
  private readonly pool: Request[] = [];

  constructor(options: TransmissionOptions) {
    this.options = options;
    this.session = options.session;
    this.limits = options.limits;
    this.maximumPayloadBytes = maximumPayload(options.target);
  }

  /** Consumes what there is; call it when bytes have arrived and at the end of a turn with replies. */
  consume(): Appetite {
    if (this.consuming || this.appetiteNow === 'ending') return this.appetiteNow;
    this.consuming = true;
    this.appetiteNow = 'hungry';
    let more = true;
    while (more) more = this.step();
    this.consuming = false;
    if (this.inputEnded && this.appetite() === 'hungry') this.end(undefined);
    else this.tellIdleEnd();
    return this.appetite();
  }

  appetite(): Appetite {
    return this.appetiteNow;
  }

  /** The client sends no more: what has arrived in full is still answered. */
  endOfInput(): void {
    this.inputEnded = true;
    this.consume();
  }

  /** No further requests; those in flight complete. */
  drain(): void {
    this.end(undefined);
  }

  /** The client is gone. Requests in flight complete without a reply; `onIdleEnd` tells when. */
  abandon(): void {
    this.abandoned = true;
    this.end(undefined);
  }

  /** @returns whether there may be more to do. */
  private step(): boolean {
    const { input } = this.options;
    if (this.appetite() === 'ending') return false;
    if (this.skipBytes > 0) return this.skipPayload();
    if (this.gathering !== undefined) return this.gather(this.gathering);
    if (input.byteLength < REQUEST_HEADER_BYTES) return false;
    if (!this.hasRoom()) {
      this.appetiteNow = 'stalled';
      return false;
    }
    decodeRequestHeader(input.takeContiguous(REQUEST_HEADER_BYTES), 0, this.header);
    if (this.header.magic !== MAGIC_REQUEST) {
      this.end('a request without the magic number');
      return false;
    }
    if (this.header.command === COMMAND.DISC) {
      this.end(undefined);
      return false;
    }
    this.accept(this.header);
    return true;
  }

  private hasRoom(): boolean {
    const { limits } = this;
    if (this.requestsInFlight >= limits.requestsInFlightMax) return false;
    if (this.bytesInFlight + this.options.writer.bufferedBytes >= limits.bytesInFlightMax) return false;
    return this.requestsInFlight === 0 || this.options.budget.bytes < limits.totalBytesInFlightMax;
  }

  private accept(header: RequestHeader): void {
    const refusal = this.refusal(header);
    const payloadBytes = header.command === COMMAND.WRITE ? header.length : 0;
    if (refusal !== undefined) {
      this.skipBytes = payloadBytes;
      this.skipError = refusal;
      if (payloadBytes === 0) this.replyError(header, refusal);
      return;
    }
    const request = this.pool.pop() ?? new Request(this);
    request.flags = header.flags;
    request.command = header.command;
    request.cookieHigh = header.cookieHigh;
    request.cookieLow = header.cookieLow;
    request.offset = header.offset;
    request.length = header.length;
    request.accountedBytes = accountedBytes(header, this.limits);
    this.requestsInFlight += 1;
    this.bytesInFlight += request.accountedBytes;
    this.options.budget.bytes += request.accountedBytes;
    if (payloadBytes > 0) this.gathering = request;
    else request.start();
  }

  /** @returns why the request is refused before it reaches the volume. */
  private refusal(header: RequestHeader): NbdErrno | undefined {
    const { target, agreed } = this.options;
    const { command, flags, offset, length } = header;
    if (command > COMMAND.BLOCK_STATUS) return 'EINVAL';
    if ((flags & ~this.allowedFlags(command)) !== 0) return 'EINVAL';
    if (command === COMMAND.FLUSH) return offset === 0 && length === 0 ? undefined : 'EINVAL';
    const writes = command === COMMAND.WRITE || command === COMMAND.WRITE_ZEROES || command === COMMAND.TRIM;
    if (writes && target.readOnly) return 'EPERM';
    if (command === COMMAND.TRIM && !target.canTrim) return 'EINVAL';
    if (command === COMMAND.BLOCK_STATUS && !agreed.blockStatus) return 'EINVAL';
    const carriesPayload = command === COMMAND.WRITE || command === COMMAND.READ;
    if (length === 0 || (carriesPayload && length > this.maximumPayloadBytes)) return 'EINVAL';
    if (offset + length > target.sizeBytes) {
      return command === COMMAND.WRITE || command === COMMAND.WRITE_ZEROES ? 'ENOSPC' : 'EINVAL';
    }
    return offset % target.minimumBlock === 0 && length % target.minimumBlock === 0 ? undefined : 'EINVAL';
  }

  /** FUA is valid everywhere, though only writes look at it. */
  private allowedFlags(command: number): number {
    switch (command) {
      case COMMAND.READ:
        return this.options.agreed.structuredReplies ? COMMAND_FLAG.FUA | COMMAND_FLAG.DF : COMMAND_FLAG.FUA;
      case COMMAND.WRITE_ZEROES:
        return COMMAND_FLAG.FUA | COMMAND_FLAG.NO_HOLE | COMMAND_FLAG.FAST_ZERO;
      case COMMAND.BLOCK_STATUS:
        return COMMAND_FLAG.FUA | COMMAND_FLAG.REQ_ONE;
      default:
        return COMMAND_FLAG.FUA;
    }
  }

  private gather(request: Request): boolean {
    const { input } = this.options;
    if (input.byteLength < request.length) return false;
    this.gathering = undefined;
    request.chunks = input.take(request.length);
    request.start();
    return true;
  }

  private skipPayload(): boolean {
    const { input } = this.options;
    const step = Math.min(this.skipBytes, input.byteLength);
    if (step === 0) return false;
    input.skip(step);
    this.skipBytes -= step;
    if (this.skipBytes === 0) this.replyError(this.header, this.skipError);
    return true;
  }

  finished(request: Request): void {
    if (!this.abandoned) this.reply(request);
    this.release(request);
    this.tellIdleEnd();
  }

  private release(request: Request): void {
    this.requestsInFlight -= 1;
    this.bytesInFlight -= request.accountedBytes;
    this.options.budget.bytes -= request.accountedBytes;
    assert(this.requestsInFlight >= 0, 'each request is released once');
    request.clear();
    if (this.pool.length < POOL_MAX) this.pool.push(request);
  }

  private reply(request: Request): void {
    const { writer, agreed } = this.options;
    if (request.error !== undefined) {
      this.replyError(request, request.error);
    } else if (request.command === COMMAND.BLOCK_STATUS) {
      writer.push(encodeBlockStatusChunk(request, this.tidyExtents(request)));
    } else if (request.command === COMMAND.READ && agreed.structuredReplies) {
      const at = writer.reserve(READ_CHUNK_HEADER_BYTES);
      encodeReadChunkHeader(writer.buffer(), at, request);
      for (const chunk of request.chunks) writer.push(chunk);
    } else {
      this.replySimple(request, undefined);
      if (request.command === COMMAND.READ) for (const chunk of request.chunks) writer.push(chunk);
    }
  }

  private replyError(request: RequestHeader, error: NbdErrno): void {
    const mustBeStructured = request.command === COMMAND.READ || request.command === COMMAND.BLOCK_STATUS;
    if (mustBeStructured && this.options.agreed.structuredReplies) {
      this.options.writer.push(encodeErrorChunk(request, error, ERROR_TEXTS[error]));
    } else {
      this.replySimple(request, error);
    }
  }

  private replySimple(request: RequestHeader, error: NbdErrno | undefined): void {
    const { writer } = this.options;
    const at = writer.reserve(SIMPLE_REPLY_BYTES);
    encodeSimpleReply(writer.buffer(), at, request, error);
  }

  /** Neighbours of a kind joined, cut at the end of the request, never none: the client could not make progress. */
  private tidyExtents(request: Request): readonly NbdExtent[] {
    const max = (request.flags & COMMAND_FLAG.REQ_ONE) !== 0 ? 1 : this.limits.extentsMax;
    const tidy: { length: number; hole: boolean; zero: boolean }[] = [];
    let missing = request.length;
    for (const extent of request.extents) {
      const length = Math.min(extent.length, missing);
      if (length <= 0) continue;
      const last = tidy.at(-1);
      if (last !== undefined && last.hole === extent.hole && last.zero === extent.zero) last.length += length;
      else if (tidy.length === max) break;
      else tidy.push({ length, hole: extent.hole, zero: extent.zero });
      missing -= length;
    }
    return tidy.length > 0 ? tidy : [{ length: request.length, hole: false, zero: false }];
  }

  private end(reason: string | undefined): void {
    if (this.appetiteNow !== 'ending') {
      this.appetiteNow = 'ending';
      this.endReason = reason;
      const unfinished = this.gathering;
      this.gathering = undefined;
      if (unfinished !== undefined) this.release(unfinished); // Its payload will not come: it never happened.
    }
    this.tellIdleEnd();
  }

  /** While consuming it waits: the loop may be in the middle of starting a request. */
  private tellIdleEnd(): void {
    if (this.appetiteNow !== 'ending' || this.consuming || this.requestsInFlight > 0 || this.idleEndTold) return;
    this.idleEndTold = true;
    this.options.onIdleEnd(this.endReason);
  }
}

function accountedBytes(header: RequestHeader, limits: NbdLimits): number {
  switch (header.command) {
    case COMMAND.READ:
    case COMMAND.WRITE:
      return header.length;
    case COMMAND.CACHE:
      return Math.min(header.length, limits.dataPieceBytes * limits.piecesInFlightMax);
    default:
      return 0;
  }
}

const ERROR_TEXTS: Readonly<Record<NbdErrno, string>> = {
  EPERM: 'the export does not allow this',
  EIO: 'input/output error',
  ENOMEM: 'out of memory',
  EINVAL: 'invalid request: unknown, unaligned, empty, too large or beyond the end of the export',
  ENOSPC: 'beyond the end of the export, or no space left',
  EOVERFLOW: 'too large for one reply',
  ENOTSUP: 'not supported',
  ESHUTDOWN: 'the export is shutting down',
};
