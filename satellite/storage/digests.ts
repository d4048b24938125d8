/**
 * Digests of data that two replicas compare, and the test for zeroes. Synchronous: a request has at most 1 MiB, which takes the
 * slowest of these (sha1 to sha512, without help of the CPU) a few milliseconds and crc32c well below one.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { DIGEST_BYTES, type DigestAlgorithm } from '../replication/digest.ts';
import { crc32c } from './checksum.ts';

/** One digest per `pieceBytes` (the last piece may be shorter), joined. */
export function digestsOfChunks(
  chunks: readonly Uint8Array[],
  algorithm: DigestAlgorithm,
  pieceBytes: number,
): Uint8Array {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const size = DIGEST_BYTES[algorithm];
  const digests = new Uint8Array(Math.ceil(total / pieceBytes) * size);
  let piece = 0;
  for (let at = 0; at < total; at += pieceBytes) {
    digests.set(digestOf(within(chunks, at, Math.min(at + pieceBytes, total)), algorithm), piece * size);
    piece += 1;
  }
  return digests;
}

function digestOf(chunks: readonly Uint8Array[], algorithm: DigestAlgorithm): Uint8Array {
  if (algorithm !== 'crc32c' && algorithm !== 'crc32') {
    const hash = createHash(algorithm);
    for (const chunk of chunks) hash.update(chunk);
    return hash.digest();
  }
  const crc = algorithm === 'crc32c' ? crc32c : crc32;
  let checksum = 0;
  for (const chunk of chunks) checksum = crc(chunk, checksum);
  const digest = new Uint8Array(DIGEST_BYTES.crc32c);
  new DataView(digest.buffer).setUint32(0, checksum);
  return digest;
}

/** Views of the bytes from..to of the concatenation. */
function within(chunks: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  const views: Uint8Array[] = [];
  let start = 0;
  for (const chunk of chunks) {
    const [first, end] = [Math.max(from - start, 0), Math.min(to - start, chunk.length)];
    if (first < end) views.push(chunk.subarray(first, end));
    start += chunk.length;
    if (start >= to) break;
  }
  return views;
}

const ZEROES = Buffer.alloc(65_536);

/** Compared as memory is, not byte by byte. */
export function isZero(chunk: Uint8Array): boolean {
  for (let at = 0; at < chunk.length; at += ZEROES.length) {
    const part = chunk.subarray(at, at + ZEROES.length);
    if (ZEROES.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}
