/**
 * CRC32C (Castagnoli, reflected polynomial 0x82f63b78) in plain TypeScript, for the pure folders.
 * Table driven, eight bytes per step (slicing-by-8, Kounavis and Berry 2005). Adapters may use a native one:
 * the results are the same.
 */

const POLYNOMIAL = 0x82f6_3b78;

/** Table k, entry b: the remainder of byte b followed by k zero bytes. */
function buildTables(): readonly Uint32Array[] {
  const bytewise = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    bytewise[byte] = remainder;
  }
  const tables = [bytewise];
  for (let previous = bytewise; tables.length < 8; ) {
    previous = previous.map((remainder) => (remainder >>> 8) ^ (bytewise[remainder & 0xff] ?? 0));
    tables.push(previous);
  }
  return tables;
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = buildTables() as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/**
 * @param seed the checksum of what came before: `crc32c(b, crc32c(a))` is the checksum of a followed by b.
 * @returns an unsigned 32-bit integer; 0 for no bytes.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const end = bytes.length;
  const wideEnd = end - (end & 7);
  let crc = ~seed;
  let at = 0;
  for (; at < wideEnd; at += 8) {
    const low =
      crc ^ (at8(bytes, at) | (at8(bytes, at + 1) << 8) | (at8(bytes, at + 2) << 16) | (at8(bytes, at + 3) << 24));
    crc =
      at32(T7, low & 0xff) ^
      at32(T6, (low >>> 8) & 0xff) ^
      at32(T5, (low >>> 16) & 0xff) ^
      at32(T4, low >>> 24) ^
      at32(T3, at8(bytes, at + 4)) ^
      at32(T2, at8(bytes, at + 5)) ^
      at32(T1, at8(bytes, at + 6)) ^
      at32(T0, at8(bytes, at + 7));
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ at32(T0, (crc ^ at8(bytes, at)) & 0xff);
  return ~crc >>> 0;
}

// Inlined by the engine; they only tell the compiler that the index is inside.
const at8 = (bytes: Uint8Array, index: number): number => bytes[index] as number;
const at32 = (table: Uint32Array, index: number): number => table[index] as number;
