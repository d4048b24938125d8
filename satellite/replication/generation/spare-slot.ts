/**
 * The spare slot: a bitmap slot that belongs to no node and is marked for every write, since the generation in which the first
 * of these writes began. It is what a node that was not configured then lacks: one that was made anew with the first
 * generation, or joins later (DRBD: slots of unconfigured nodes, day-0 bitmap). All free slots would hold the same, so only
 * one of them is kept; a new peer gets a copy.
 *
 * It only ever gains marks, so a copy of it never lacks one. Two more rules make that hold across crashes: a slot that was
 * filled as a whole counts as all set on disk until its pages are durable (`settling`), and a spare slot that was moved is on
 * disk only then.
 */
import { NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import type { Bitmap } from '../metadata/bitmap.ts';
import type { Superblock } from '../metadata/superblock.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import type { Generation, NodeId } from '../../../common/ids.ts';
import type { Attached, Resource, Volume } from '../state.ts';
import { newSlot, type SlotRecord, type SpareSlot } from './slots.ts';

/** Slots as the metadata has them, for the peers that are configured; a slot that changed hands starts with what the spare one has. */
export function slotsFromMetadata(
  r: Resource,
  superblock: Superblock,
  bitmap: Bitmap,
): { readonly slots: Map<NodeId, SlotRecord>; readonly spare: SpareSlot | undefined } {
  const slots = new Map<NodeId, SlotRecord>();
  const { spare } = superblock;
  for (const config of trackedNodes(r)) {
    if (config.slot === undefined || config.slot >= superblock.slots) continue;
    const record = superblock.peers.find((each) => each.node === config.node && each.slot === config.slot);
    if (record?.fullSync === true) bitmap.setAll(config.slot);
    if (record === undefined && spare === undefined) bitmap.clearAll(config.slot);
    else if (record === undefined && spare !== undefined && spare.slot !== config.slot)
      bitmap.copySlot(spare.slot, config.slot);
    const generation = record?.bitmap ?? spare?.generation ?? NO_GENERATION;
    slots.set(config.node, newSlot(config.node, config.slot, generation as Generation));
  }
  return { slots, spare: chooseSpare(slots, superblock.slots, bitmap, spare) };
}

/** Those that are configured, and those that were and are not forgotten. */
const trackedNodes = (r: Resource): { readonly node: NodeId; readonly slot: number | undefined }[] => [
  ...[...r.connections.values()].map(({ config }) => config),
  ...[...r.formerPeers].map(([node, { slot }]) => ({ node, slot })),
];

/** The slot that was spare stays it unless a peer has taken it: then a free one gets what it has. */
function chooseSpare(
  slots: ReadonlyMap<NodeId, SlotRecord>,
  count: number,
  bitmap: Bitmap,
  before: Superblock['spare'],
): SpareSlot | undefined {
  const used = new Set([...slots.values()].map(({ slot }) => slot));
  if (before !== undefined && !used.has(before.slot)) return { ...before, settling: 0 };
  let free = 0;
  while (used.has(free)) free += 1;
  if (free >= count) return undefined;
  if (before === undefined) bitmap.clearAll(free);
  else bitmap.copySlot(before.slot, free);
  return { slot: free, generation: before?.generation ?? (NO_GENERATION as Generation), settling: 0 };
}

/** A new peer gets its slot: all that it can lack is what was written since the spare slot began. */
export function takeSlot(r: Resource, volume: Volume, md: Attached, node: NodeId, slot: number): void {
  const before = md.spare;
  const record = newSlot(node, slot, before?.generation ?? (NO_GENERATION as Generation));
  md.slots.set(node, record);
  if (before === undefined) {
    md.bitmap.clearAll(slot);
    persistSuperblock(r, volume, { kind: 'nothing' });
    return;
  }
  if (before.slot === slot) {
    md.spare = chooseSpare(md.slots, md.layout.slots, md.bitmap, before);
    if (md.spare !== undefined) settleSlot(r, volume, md.spare);
  } else {
    md.bitmap.copySlot(before.slot, slot);
    settleSlot(r, volume, record);
  }
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/** A peer was removed: its slot is free. It becomes the spare one only if there is none, and then tracks from the next generation on. */
export function freeSlot(r: Resource, volume: Volume, md: Attached, node: NodeId): void {
  const record = md.slots.get(node);
  if (record === undefined) return;
  md.slots.delete(node);
  md.logDerived.delete(node);
  md.resyncDerived.delete(node);
  md.spare ??= chooseSpare(md.slots, md.layout.slots, md.bitmap, undefined);
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/**
 * Rules 18 and 19: the target has what the spare slot began with. A slot that began there itself only gains what a resync has cleared.
 * @returns false if it has all of it.
 */
export function copySpareTo(
  { spare, bitmap, layout, logDerived, resyncDerived }: Attached,
  record: SlotRecord,
): boolean {
  if (spare === undefined) return false;
  logDerived.delete(record.node);
  resyncDerived.delete(record.node);
  if (sameGeneration(record.generation, spare.generation))
    return bitmap.mergePlain(record.slot, 0, bitmap.extract(spare.slot, 0, layout.blocks), layout.blocks) > 0;
  bitmap.copySlot(spare.slot, record.slot);
  return true;
}

/** The slot was filled as a whole: until its pages are durable the superblock says that all of it counts as set. */
export function settleSlot(r: Resource, volume: Volume, record: SlotRecord | SpareSlot): void {
  record.settling += 1;
  settlePages(r, volume, 'all', true, { kind: 'slot-settled', volume, record });
}

export function onSlotSettled(r: Resource, volume: Volume, record: SlotRecord | SpareSlot): void {
  record.settling -= 1;
  if (record.settling === 0) persistSuperblock(r, volume, { kind: 'nothing' });
}

/** Blocks that are written now: no unconfigured node has them. */
export function markSpare(md: Attached, firstBlock: number, lastBlock: number): void {
  if (md.spare !== undefined) md.bitmap.set(md.spare.slot, firstBlock, lastBlock);
}

/** Data change from here on in another generation: what the slot has marked is what a holder of this one lacks. */
export function beginSpare(md: Attached, generation: Generation): void {
  if (md.spare?.generation === NO_GENERATION) md.spare.generation = generation;
}

/** A disk that was just created has become a copy of another: nobody can have what it was before. */
export function restartSpare(md: Attached): void {
  if (md.spare === undefined || !sameGeneration(md.spare.generation, NO_GENERATION)) return;
  md.bitmap.clearAll(md.spare.slot);
}
