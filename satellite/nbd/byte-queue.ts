/**
 * Bytes of a socket that nobody has consumed yet: a list of chunks with a read position. Payload is taken as views and
 * never copied; only a header that straddles two chunks is.
 */
import { assert } from '../../common/assert.ts';

/** Consumed chunks are dropped from the front of the list in groups, so that taking stays cheap. */
const COMPACT_AT = 64;

export class ByteQueue {
  private chunks: Buffer[] = [];
  private head = 0;
  /** Consumed bytes of `chunks[head]`. */
  private headOffset = 0;
  private total = 0;

  get byteLength(): number {
    return this.total;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.total += chunk.length;
  }

  /** @returns the next `length` bytes in one piece: a view where possible. Requires that so many are there. */
  takeContiguous(length: number): Buffer {
    assert(length <= this.total, 'takes more bytes than have arrived');
    const first = this.chunks[this.head];
    if (first !== undefined && first.length - this.headOffset >= length) {
      const view = first.subarray(this.headOffset, this.headOffset + length);
      this.skip(length);
      return view;
    }
    const copy = Buffer.allocUnsafe(length);
    let at = 0;
    for (const view of this.take(length)) {
      copy.set(view, at);
      at += view.length;
    }
    return copy;
  }

  /** @returns views that hold the next `length` bytes together. Requires that so many are there. */
  take(length: number): Uint8Array[] {
    assert(length <= this.total, 'takes more bytes than have arrived');
    const views: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const chunk = this.current();
      const step = Math.min(missing, chunk.length - this.headOffset);
      const whole = step === chunk.length;
      views.push(whole ? chunk : chunk.subarray(this.headOffset, this.headOffset + step));
      this.advance(chunk, step);
      missing -= step;
    }
    return views;
  }

  /** Requires that so many bytes are there. */
  skip(length: number): void {
    assert(length <= this.total, 'skips more bytes than have arrived');
    let missing = length;
    while (missing > 0) {
      const chunk = this.current();
      const step = Math.min(missing, chunk.length - this.headOffset);
      this.advance(chunk, step);
      missing -= step;
    }
  }

  clear(): void {
    this.chunks = [];
    this.head = 0;
    this.headOffset = 0;
    this.total = 0;
  }

  private current(): Buffer {
    const chunk = this.chunks[this.head];
    assert(chunk !== undefined, 'the queue counts more bytes than it holds');
    return chunk;
  }

  private advance(chunk: Buffer, step: number): void {
    this.total -= step;
    this.headOffset += step;
    if (this.headOffset < chunk.length) return;
    this.headOffset = 0;
    this.head += 1;
    if (this.head === this.chunks.length) {
      this.chunks.length = 0;
      this.head = 0;
    } else if (this.head >= COMPACT_AT) {
      this.chunks.splice(0, this.head);
      this.head = 0;
    }
  }
}

/** Cuts [offset, offset + length) out of a chunk list, as views. */
export function sliceChunks(chunks: readonly Uint8Array[], offset: number, length: number): Uint8Array[] {
  const views: Uint8Array[] = [];
  let start = 0;
  for (const chunk of chunks) {
    const from = Math.max(offset - start, 0);
    const to = Math.min(offset + length - start, chunk.length);
    if (from < to) views.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
    start += chunk.length;
    if (start >= offset + length) break;
  }
  return views;
}
