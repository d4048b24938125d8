/** The digests by which two replicas compare blocks without sending them: names as in DRBD's options, lengths in bytes. */
import type { Digest } from '../../common/options/options.ts';

export type DigestAlgorithm = Exclude<Digest, 'none'>;

export const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = {
  crc32c: 4,
  crc32: 4,
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha512: 64,
};

export const DIGEST_BYTES_MAX = 64;

/** Where bits are cleared on the word of a digest although nobody has chosen one: collisions must not happen. */
export const STRONG_DIGEST: DigestAlgorithm = 'sha256';

export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
