/** Digests in bodies: which algorithm, and the digest that goes with a payload. */
import { assert } from '../../../common/assert.ts';
import { DIGEST_BYTES, DIGEST_BYTES_MAX, type DigestAlgorithm } from '../digest.ts';
import type { WireReader, WireWriter } from './big-endian.ts';
import type { PayloadDigest } from './frames.ts';
import { WireError } from './wire-error.ts';

/** On the wire; append-only. */
const ALGORITHMS: readonly (DigestAlgorithm | undefined)[] = [
  undefined,
  'crc32c',
  'md5',
  'sha1',
  'sha256',
  'sha512',
  'crc32',
];

export const PAYLOAD_DIGEST_BYTES_MAX = 1 + DIGEST_BYTES_MAX;

export function readAlgorithm(from: WireReader): DigestAlgorithm {
  const algorithm = ALGORITHMS[from.u8()];
  if (algorithm === undefined) throw new WireError('PROTOCOL_ERROR', 'an unknown digest algorithm');
  return algorithm;
}

export const writeAlgorithm = (algorithm: DigestAlgorithm, out: WireWriter): void =>
  out.u8(ALGORITHMS.indexOf(algorithm));

/** The rest of a body. */
export function readDigest(from: WireReader, algorithm: DigestAlgorithm): Uint8Array {
  const digest = from.rest();
  if (digest.length !== DIGEST_BYTES[algorithm])
    throw new WireError('PROTOCOL_ERROR', 'a digest of another length than its algorithm has');
  return digest;
}

export function writeDigest(digest: Uint8Array, algorithm: DigestAlgorithm, out: WireWriter): void {
  assert(digest.length === DIGEST_BYTES[algorithm], 'a digest has the length of its algorithm');
  out.bytes(digest);
}

/** Behind the other fields of a frame with payload, or nothing. */
export const payloadDigestBytes = (integrity: PayloadDigest | undefined): number =>
  integrity === undefined ? 0 : 1 + integrity.digest.length;

export function writePayloadDigest(integrity: PayloadDigest | undefined, out: WireWriter): void {
  if (integrity === undefined) return;
  writeAlgorithm(integrity.algorithm, out);
  writeDigest(integrity.digest, integrity.algorithm, out);
}

export function readPayloadDigest(from: WireReader): PayloadDigest | undefined {
  if (from.remaining === 0) return undefined;
  const algorithm = readAlgorithm(from);
  return { algorithm, digest: readDigest(from, algorithm) };
}
