/**
 * An added area that is zeroes on both ends of a pair needs no resync (DRBD 9, §7.4: the backend guarantees zeroes). Each node knows
 * of its own disk only, and marks the area like any other. When its new layout is durable, SIZES says from where on its disk was
 * zeroes until then; two ends that have both said so forget these marks. What has been written there meanwhile is mirrored, or
 * marked as a write, and any such mark in the slot keeps the marks of the growth, too (`markBlocks`).
 */
import { type Bytes, bytes } from '../../../common/units.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import { defer, type PeerDevice, type Resource, type Volume } from '../state.ts';
import type { ZeroArea } from './state.ts';

/** What the host has added to the backing store reads as zeroes from `zeroedFrom` on; undefined: it cannot tell. */
export function noteZeroes(volume: Volume, capacityBytes: Bytes, zeroedFrom: Bytes | undefined): void {
  const isAdjacent = zeroedFrom !== undefined && zeroedFrom <= volume.capacityBytes;
  if (!isAdjacent) volume.zeroedFrom = zeroedFrom ?? capacityBytes;
}

/** The area that a growth to this size adds here, if nothing was ever written to it. */
export function zeroesBehind({ sizeBytes, zeroedFrom }: Volume, to: Bytes): ZeroArea | undefined {
  return zeroedFrom <= sizeBytes ? { from: sizeBytes, to } : undefined;
}

/** From now on it may be written. */
export function useArea(volume: Volume, to: Bytes): void {
  volume.zeroedFrom = bytes(Math.max(volume.zeroedFrom, to));
}

/** @returns `unknown`: the peer has not told yet, or says that something else is there. */
export function agreeOnZeroes(
  r: Resource,
  device: PeerDevice,
  own: ZeroArea,
  theirs: ZeroArea | undefined,
): 'settled' | 'unknown' | 'differs' {
  if (theirs?.to !== own.to) return 'unknown';
  if (theirs.from >= theirs.to || !dropMarks(device, Math.max(own.from, theirs.from))) return 'differs';
  settlePages(r, device.volume, 'all', false, { kind: 'nothing' });
  persistSuperblock(r, device.volume, { kind: 'nothing' });
  defer(r, { kind: 'tell-in-sync', volume: device.volume });
  return 'settled';
}

/** Whole blocks only: the first may hold the end of the old area. @returns false if a resync or a write is about them as well. */
function dropMarks({ connection, volume, source, target }: PeerDevice, from: number): boolean {
  const { md } = volume;
  const derived = md?.logDerived.get(connection.peer);
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined || derived?.isGrown !== true) return false;
  if (source !== undefined || target !== undefined) return false;
  const first = Math.ceil(from / md.layout.blockBytes);
  if (first < md.layout.blocks) derived.bits -= md.bitmap.clear(slot.slot, first, md.layout.blocks - 1);
  return true;
}
