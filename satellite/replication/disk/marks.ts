/**
 * Marking blocks out of sync. Bits are set outwards (a block partly touched counts as different) and cleared only for
 * whole blocks that both ends are proven to hold alike on stable storage. Bits set here are covered by the activity
 * log until their page is written: see persistence.ts.
 */
import { maskHas, type NodeId, type PeerMask } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { markSpare } from '../generation/spare-slot.ts';
import {
  type Attached,
  connectedWith,
  defer,
  deviceOf,
  type PeerDevice,
  type PeerWrite,
  type Resource,
  type Volume,
  type WriteRequest,
} from '../state.ts';

/** `node` lacks a write of `writer`. @returns how many bits were newly set. */
export function markWrite(r: Resource, write: WriteRequest | PeerWrite, writer: NodeId, node: NodeId): number {
  const slot = write.volume.md?.slots.get(node);
  if (slot !== undefined) {
    slot.markedBy = writer;
    slot.markedAt = write.dagtag;
  }
  return markOutOfSync(r, write.volume, node, write.offset, write.length);
}

function markOutOfSync(r: Resource, volume: Volume, node: NodeId, offset: number, length: number): number {
  const md = volume.md;
  const slot = md?.slots.get(node);
  if (md === undefined || slot === undefined || length === 0) return 0;
  const blockBytes = md.layout.blockBytes;
  const first = Math.floor(offset / blockBytes);
  const last = Math.min(Math.floor((offset + length - 1) / blockBytes), md.layout.blocks - 1);
  return markBlocks(r, volume, md, node, first, last);
}

/** The local disk may have lost the range: whoever holds it is ahead of us there. */
export function markTowardsAll(r: Resource, volume: Volume, offset: number, length: number): void {
  for (const node of [...(volume.md?.slots.keys() ?? [])]) markOutOfSync(r, volume, node, offset, length);
}

function markBlocks(r: Resource, volume: Volume, md: Attached, node: NodeId, first: number, last: number): number {
  const slot = md.slots.get(node);
  if (slot === undefined) return 0;
  md.logDerived.delete(node);
  md.resyncDerived.delete(node);
  const added = md.bitmap.set(slot.slot, first, last);
  outliveCopies(r, volume, md, node, first, last);
  if (added > 0) {
    tellSyncTarget(r, volume, md, node, first, last);
    r.ports.notify({ kind: 'bits-set', volume: volume.number, peer: node, count: added });
  }
  return added;
}

/** A verify has found these blocks different. */
export function markDifferent(r: Resource, volume: Volume, node: NodeId, first: number, last: number): void {
  if (volume.md !== undefined) markBlocks(r, volume, volume.md, node, first, last);
}

/** Every block is to be resynced with this node, whatever it was marked for before. */
export function markAll(volume: Volume, node: NodeId): void {
  const { md } = volume;
  const slot = md?.slots.get(node);
  if (md === undefined || slot === undefined) return;
  md.logDerived.delete(node);
  md.resyncDerived.delete(node);
  md.bitmap.setAll(slot.slot);
}

/**
 * A resync from `source` will bring blocks here that third nodes may not have: marked towards them, durably, before the
 * first block is written.
 */
export function markThirdNodes(
  r: Resource,
  volume: Volume,
  md: Attached,
  source: NodeId,
  from: number,
  to: number,
): void {
  const slot = md.slots.get(source);
  if (slot === undefined) return;
  let first = md.bitmap.nextSet(slot.slot, from);
  while (first >= 0 && first <= to) {
    const last = Math.min(md.bitmap.nextClear(slot.slot, first) - 1, to);
    for (const node of md.slots.keys()) if (node !== source) markThirdNode(r, volume, md, node, first, last);
    markSpare(md, first, last);
    first = md.bitmap.nextSet(slot.slot, last + 1);
  }
}

/**
 * The marks are remembered as such: when the source
 * ends the resync and says which nodes it is in sync with itself, those marks go again. Any other mark towards the
 * node forfeits that.
 */
function markThirdNode(r: Resource, volume: Volume, md: Attached, node: NodeId, first: number, last: number): void {
  const slot = md.slots.get(node);
  if (slot === undefined) return;
  const runs = md.resyncDerived.get(node) ?? [];
  const known = md.resyncDerived.has(node) || md.bitmap.count(slot.slot) === 0;
  let block = first;
  while (block <= last) {
    const next = md.bitmap.nextSet(slot.slot, block);
    const stop = next < 0 || next > last ? last : next - 1;
    if (stop >= block) runs.push([block, stop]);
    block = stop + 2;
  }
  markBlocks(r, volume, md, node, first, last);
  if (known || runs.length > 0) md.resyncDerived.set(node, runs);
}

/** The source has proven that `node` holds what the resync brought. */
export function dropResyncDerived(volume: Volume, node: NodeId): void {
  const md = volume.md;
  const slot = md?.slots.get(node);
  const runs = md?.resyncDerived.get(node);
  if (md === undefined || slot === undefined || runs === undefined) return;
  md.resyncDerived.delete(node);
  for (const [first, last] of runs) md.bitmap.clear(slot.slot, first, last);
}

/** What an unconfigured node lacks: every write. */
export function markForNobody({ volume, offset, length }: WriteRequest | PeerWrite): void {
  const { md } = volume;
  if (md === undefined) return;
  const last = Math.floor((offset + length - 1) / md.layout.blockBytes);
  markSpare(md, Math.floor(offset / md.layout.blockBytes), Math.min(last, md.layout.blocks - 1));
}

/**
 * The spare slot is about to be copied for a node that was made anew. Writes that wait for their PEER_ACK are not in it yet; and that
 * may still name the node among the holders, since the replica before this one was.
 */
export function markUnsettledForNobody(r: Resource, volume: Volume): void {
  for (const { unpeerAcked } of r.connections.values())
    for (const write of unpeerAcked) if (write.volume === volume) markForNobody(write);
}

/** Marks towards every node with a slot that is not in `holders` what a peer has written here. @returns how many bits are new. */
export function markMissing(r: Resource, write: PeerWrite, holders: PeerMask): number {
  const md = write.volume.md;
  if (md === undefined) return 0;
  let added = 0;
  for (const node of md.slots.keys()) {
    if (!maskHas(holders, node)) added += markWrite(r, write, write.connection.peer, node);
  }
  markForNobody(write);
  return added;
}

/** A peer that exchanges bitmaps with us or syncs from us has to learn of new bits, or it would finish too early. */
function tellSyncTarget(r: Resource, volume: Volume, md: Attached, node: NodeId, first: number, last: number): void {
  const connection = connectedWith(r, node);
  if (connection === undefined || connection.link === undefined) return;
  const device = deviceOf(connection, volume);
  if (device.source === undefined && device.replication !== 'Ahead') return;
  const blockBytes = md.layout.blockBytes;
  const offset = first * blockBytes;
  const end = Math.min((last + 1) * blockBytes, volume.sizeBytes);
  r.ports.send(connection.peer, connection.link, 'data', {
    type: 'OUT_OF_SYNC',
    volume: volume.number,
    offset: offset as Bytes,
    length: (end - offset) as Bytes,
  });
}

/**
 * What a mark speaks of may come to the disk only after the copy that is being exchanged now: a write that waits for the
 * range of that copy, or what a node that is a target itself will bring from elsewhere. So the mark is remembered, and
 * comes again once that copy is acknowledged.
 */
function outliveCopies(r: Resource, volume: Volume, md: Attached, node: NodeId, first: number, last: number): void {
  const device = r.connections.get(node)?.devices.get(volume.number);
  const sync = device?.source ?? device?.target;
  if (sync === undefined) return;
  const { blockBytes } = md.layout;
  for (const { offset, length } of sync.outstanding.values()) {
    const from = Math.max(first, Math.floor(offset / blockBytes));
    const to = Math.min(last, Math.ceil((offset + length) / blockBytes) - 1);
    if (from <= to) sync.markedAgain.push([from, to]);
  }
}

/** Clears whole blocks towards the other end of a resync, both being proven alike there but for what was marked meanwhile. */
export function clearBlocks(
  r: Resource,
  { volume, connection, source, target }: PeerDevice,
  from: number,
  to: number,
): void {
  const { md } = volume;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined) return;
  md.bitmap.clear(slot.slot, from, to);
  const sync = source ?? target;
  if (sync === undefined || sync.markedAgain.length === 0) return;
  const isCleared = ([first, last]: readonly [number, number]): boolean => first <= to && from <= last;
  const again = sync.markedAgain.filter(isCleared);
  sync.markedAgain = sync.markedAgain.filter((run) => !isCleared(run));
  for (const run of again) {
    const first = Math.max(run[0], from);
    const last = Math.min(run[1], to);
    if (md.bitmap.set(slot.slot, first, last) > 0) tellSyncTarget(r, volume, md, connection.peer, first, last);
  }
}

export function clearAllTowards(volume: Volume, node: NodeId): void {
  const md = volume.md;
  const slot = md?.slots.get(node);
  if (md === undefined || slot === undefined) return;
  md.logDerived.delete(node);
  md.bitmap.clearAll(slot.slot);
}

export function dirtyBits(volume: Volume, node: NodeId): number {
  const md = volume.md;
  const slot = md?.slots.get(node);
  return md === undefined || slot === undefined ? 0 : md.bitmap.count(slot.slot);
}

/**
 * After a crash the hot extents of the activity log may differ from any peer. Every bit that this adds is remembered
 * as derived from the log, per node: a peer that was the writer when we died has marked all that we may lack, and
 * needs none of them (flag COVERS_LOSS). Anything else that marks the slot first forfeits that shortcut.
 */
export function applyHotExtents(
  _volume: Volume,
  md: Attached,
  extents: readonly number[],
  blocksPerExtent: number,
): number {
  let bits = 0;
  for (const slot of md.slots.values()) {
    const runs: [number, number][] = [];
    let derived = 0;
    for (const extent of extents) {
      const end = Math.min((extent + 1) * blocksPerExtent, md.layout.blocks);
      let from = extent * blocksPerExtent;
      while (from < end) {
        const next = md.bitmap.nextSet(slot.slot, from);
        const stop = next < 0 || next > end ? end : next;
        if (stop > from) {
          runs.push([from, stop - 1]);
          derived += md.bitmap.set(slot.slot, from, stop - 1);
        }
        from = Math.max(stop + 1, from + 1);
      }
    }
    const known = md.logDerived.get(slot.node);
    if (known !== undefined)
      md.logDerived.set(slot.node, { ...known, runs: [...known.runs, ...runs], bits: known.bits + derived });
    else if (derived > 0) md.logDerived.set(slot.node, { runs, bits: derived });
    bits += derived;
  }
  for (const extent of extents) {
    const first = extent * blocksPerExtent;
    if (first < md.layout.blocks) markSpare(md, first, Math.min(first + blocksPerExtent, md.layout.blocks) - 1);
  }
  return bits;
}

/** The peer has proven that it knows every difference: bits that only the activity log suggested go. @returns true if there were any. */
export function dropLogDerived(volume: Volume, node: NodeId): boolean {
  const md = volume.md;
  const derived = md?.logDerived.get(node);
  const slot = md?.slots.get(node);
  if (md === undefined || derived === undefined || slot === undefined) return false;
  md.logDerived.delete(node);
  for (const [first, last] of derived.runs) md.bitmap.clear(slot.slot, first, last);
  return true;
}

export function logDerivedBits(volume: Volume, node: NodeId): number {
  return volume.md?.logDerived.get(node)?.bits ?? 0;
}

/** Asks for another look at who syncs with whom. */
export function reconsiderResync(r: Resource): void {
  defer(r, { kind: 'reconsider-resync' });
}
