/** Payload of the satellite: views into socket or file buffers, never copied together and never changed. */
import type { Payload } from '../payload.ts';

export class ByteChunks implements Payload {
  readonly byteLength: number;
  readonly chunks: readonly Uint8Array[];

  /** The chunks belong to the payload from now on: nobody writes into them. */
  constructor(chunks: readonly Uint8Array[]) {
    let total = 0;
    for (const chunk of chunks) total += chunk.length;
    this.byteLength = total;
    this.chunks = chunks;
  }
}
