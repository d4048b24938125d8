/** CRC32C over payload chunks: the native implementation where it loads, the portable one of `common` elsewhere. Same results. */
import { createRequire } from 'node:module';
import { crc32c as portableCrc32c } from '../../common/crc32c.ts';

type Crc32c = (bytes: Uint8Array, seed?: number) => number;

function loadNative(): Crc32c | undefined {
  try {
    const loaded: unknown = createRequire(import.meta.url)('@node-rs/crc32');
    if (typeof loaded !== 'object' || loaded === null || !('crc32c' in loaded)) return undefined;
    const { crc32c } = loaded;
    if (typeof crc32c !== 'function') return undefined;
    const native = crc32c as Crc32c;
    // A wrong checksum would drop every link: the check value of the algorithm must come out.
    return native(new TextEncoder().encode('123456789')) === 0xe306_9283 ? native : undefined;
  } catch {
    return undefined;
  }
}

const native = loadNative();

/** @param seed the checksum of what came before. @returns an unsigned 32-bit integer. */
export const crc32c: Crc32c = native ?? portableCrc32c;

/** Checksum of the concatenation. */
export function crc32cOfChunks(chunks: readonly Uint8Array[]): number {
  let checksum = 0;
  for (const chunk of chunks) checksum = crc32c(chunk, checksum);
  return checksum;
}
