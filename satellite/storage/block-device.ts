/**
 * The one interface to backing storage. Callback style because it is the hot path: one closure per operation, no promise.
 *
 * Contract (test/contract/block-device.contract.ts):
 * - Every operation completes exactly once, never within the call that submitted it.
 * - A range beyond the device is a defect of the caller and throws InvariantError; anything else is an error in `done`.
 * - Operations in flight at the same time have no order among each other: the caller waits, or keeps ranges apart.
 * - The bytes handed to `write` are not copied and must not change before `done`.
 */
import { assert } from '../../common/assert.ts';

export type Done = (error: Error | undefined) => void;
/** `chunk` has exactly the length asked for, belongs to the caller, and is empty after an error. */
export type ReadDone = (error: Error | undefined, chunk: Uint8Array) => void;

export interface BlockDevice {
  readonly sizeBytes: number;
  read(offset: number, length: number, done: ReadDone): void;
  /** All or an error; after an error the range may hold any mix of old and new. Durable only after a later `flush`. */
  write(offset: number, chunks: readonly Uint8Array[], done: Done): void;
  /** The range reads as zeroes afterwards. `mayUnmap`: its space may be freed. */
  zero(offset: number, length: number, mayUnmap: boolean, done: Done): void;
  /** Durable on completion: every write and zero that had completed before this call. A failed flush fails the device for good. */
  flush(done: Done): void;
  /** Waits for what is in flight. Later operations fail. Idempotent. Does not flush. */
  close(): Promise<void>;
}

export const NO_BYTES = new Uint8Array(0);

/** @throws InvariantError */
export function assertRange(sizeBytes: number, offset: number, length: number): void {
  assert(Number.isSafeInteger(offset) && offset >= 0, 'an offset is a non-negative integer');
  assert(Number.isSafeInteger(length) && length >= 0, 'a length is a non-negative integer');
  assert(offset + length <= sizeBytes, 'a range lies within the device');
}

export function totalLength(chunks: readonly Uint8Array[]): number {
  let total = 0;
  for (const chunk of chunks) total += chunk.byteLength;
  return total;
}
