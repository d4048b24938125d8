/**
 * Everything that leaves on one socket. What is queued within a turn of the event loop leaves together in one `writev`;
 * headers of consecutive replies share a slab and go out as one piece.
 */
import type { Socket } from 'node:net';
import { assert } from '../../common/assert.ts';

const SLAB_BYTES = 16 * 1024;
/** Copying so little into the slab is cheaper than one more piece in the `writev`. */
const COPY_BYTES_MAX = 1024;

export class ReplyWriter {
  private readonly socket: Socket;
  private readonly afterFlush: () => void;
  private readonly flushNow: () => void;
  private slab = Buffer.allocUnsafe(SLAB_BYTES);
  /** slab[runStart, slabEnd) is queued, but not yet in `pieces`. */
  private runStart = 0;
  private slabEnd = 0;
  private pieces: Uint8Array[] = [];
  private queuedBytes = 0;
  private scheduled = false;
  private closed = false;

  /** @param afterFlush called at the end of each turn in which something was queued. */
  constructor(socket: Socket, afterFlush: () => void) {
    this.socket = socket;
    this.afterFlush = afterFlush;
    this.flushNow = () => {
      this.scheduled = false;
      this.flush();
      this.afterFlush();
    };
  }

  /** Bytes that the client has yet to take (the kernel's buffers not counted). */
  get bufferedBytes(): number {
    return this.queuedBytes + this.socket.writableLength;
  }

  /** @returns the position in `buffer()` where the caller encodes exactly `length` bytes at once. */
  reserve(length: number): number {
    assert(length <= SLAB_BYTES, 'a header fits into a slab');
    if (this.slabEnd + length > SLAB_BYTES) {
      this.endRun();
      this.slab = Buffer.allocUnsafe(SLAB_BYTES);
      this.runStart = 0;
      this.slabEnd = 0;
    }
    const at = this.slabEnd;
    this.slabEnd += length;
    this.queued(length);
    return at;
  }

  /** Ask again after each `reserve`. */
  buffer(): Buffer {
    return this.slab;
  }

  /** Queues bytes that nobody changes afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (bytes.length <= COPY_BYTES_MAX) {
      const at = this.reserve(bytes.length);
      this.slab.set(bytes, at);
      return;
    }
    this.endRun();
    this.pieces.push(bytes);
    this.queued(bytes.length);
  }

  /** Hands over to the socket what is queued, without waiting for the end of the turn. */
  flush(): void {
    this.endRun();
    const pieces = this.pieces;
    if (pieces.length === 0) return;
    this.pieces = [];
    this.queuedBytes = 0;
    if (this.closed || this.socket.destroyed || !this.socket.writable) return;
    const only = pieces.length === 1 ? pieces[0] : undefined;
    if (only !== undefined) {
      this.socket.write(only);
      return;
    }
    this.socket.cork();
    for (const piece of pieces) this.socket.write(piece);
    this.socket.uncork();
  }

  /** Forgets what is queued; later replies go nowhere. */
  close(): void {
    this.closed = true;
    this.pieces = [];
    this.runStart = this.slabEnd;
    this.queuedBytes = 0;
  }

  private endRun(): void {
    if (this.runStart === this.slabEnd) return;
    this.pieces.push(this.slab.subarray(this.runStart, this.slabEnd));
    this.runStart = this.slabEnd;
  }

  private queued(length: number): void {
    this.queuedBytes += length;
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flushNow);
  }
}
