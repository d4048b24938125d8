/**
 * One transaction of the activity log as 4 KiB, and what a ring of them says after a restart (DRBD 9 §3.2).
 * The ring always holds the newest `alBlocks` consecutive transaction numbers, number n at position n % alBlocks;
 * formatting writes the first `alBlocks` of them. Only the block of the write in flight may break this.
 * Unlike DRBD's, numbers have 52 bits: they do not wrap within the life of a device.
 */
import { assert } from '../../../common/assert.ts';
import { crc32c } from '../../../common/crc32c.ts';
import { AL_BLOCK_BYTES, AL_CONTEXT_ENTRIES, extentCount, type MetadataLayout } from './layout.ts';

export const AL_UPDATES_MAX = 64;
/** Extent number of a slot that holds none. */
export const NO_EXTENT = 0xffff_ffff;

const MAGIC = 0x4c53_414c; // "LSAL"
/** Leaves room to count on from any number that we accept. */
const NUMBER_MAX = 2 ** 52;
const TYPE_UPDATE = 1;
const TYPE_INITIALISED = 2;

/** Offset and size of each field, big endian; repeated in `docs/metadata.md`. */
export const AL_BLOCK_FIELDS = {
  magic: [0, 4],
  type: [4, 2],
  updateCount: [6, 2],
  number: [8, 8],
  checksum: [16, 4],
  contextCount: [20, 2],
  contextStart: [22, 2],
  updateSlots: [24, 2 * AL_UPDATES_MAX],
  updateExtents: [152, 4 * AL_UPDATES_MAX],
  context: [408, 4 * AL_CONTEXT_ENTRIES],
} as const satisfies Record<string, readonly [offset: number, bytes: number]>;
const F = AL_BLOCK_FIELDS;

export interface AlTransaction {
  /** `initialised`: the log was empty at this point, whatever older blocks say. */
  readonly type: 'update' | 'initialised';
  readonly number: number;
  /** At most AL_UPDATES_MAX. */
  readonly updates: readonly { readonly slot: number; readonly extent: number }[];
  /** Slots contextStart.. of the table as it is after this transaction; NO_EXTENT where a slot is empty. */
  readonly contextStart: number;
  readonly context: Uint32Array;
}

/** @returns AL_BLOCK_BYTES bytes. */
export function encodeTransaction(transaction: AlTransaction): Uint8Array {
  const { updates, context } = transaction;
  assert(updates.length <= AL_UPDATES_MAX, 'at most 64 updates in a transaction');
  assert(context.length <= AL_CONTEXT_ENTRIES, 'at most 919 context entries in a transaction');
  const out = new Uint8Array(AL_BLOCK_BYTES);
  const view = new DataView(out.buffer);
  view.setUint32(F.magic[0], MAGIC);
  view.setUint16(F.type[0], transaction.type === 'update' ? TYPE_UPDATE : TYPE_INITIALISED);
  view.setUint16(F.updateCount[0], updates.length);
  view.setUint32(F.number[0], Math.floor(transaction.number / 2 ** 32));
  view.setUint32(F.number[0] + 4, transaction.number % 2 ** 32);
  view.setUint16(F.contextCount[0], context.length);
  view.setUint16(F.contextStart[0], transaction.contextStart);
  for (const [i, update] of updates.entries()) {
    view.setUint16(F.updateSlots[0] + 2 * i, update.slot);
    view.setUint32(F.updateExtents[0] + 4 * i, update.extent);
  }
  for (let i = 0; i < context.length; i++) view.setUint32(F.context[0] + 4 * i, context[i] ?? NO_EXTENT);
  view.setUint32(F.checksum[0], checksumOf(out));
  return out;
}

/** The blocks of a log that was never used; the first transaction after them has the number `alBlocks`. */
export function initialiseRing(layout: MetadataLayout): Uint8Array {
  const area = new Uint8Array(layout.alBlocks * AL_BLOCK_BYTES);
  for (let number = 0; number < layout.alBlocks; number++) {
    area.set(encodeTransaction(emptyLog(number)), number * AL_BLOCK_BYTES);
  }
  return area;
}

export const emptyLog = (number: number): AlTransaction => ({
  type: 'initialised',
  number,
  updates: [],
  contextStart: 0,
  context: new Uint32Array(0),
});

/** `extents` may have been written without their bits being on disk; ascending. */
export type AlRecovery =
  | { readonly ok: true; readonly extents: number[]; readonly nextTransaction: number }
  | { readonly ok: false; readonly reason: string };

/** Reads the ring of a device that was attached before. Any input is fine. */
export function recoverRing(area: Uint8Array, layout: MetadataLayout): AlRecovery {
  const { alBlocks } = layout;
  if (area.length < alBlocks * AL_BLOCK_BYTES) return { ok: false, reason: 'the activity log is cut short' };
  const ring: (AlTransaction | undefined)[] = [];
  let newest = -1;
  for (let position = 0; position < alBlocks; position++) {
    const block = area.subarray(position * AL_BLOCK_BYTES, (position + 1) * AL_BLOCK_BYTES);
    const transaction = decodeTransaction(block, extentCount(layout));
    // A block in the wrong place was misdirected by the device: as good as damaged.
    const placed = transaction !== undefined && transaction.number % alBlocks === position;
    ring.push(placed ? transaction : undefined);
    if (placed) newest = Math.max(newest, transaction.number);
  }
  if (newest < 0) return { ok: false, reason: 'the activity log has no valid block' };

  // The block at position newest + 1 is left out: the write that would have made it newest may be torn, and what it
  // held before (newest + 1 - alBlocks) is repeated by the contexts of the others.
  const chain: AlTransaction[] = [];
  for (let number = newest; number > newest - alBlocks + 1; number--) {
    const transaction = number >= 0 ? ring[number % alBlocks] : undefined;
    if (transaction === undefined || transaction.number !== number) {
      return { ok: false, reason: 'the activity log has a damaged block before its newest one' };
    }
    chain.push(transaction);
    if (transaction.type === 'initialised') break;
  }
  return { ok: true, extents: replay(chain.reverse()), nextTransaction: newest + 1 };
}

/** Oldest first. */
function replay(chain: readonly AlTransaction[]): number[] {
  const table = new Map<number, number>();
  for (const { contextStart, context, updates } of chain) {
    for (const [i, extent] of context.entries()) table.set(contextStart + i, extent);
    for (const { slot, extent } of updates) table.set(slot, extent);
  }
  const extents = new Set(table.values());
  extents.delete(NO_EXTENT);
  return [...extents].sort((a, b) => a - b);
}

/** @returns undefined for a block that is damaged, or that names extents beyond the volume. */
function decodeTransaction(block: Uint8Array, extents: number): AlTransaction | undefined {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (view.getUint32(F.magic[0]) !== MAGIC) return undefined;
  if (view.getUint32(F.checksum[0]) !== checksumOf(block)) return undefined;
  const type = view.getUint16(F.type[0]);
  const updateCount = view.getUint16(F.updateCount[0]);
  const number = view.getUint32(F.number[0]) * 2 ** 32 + view.getUint32(F.number[0] + 4);
  const contextCount = view.getUint16(F.contextCount[0]);
  const contextStart = view.getUint16(F.contextStart[0]);
  if (type !== TYPE_UPDATE && type !== TYPE_INITIALISED) return undefined;
  if (updateCount > AL_UPDATES_MAX || contextCount > AL_CONTEXT_ENTRIES) return undefined;
  if (number > NUMBER_MAX) return undefined;
  const updates: { slot: number; extent: number }[] = [];
  for (let i = 0; i < updateCount; i++) {
    const slot = view.getUint16(F.updateSlots[0] + 2 * i);
    const extent = view.getUint32(F.updateExtents[0] + 4 * i);
    if (extent >= extents && extent !== NO_EXTENT) return undefined;
    updates.push({ slot, extent });
  }
  const context = new Uint32Array(contextCount);
  for (let i = 0; i < contextCount; i++) {
    const extent = view.getUint32(F.context[0] + 4 * i);
    if (extent >= extents && extent !== NO_EXTENT) return undefined;
    context[i] = extent;
  }
  return { type: type === TYPE_UPDATE ? 'update' : 'initialised', number, updates, contextStart, context };
}

/** Over everything but the checksum itself. */
function checksumOf(block: Uint8Array): number {
  const [at, size] = F.checksum;
  return crc32c(block.subarray(at + size, AL_BLOCK_BYTES), crc32c(block.subarray(0, at)));
}
