/**
 * The messages by which both ends of a socket show that they know the same secret, between hello and answer: a challenge,
 * and with it (but for the first one) the proof that answers the challenge of the other end. Only bytes here: what a
 * proof is made of stands in `transport/authentication.ts`.
 */
import { assert } from '../../../common/assert.ts';
import type { HmacAlgorithm } from '../../../common/options/options.ts';
import { getU16, putU32 } from './big-endian.ts';
import { checkMagic, CRC_BYTES, isSealed, type Opening, sealed } from './sealed.ts';
import { WireError } from './wire-error.ts';

/** "LSA1" */
const PROOF_MAGIC = 0x4c53_4131;
/** Random bytes that the other end has to answer for. */
export const CHALLENGE_BYTES = 32;
const FIXED_BYTES = 8 + CHALLENGE_BYTES;
const PROOF_BYTES_MAX = 64;

/** On the wire; append-only. */
const ALGORITHMS: readonly (HmacAlgorithm | undefined)[] = [undefined, 'sha256', 'sha1', 'sha512', 'md5'];

export interface ProofMessage {
  readonly algorithm: HmacAlgorithm;
  readonly challenge: Uint8Array;
  /** Empty in the first message. */
  readonly proof: Uint8Array;
}

export function encodeProof({ algorithm, challenge, proof }: ProofMessage): Uint8Array {
  assert(
    challenge.length === CHALLENGE_BYTES && proof.length <= PROOF_BYTES_MAX,
    'a challenge and a proof of their size',
  );
  const bytes = new Uint8Array(FIXED_BYTES + proof.length + CRC_BYTES);
  putU32(bytes, 0, PROOF_MAGIC);
  bytes[4] = ALGORITHMS.indexOf(algorithm);
  bytes[5] = proof.length;
  bytes.set(challenge, 8);
  bytes.set(proof, FIXED_BYTES);
  return sealed(bytes);
}

/** @returns undefined when more bytes are needed; then at most 108 in all. */
export function decodeProof(bytes: Uint8Array): Opening<ProofMessage> | WireError | undefined {
  const wrongMagic = checkMagic(bytes, PROOF_MAGIC);
  if (wrongMagic !== undefined) return wrongMagic;
  if (bytes.length < FIXED_BYTES) return undefined;
  const proofBytes = bytes[5] ?? 0;
  if (proofBytes > PROOF_BYTES_MAX) return new WireError('FRAME_TOO_LARGE', 'a proof is longer than any digest');
  const length = FIXED_BYTES + proofBytes + CRC_BYTES;
  if (bytes.length < length) return undefined;
  if (!isSealed(bytes, length)) return new WireError('CHECKSUM_MISMATCH', 'a proof is damaged');
  const algorithm = ALGORITHMS[bytes[4] ?? 0];
  if (algorithm === undefined || getU16(bytes, 6) !== 0)
    return new WireError('PROTOCOL_ERROR', 'a proof has impossible fields');
  const challenge = bytes.slice(8, FIXED_BYTES);
  return { value: { algorithm, challenge, proof: bytes.slice(FIXED_BYTES, length - CRC_BYTES) }, length };
}
