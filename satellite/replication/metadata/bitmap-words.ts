/** Arithmetic on 32-bit words of a bitmap, and on byte strings that carry bits least significant first. */

export const WORD_BITS = 32;

/** Number of set bits. */
export function popcount(word: number): number {
  let n = word - ((word >>> 1) & 0x5555_5555);
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Number of set bits in words[from..end). */
export function countBits(words: Uint32Array, from: number, end: number): number {
  let total = 0;
  for (let w = from; w < end; w++) {
    const word = words[w] ?? 0;
    if (word !== 0) total += popcount(word);
  }
  return total;
}

/** Position of the lowest set bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The bits of word `index` that lie in the bit range first..last; the word must overlap the range. */
export function wordMask(index: number, first: number, last: number): number {
  let mask = -1;
  if (index === first >>> 5) mask &= -1 << (first & 31);
  if (index === last >>> 5) mask &= -1 >>> (31 - (last & 31));
  return mask;
}

/** 32 bits from `bitOffset` on; zero beyond the end. */
export function bitsOfWords(words: Uint32Array, bitOffset: number): number {
  const index = bitOffset >>> 5;
  const shift = bitOffset & 31;
  const low = (words[index] ?? 0) >>> shift;
  return shift === 0 ? low : low | ((words[index + 1] ?? 0) << (WORD_BITS - shift));
}

/** 32 bits from `bitOffset` on, which may be −31 or more; zero outside. */
export function bitsOfBytes(bytes: Uint8Array, bitOffset: number): number {
  if (bitOffset < 0) return bitsOfBytes(bytes, 0) << -bitOffset;
  const index = Math.floor(bitOffset / 8);
  const shift = bitOffset % 8;
  const low =
    (bytes[index] ?? 0) |
    ((bytes[index + 1] ?? 0) << 8) |
    ((bytes[index + 2] ?? 0) << 16) |
    ((bytes[index + 3] ?? 0) << 24);
  return shift === 0 ? low : (low >>> shift) | ((bytes[index + 4] ?? 0) << (WORD_BITS - shift));
}
