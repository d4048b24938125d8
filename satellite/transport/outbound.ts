/**
 * The way out of one socket. Frames are encoded as they are sent, but leave together: whatever is sent within one turn
 * of the event loop goes to the kernel in one `writev`. Headers lie in a slab, neighbours in one piece; payload chunks
 * are passed on as they are.
 */
import type { Socket } from 'node:net';
import { assert } from '../../common/assert.ts';
import type { Payload } from '../replication/payload.ts';
import { ByteChunks } from '../replication/wire/byte-chunks.ts';
import { encodedBytes, encodeFrameInto } from '../replication/wire/codec.ts';
import type { Frame } from '../replication/wire/frames.ts';

const SLAB_BYTES = 16 * 1024;

/** Remembers who has something to write, and lets all write at the end of the turn. Shared by all sockets of a transport. */
export class TurnFlusher {
  /** Headers of all streams: what is behind `slabUsed` is free, the rest is never written again. */
  slab: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  slabUsed = 0;
  #waiting: OutboundStream[] = [];
  #scheduled = false;
  readonly #flush = (): void => this.flush();

  add(stream: OutboundStream): void {
    this.#waiting.push(stream);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The check phase follows the one in which sockets and files report: one batch for all that they brought.
    setImmediate(this.#flush);
  }

  flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const stream of waiting) stream.flush();
  }

  /** Makes room for one header and body in the slab. */
  reserve(bytes: number): void {
    if (this.slabUsed + bytes <= this.slab.length) return;
    this.slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
    this.slabUsed = 0;
  }
}

export class OutboundStream {
  readonly #socket: Socket;
  readonly #flusher: TurnFlusher;
  readonly #onWritten: () => void;
  #pieces: Uint8Array[] = [];
  /** The piece that the next header may extend: a range of a slab. */
  #openSlab: Buffer | undefined;
  #openStart = 0;
  #openEnd = 0;
  #pendingBytes = 0;
  /** Frames wait for the end of the turn. */
  corked = true;

  /** @param onWritten after each flush and whenever the kernel has taken a batch. */
  constructor(socket: Socket, flusher: TurnFlusher, onWritten: () => void) {
    this.#socket = socket;
    this.#flusher = flusher;
    this.#onWritten = onWritten;
  }

  /** What has been sent and the kernel has not taken. */
  get bufferedBytes(): number {
    return this.#pendingBytes + this.#socket.writableLength;
  }

  send(frame: Frame): void {
    const flusher = this.#flusher;
    const bytes = encodedBytes(frame);
    flusher.reserve(bytes);
    const at = flusher.slabUsed;
    const payload = encodeFrameInto(frame, flusher.slab, at);
    flusher.slabUsed = at + bytes;
    if (this.#openSlab !== flusher.slab || this.#openEnd !== at) {
      this.#closePiece();
      this.#openSlab = flusher.slab;
      this.#openStart = at;
    }
    this.#openEnd = at + bytes;
    if (this.#pendingBytes === 0) flusher.add(this);
    this.#pendingBytes += bytes;
    if (payload !== undefined) this.#append(payload);
    if (!this.corked) this.flush();
  }

  #append(payload: Payload): void {
    assert(payload instanceof ByteChunks, 'payload in the satellite is bytes');
    this.#closePiece();
    for (const chunk of payload.chunks) if (chunk.length > 0) this.#pieces.push(chunk);
    this.#pendingBytes += payload.byteLength;
  }

  /** Hands everything to the socket now. */
  flush(): void {
    if (this.#pendingBytes === 0) return;
    this.#closePiece();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pendingBytes = 0;
    const socket = this.#socket;
    // A socket that has ended takes nothing; its link learns of the end from the socket itself.
    if (socket.destroyed || socket.writableEnded) return;
    const last = pieces.length - 1;
    if (last > 0) socket.cork();
    for (const [i, piece] of pieces.entries()) {
      if (i === last) socket.write(piece, this.#onWritten);
      else socket.write(piece);
    }
    if (last > 0) socket.uncork();
    this.#onWritten();
  }

  #closePiece(): void {
    if (this.#openSlab === undefined) return;
    this.#pieces.push(this.#openSlab.subarray(this.#openStart, this.#openEnd));
    this.#openSlab = undefined;
  }
}
