/** What all messages before the first frame share: a magic number in front, a checksum behind, both fixed for ever. */
import { crc32c } from '../../../common/crc32c.ts';
import { getU32, putU32 } from './big-endian.ts';
import { WireError } from './wire-error.ts';

export const CRC_BYTES = 4;

/** A message, and how many of the bytes it took. */
export interface Opening<T> {
  readonly value: T;
  readonly length: number;
}

/** Tells garbage from its first wrong byte on. */
export function checkMagic(bytes: Uint8Array, magic: number): WireError | undefined {
  for (let i = 0; i < 4 && i < bytes.length; i++) {
    if (bytes[i] !== ((magic >>> (24 - 8 * i)) & 0xff))
      return new WireError('PROTOCOL_ERROR', 'this is not the replication protocol of Lockstep');
  }
  return undefined;
}

/** Fills in the checksum at the end. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - CRC_BYTES;
  putU32(bytes, end, crc32c(bytes.subarray(0, end)));
  return bytes;
}

export const isSealed = (bytes: Uint8Array, length: number): boolean =>
  getU32(bytes, length - CRC_BYTES) === crc32c(bytes.subarray(0, length - CRC_BYTES));
