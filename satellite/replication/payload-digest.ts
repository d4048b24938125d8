/**
 * Data that arrives damaged never gets any further: its CRC-32C, which every frame has, and the digest that data-integrity-alg
 * adds (DRBD: a digest behind the payload) are compared before anything is done with it. The sender alone chooses the digest;
 * a CRC-32C is there already, so that one adds nothing.
 */
import type { Bytes } from '../../common/units.ts';
import { type DigestAlgorithm, equalDigests } from './digest.ts';
import type { Payload } from './payload.ts';
import type { Connection, Resource } from './state.ts';
import { FEATURES, type PayloadDigest } from './wire/frames.ts';

/** What goes with a payload to this peer; undefined: nothing more than its checksum. */
export function digestFor(r: Resource, { options, features }: Connection, payload: Payload): PayloadDigest | undefined {
  const { dataIntegrityAlg: algorithm } = options;
  if (algorithm === 'none' || algorithm === 'crc32c' || (features & FEATURES.payloadDigest) === 0) return undefined;
  return { algorithm, digest: digestOf(r, payload, algorithm) };
}

const digestOf = (r: Resource, payload: Payload, algorithm: DigestAlgorithm): Uint8Array =>
  r.ports.digests(payload, algorithm, payload.byteLength as Bytes);

interface Arrived {
  readonly payload: Payload;
  readonly payloadChecksum: number;
  readonly integrity: PayloadDigest | undefined;
}

/** @returns a protocol error, which has been counted, or undefined. */
export function damageOf(r: Resource, connection: Connection, frame: Arrived): string | undefined {
  const { payload, integrity } = frame;
  let damage: string | undefined;
  if (r.ports.checksum(payload) !== frame.payloadChecksum) damage = 'payload checksum mismatch';
  else if (integrity !== undefined && !equalDigests(digestOf(r, payload, integrity.algorithm), integrity.digest))
    damage = `payload digest mismatch (${integrity.algorithm})`;
  if (damage !== undefined) connection.damagedFrames += 1;
  return damage;
}
