/** Lines of a byte stream, bounded: what comes on the admin socket is untrusted until it parses. */

export const LINE_BYTES_MAX = 1_048_576;

export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
}

export class LineDecoder {
  readonly #bytesMax: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number = LINE_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** @returns the complete lines, without their ends. @throws LineTooLongError; the decoder is of no use afterwards. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10, from); end >= 0; end = chunk.indexOf(10, from)) {
      this.#take(chunk.subarray(from, end));
      lines.push(Buffer.concat(this.#pieces, this.#bytes).toString('utf8'));
      this.#pieces = [];
      this.#bytes = 0;
      from = end + 1;
    }
    if (from < chunk.length) this.#take(chunk.subarray(from));
    return lines;
  }

  #take(piece: Buffer): void {
    if (this.#bytes + piece.length > this.#bytesMax)
      throw new LineTooLongError(`a line has at most ${this.#bytesMax} bytes`);
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }
}
