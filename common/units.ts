/**
 * Branded units. Mixing sectors, bytes and KiB is the bug class of block storage, so each has its own type.
 * Offsets and sizes are integers in bytes below 2^53 (8 PiB, beyond the largest volume). Never pass them through
 * `|`, `<<` or `>>>`, which cut to 32 bits.
 */
import { assert } from './assert.ts';

export type Bytes = number & { readonly __unit: 'Bytes' };
export type KiB = number & { readonly __unit: 'KiB' };
export type BlockIndex = number & { readonly __unit: 'BlockIndex' };
export type Millis = number & { readonly __unit: 'Millis' };
export type Micros = number & { readonly __unit: 'Micros' };

export const SECTOR_BYTES = 512;

export function bytes(value: number): Bytes {
  assert(Number.isSafeInteger(value) && value >= 0, 'a byte count is a non-negative safe integer');
  return value as Bytes;
}

export function kib(value: number): KiB {
  assert(Number.isSafeInteger(value) && value >= 0, 'a KiB count is a non-negative safe integer');
  return value as KiB;
}

export function millis(value: number): Millis {
  assert(value >= 0, 'a duration is not negative');
  return value as Millis;
}

export const bytesToKibCeil = (value: Bytes): KiB => kib(Math.ceil(value / 1024));
