/**
 * Run-length coding of one piece of a bitmap (DRBD 9 §5.1: alternating runs, first polarity flagged, variable-length
 * integers with levels of 2, 3, 5, 7, 10, 14, 21, 29 … bits). Bits are least significant first, in the bitmap and in
 * the code: bit 0 is the value of the first run, then follows each run's length minus one until all blocks are covered;
 * the last byte is filled up with zero bits. Every bitmap has exactly one encoding, and nothing else decodes.
 *
 * An integer of level k is k ones, a zero, and (total bits − k − 1) value bits, least significant first; levels count on
 * from each other, so that each value has one level. The levels of 42 and 64 bits cannot occur: no run is that long.
 */
import { assert } from '../../../common/assert.ts';
import { BITMAP_BLOCKS_MAX } from './limits.ts';

const LEVEL_TOTAL_BITS = [2, 3, 5, 7, 10, 14, 21, 29];

interface Level {
  readonly prefixBits: number;
  readonly valueBits: number;
  /** Smallest value of the level. */
  readonly base: number;
}

const LEVELS: readonly Level[] = buildLevels();

function buildLevels(): Level[] {
  let base = 0;
  return LEVEL_TOTAL_BITS.map((total, k) => {
    const level = { prefixBits: k + 1, valueBits: total - k - 1, base };
    base += 2 ** level.valueBits;
    return level;
  });
}

/**
 * @param bits plain bits of `blocks` blocks; bits behind the last block are ignored.
 * @returns the code, or undefined where it would not be shorter than the plain bits.
 */
export function encodeRuns(bits: Uint8Array, blocks: number): Uint8Array | undefined {
  const plainBytes = Math.ceil(blocks / 8);
  assert(
    blocks > 0 && blocks <= BITMAP_BLOCKS_MAX && bits.length >= plainBytes,
    'a piece of a bitmap within the limit of one frame',
  );
  const out = new BitWriter(plainBytes - 1);
  let value = bitOf(bits, 0);
  out.put(value, 1);
  for (let start = 0; start < blocks; ) {
    const end = endOfRun(bits, blocks, start, value);
    if (!writeInteger(out, end - start - 1)) return undefined;
    start = end;
    value ^= 1;
  }
  return out.finish();
}

/** @returns plain bits of exactly `blocks` blocks, zero behind them; undefined when `data` is not an encoding of them. */
export function decodeRuns(data: Uint8Array, blocks: number): Uint8Array | undefined {
  if (!Number.isInteger(blocks) || blocks <= 0 || blocks > BITMAP_BLOCKS_MAX) return undefined;
  const bits = new Uint8Array(Math.ceil(blocks / 8));
  const from = new BitReader(data);
  let value = from.take(1);
  for (let start = 0; start < blocks; ) {
    const length = readInteger(from) + 1;
    if (from.overrun || length > blocks - start) return undefined;
    if (value === 1) setRange(bits, start, start + length);
    start += length;
    value ^= 1;
  }
  return from.isFinished() ? bits : undefined;
}

const bitOf = (bits: Uint8Array, index: number): number => ((bits[index >>> 3] ?? 0) >>> (index & 7)) & 1;

/** First index from `start` on with another value than `value`, at most `blocks`. */
function endOfRun(bits: Uint8Array, blocks: number, start: number, value: number): number {
  const uniform = value === 1 ? 0xff : 0;
  let at = start;
  while (at < blocks) {
    if ((at & 7) === 0 && bits[at >>> 3] === uniform) at += 8;
    else if (bitOf(bits, at) === value) at += 1;
    else return at;
  }
  return blocks;
}

function setRange(bits: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const index = at >>> 3;
    if ((at & 7) === 0 && to - at >= 8) {
      const wholeEnd = to >>> 3;
      bits.fill(0xff, index, wholeEnd);
      at = wholeEnd * 8;
    } else {
      bits[index] = (bits[index] ?? 0) | (1 << (at & 7));
      at += 1;
    }
  }
}

/** @returns false when there is no room left. */
function writeInteger(out: BitWriter, value: number): boolean {
  const k = LEVELS.findIndex((level) => value < level.base + 2 ** level.valueBits);
  const level = LEVELS[k];
  assert(level !== undefined, 'a run within the levels');
  // k ones and a zero.
  return out.put((1 << k) - 1, level.prefixBits) && out.put(value - level.base, level.valueBits);
}

/** Beyond the levels: a length that no piece of a bitmap has. */
function readInteger(from: BitReader): number {
  for (const level of LEVELS) {
    if (from.take(1) === 0) return level.base + from.take(level.valueBits);
  }
  return BITMAP_BLOCKS_MAX;
}

/** At most 21 bits at a time, into at most `limit` bytes. */
class BitWriter {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(limit: number) {
    this.#bytes = new Uint8Array(limit);
  }

  put(value: number, count: number): boolean {
    if (this.#at + count > this.#bytes.length * 8) return false;
    let rest = value;
    let missing = count;
    while (missing > 0) {
      const shift = this.#at & 7;
      const step = Math.min(8 - shift, missing);
      const index = this.#at >>> 3;
      this.#bytes[index] = (this.#bytes[index] ?? 0) | ((rest & ((1 << step) - 1)) << shift);
      rest >>>= step;
      missing -= step;
      this.#at += step;
    }
    return true;
  }

  /** A copy, so that a short code does not hold on to the room for a long one. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, Math.ceil(this.#at / 8));
  }
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits were taken that are not there; they read as zeroes. */
  get overrun(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  take(count: number): number {
    let value = 0;
    let got = 0;
    while (got < count) {
      const shift = this.#at & 7;
      const step = Math.min(8 - shift, count - got);
      value |= (((this.#bytes[this.#at >>> 3] ?? 0) >>> shift) & ((1 << step) - 1)) << got;
      got += step;
      this.#at += step;
    }
    return value;
  }

  /** All bytes are used, and what fills up the last one is zero. */
  isFinished(): boolean {
    if (Math.ceil(this.#at / 8) !== this.#bytes.length) return false;
    const used = this.#at & 7;
    return used === 0 || (this.#bytes[this.#bytes.length - 1] ?? 0) >>> used === 0;
  }
}
