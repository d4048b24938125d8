/** Reads along on one direction of a replication stream: which frames pass. Their bodies are nobody's business here. */
import { decodeHeader, HEADER_BYTES } from '../../../satellite/replication/wire/codec.ts';
import { FRAME_TABLE } from '../../../satellite/replication/wire/frame-table.ts';
import { decodeHello, decodeHelloReply } from '../../../satellite/replication/wire/hello.ts';
import { WireError } from '../../../satellite/replication/wire/wire-error.ts';

const NAMES = new Map(Object.entries(FRAME_TABLE).map(([name, { number }]) => [number, name]));

export class FrameSpy {
  #opening: 'hello' | 'reply' | 'over';
  #kept: Buffer = Buffer.alloc(0);
  /** Of the body and payload under way. */
  #skip = 0;
  #blind = false;

  constructor(opening: 'hello' | 'reply') {
    this.#opening = opening;
  }

  /** @returns the types of the frames whose headers end in this piece. */
  read(chunk: Buffer): string[] {
    if (this.#blind) return [];
    let rest = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const types: string[] = [];
    for (;;) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      const length = this.#opening === 'over' ? this.#frame(rest, types) : this.#open(rest);
      if (length === undefined) break;
      rest = rest.subarray(length);
    }
    this.#kept = this.#blind ? Buffer.alloc(0) : Buffer.from(rest);
    return types;
  }

  #open(rest: Buffer): number | undefined {
    const opening = this.#opening === 'hello' ? decodeHello(rest) : decodeHelloReply(rest);
    if (opening instanceof WireError) this.#blind = true;
    if (opening === undefined || opening instanceof WireError) return undefined;
    this.#opening = 'over';
    return opening.length;
  }

  #frame(rest: Buffer, types: string[]): number | undefined {
    if (rest.length < HEADER_BYTES) return undefined;
    const header = decodeHeader(rest, 0);
    if (header instanceof WireError) {
      this.#blind = true;
      return undefined;
    }
    types.push(NAMES.get(header.codec.number) ?? 'unknown');
    this.#skip = header.bodyBytes + header.payloadBytes;
    return HEADER_BYTES;
  }
}
