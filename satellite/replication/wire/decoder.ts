/**
 * Frames out of a byte stream that arrives in chunks of any size. Payload stays where it arrived: the frame gets views.
 * What waits here is bounded by one frame (its header is checked as soon as it is complete) plus the last chunk.
 */
import { assert } from '../../../common/assert.ts';
import { ByteChunks } from './byte-chunks.ts';
import { decodeBody, decodeHeader, type FrameHeader, HEADER_BYTES } from './codec.ts';
import type { Frame, Stream } from './frames.ts';
import { WireError } from './wire-error.ts';

/** A peer that sends byte by byte must not cost a buffer object per byte: so many small chunks become one. */
const SMALL_CHUNK_BYTES = 256;
const SMALL_CHUNKS_MAX = 256;
const COMPACT_AT = 64;
const NO_BYTES = new Uint8Array(0);

export class FrameDecoder {
  readonly #stream: Stream | undefined;
  #chunks: Uint8Array[] = [];
  #head = 0;
  /** Consumed bytes of `#chunks[#head]`. */
  #headOffset = 0;
  #buffered = 0;
  /** Length of the run of small chunks at the end. */
  #smallRun = 0;
  #header: FrameHeader | undefined;
  #failure: WireError | undefined;

  /** @param stream refuses frames that belong on the other stream; undefined takes all. */
  constructor(stream?: Stream) {
    this.#stream = stream;
  }

  /** Bytes that have arrived and are not part of a returned frame. */
  get bufferedBytes(): number {
    return this.#buffered;
  }

  /** The decoder keeps views of the chunk: nobody changes it afterwards. Call `next` until it returns undefined. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0 || this.#failure !== undefined) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    this.#smallRun = chunk.length < SMALL_CHUNK_BYTES ? this.#smallRun + 1 : 0;
    if (this.#smallRun === SMALL_CHUNKS_MAX) this.#joinSmallChunks();
  }

  /** @returns undefined when more bytes are needed. After an error, which is final, every call returns that error. */
  next(): Frame | WireError | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const frame = this.#decodeNext();
    if (frame instanceof WireError) {
      this.#failure = frame;
      this.#chunks = [];
      this.#buffered = 0;
    }
    return frame;
  }

  #decodeNext(): Frame | WireError | undefined {
    let header = this.#header;
    if (header === undefined) {
      if (this.#buffered < HEADER_BYTES) return undefined;
      const decoded = this.#takeHeader();
      if (decoded instanceof WireError) return decoded;
      header = decoded;
      this.#header = header;
    }
    if (this.#buffered < header.bodyBytes + header.payloadBytes) return undefined;
    this.#header = undefined;
    // Both take from the front, so the body has to be the first.
    const body = this.#takeContiguous(header.bodyBytes);
    const payload = header.payloadBytes > 0 ? this.#takePayload(header.payloadBytes) : undefined;
    return decodeBody(header, body, 0, payload);
  }

  #takeHeader(): FrameHeader | WireError {
    const first = this.#chunks[this.#head];
    let header: FrameHeader | WireError;
    if (first !== undefined && first.length - this.#headOffset >= HEADER_BYTES) {
      header = decodeHeader(first, this.#headOffset);
      this.#advance(first, HEADER_BYTES);
    } else {
      header = decodeHeader(this.#takeContiguous(HEADER_BYTES), 0);
    }
    if (header instanceof WireError || this.#stream === undefined || header.codec.stream === this.#stream)
      return header;
    return new WireError(
      'PROTOCOL_ERROR',
      `frame type ${header.codec.number} does not belong on the ${this.#stream} stream`,
    );
  }

  /** A view where the bytes lie in one chunk, a copy otherwise. */
  #takeContiguous(length: number): Uint8Array {
    if (length === 0) return NO_BYTES;
    const first = this.#current();
    if (first.length - this.#headOffset >= length) {
      const view = first.subarray(this.#headOffset, this.#headOffset + length);
      this.#advance(first, length);
      return view;
    }
    const copy = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const view = this.#takeView(length - at);
      copy.set(view, at);
      at += view.length;
    }
    return copy;
  }

  #takePayload(length: number): ByteChunks {
    const views: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const view = this.#takeView(missing);
      views.push(view);
      missing -= view.length;
    }
    return new ByteChunks(views);
  }

  /** As much of the first chunk as is wanted. */
  #takeView(wanted: number): Uint8Array {
    const chunk = this.#current();
    const start = this.#headOffset;
    const end = Math.min(chunk.length, start + wanted);
    this.#advance(chunk, end - start);
    return start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
  }

  #current(): Uint8Array {
    const chunk = this.#chunks[this.#head];
    assert(chunk !== undefined, 'no more bytes are taken than have arrived');
    return chunk;
  }

  #advance(chunk: Uint8Array, length: number): void {
    this.#buffered -= length;
    this.#headOffset += length;
    if (this.#headOffset < chunk.length) return;
    this.#headOffset = 0;
    this.#head += 1;
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#head = 0;
      this.#smallRun = 0;
    } else if (this.#head >= COMPACT_AT) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #joinSmallChunks(): void {
    this.#smallRun = 0;
    const from = this.#chunks.length - SMALL_CHUNKS_MAX;
    // The first of them may be partly consumed, or they may all be the tail of a longer list: leave consumed ones alone.
    if (from <= this.#head) return;
    const joined = new Uint8Array(this.#chunks.slice(from).reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of this.#chunks.splice(from)) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks.push(joined);
  }
}
