/**
 * Seeded random numbers for plans, networks, disks and workloads. Every consumer has its own stream, named like
 * `net/n1->n2`, so that one more draw in one place never shifts the dice of another: the precondition for replay,
 * editing and shrinking of plans. The algorithm (sfc32, seeded by a 128-bit string hash) is frozen by golden vectors.
 */
import { assert } from '../common/assert.ts';

const TWO_32 = 4_294_967_296;
/** `below(n)` multiplies a 32-bit draw by n; the product stays an exact double up to this bound. */
const BELOW_MAX = 2_097_152;

/** Four 32-bit lanes from a root seed and a stream name (a multiply-xor hash in the manner of cyrb128). */
function seedLanes(root: number, name: string): readonly [number, number, number, number] {
  let a = 1_779_033_703 ^ (root >>> 0);
  let b = 3_144_134_277 ^ (Math.floor(root / TWO_32) >>> 0);
  let c = 1_013_904_242;
  let d = 2_773_480_762;
  for (let i = 0; i < name.length; i += 1) {
    const k = name.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597_399_067);
    b = c ^ Math.imul(b ^ k, 2_869_860_233);
    c = d ^ Math.imul(c ^ k, 951_274_213);
    d = a ^ Math.imul(d ^ k, 2_716_044_179);
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** One named stream of random numbers. */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(root: number, name: string) {
    const [a, b, c, counter] = seedLanes(root, name);
    // Signed: such numbers need no memory of their own when a field changes.
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.counter = counter | 0;
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** Uniform 32-bit unsigned integer. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    assert(bound >= 1 && bound <= BELOW_MAX, 'a bound of a draw is 1..2097152');
    return Math.floor((this.next() * bound) / TWO_32);
  }

  /** Uniform integer in [low, high], both included. */
  between(low: number, high: number): number {
    return low >= high ? low : low + this.below(high - low + 1);
  }

  /** True with the given probability in per mille. */
  permille(chance: number): boolean {
    return this.below(1_000) < chance;
  }

  coin(): boolean {
    return (this.next() & 0x8000) !== 0;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    assert(item !== undefined, 'picking from an empty list');
    return item;
  }

  /** Index drawn by integer weights. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let rest = this.below(total);
    for (let i = 0; i < weights.length; i += 1) {
      rest -= weights[i] ?? 0;
      if (rest < 0) return i;
    }
    return weights.length - 1;
  }

  /** 64 random bits as two lanes, for generation identifiers. */
  next64(): bigint {
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}
