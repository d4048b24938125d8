/** A 64-bit hash of a row of simple values, and a set of such hashes in typed arrays (8 bytes per state). */
import { assert } from '../../common/assert.ts';

const mixed = (lane: number, value: number): number => {
  let x = Math.imul(lane ^ value, 0x9e3779b1);
  x = Math.imul((x << 15) | (x >>> 17), 0x85ebca6b);
  return (x ^ (x >>> 13)) | 0;
};

/** Hashes of texts and of 64-bit numbers, which come again and again. */
const known = new Map<string | bigint, number>();
const KNOWN_MAX = 1_000_000;

function numberOf(value: string | bigint): number {
  let hash = known.get(value);
  if (hash !== undefined) return hash;
  const text = String(value);
  hash = text.length;
  for (let i = 0; i < text.length; i += 1) hash = mixed(hash, text.charCodeAt(i));
  if (known.size < KNOWN_MAX) known.set(value, hash);
  return hash;
}

export class StateHash {
  high = 0x51ed270b;
  low = 0x2545f491;

  add(value: number): void {
    const bits = value | 0;
    this.low = mixed(this.low, bits);
    this.high = mixed(this.high, bits + this.low);
    if (bits !== value) this.high = (this.high + Math.floor(value / 0x1_0000_0000)) | 0;
  }

  /** 53 bits of it. */
  number(): number {
    return (this.high & 0x1f_ffff) * 0x1_0000_0000 + (this.low >>> 0);
  }

  addAny(value: number | bigint | string | boolean | undefined): void {
    switch (typeof value) {
      case 'number':
        return this.add(Number.isFinite(value) ? value : -77);
      case 'boolean':
        return this.add(value ? 0x7001 : 0x7002);
      case 'undefined':
        return this.add(0x7003);
      case 'string':
        return this.add(value.length === 1 ? 0x7100 + value.charCodeAt(0) : numberOf(value));
      default:
        return this.add(numberOf(value));
    }
  }
}

/** Open addressing, linear probing; grows at 70 %. The pair (0, 0) stands for an empty place. */
export class HashSet {
  size = 0;
  private high: Int32Array;
  private low: Int32Array;
  private mask: number;

  constructor(capacity = 1 << 16) {
    assert((capacity & (capacity - 1)) === 0, 'a capacity is a power of two');
    this.high = new Int32Array(capacity);
    this.low = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** @returns false when it was there already */
  add(high: number, low: number): boolean {
    if (this.size * 10 > this.mask * 7) this.grow();
    return this.place(high | 0, (low | 0) === 0 && (high | 0) === 0 ? 1 : low | 0);
  }

  private place(high: number, low: number): boolean {
    let at = (low ^ (high << 7)) & this.mask;
    for (;;) {
      const [h, l] = [this.high[at], this.low[at]];
      if (h === 0 && l === 0) break;
      if (h === high && l === low) return false;
      at = (at + 1) & this.mask;
    }
    this.high[at] = high;
    this.low[at] = low;
    this.size += 1;
    return true;
  }

  private grow(): void {
    const [high, low] = [this.high, this.low];
    this.high = new Int32Array(high.length * 2);
    this.low = new Int32Array(low.length * 2);
    this.mask = this.high.length - 1;
    this.size = 0;
    for (let i = 0; i < high.length; i += 1) {
      const [h, l] = [high[i] ?? 0, low[i] ?? 0];
      if (h !== 0 || l !== 0) this.place(h, l);
    }
  }
}
