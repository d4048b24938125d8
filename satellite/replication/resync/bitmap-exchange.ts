/**
 * The two ends of a resync come to hold the union of their bitmaps (DRBD §5.1).
 *
 *   source: WFBitMapS → sends its slot → receives the target's → settles → SyncSource
 *   target: WFBitMapT → receives the source's slot → Inconsistent and bits durable → sends its slot → SyncTarget
 *
 * Bits are only added here. What the source marks meanwhile follows as OUT_OF_SYNC; it mirrors writes again only once
 * the target's bitmap is in, and by then the target's metadata says Inconsistent.
 */
import type { Generation } from '../../../common/ids.ts';
import { diskAtLeast } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import { clearAllTowards, dirtyBits, markUnsettledForNobody } from '../disk/marks.ts';
import { blocksOf } from '../metadata/bitmap-conversion.ts';
import { isBlockSize } from '../metadata/layout.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock, settlePages } from '../disk/persistence.ts';
import { callBeforeResync } from './before-resync.ts';
import { newSourceProgress, newTargetProgress } from './progress.ts';
import { showSourceState } from './suspension.ts';
import type { SlotRecord } from '../generation/slots.ts';
import { copySpareTo, settleSlot } from '../generation/spare-slot.ts';
import { type Attached, deviceOf, type Connection, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { setDisk, setPeerDisk, setReplication } from '../transitions.ts';
import { FEATURES, type DataFrame, UUID_FLAGS, type VolumeHandshake } from '../wire/frames.ts';
import { decodeRuns, encodeRuns } from '../wire/run-length.ts';
import { resyncDigest } from './checksum.ts';
import { askForNoReplication } from './unreplicated.ts';

type BitmapFrame = Extract<DataFrame, { type: 'BITMAP' }>;

/** Blocks per BITMAP frame: 4 KiB of plain bits. */
const BLOCKS_PER_FRAME = 32_768;

export function beginSource(
  r: Resource,
  device: PeerDevice,
  start: {
    readonly full: boolean;
    readonly copySpare: boolean;
    /** The target gives up its own lineage: our slot has to speak of that, not of what both came from. */
    readonly restarts: boolean;
    readonly peerCurrent: Generation;
    readonly wasInconsistent: boolean;
  },
): void {
  const { volume, connection } = device;
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined) return;
  if (start.full) md.bitmap.setAll(slot.slot);
  if (start.copySpare) markUnsettledForNobody(r, volume);
  const isFilled = start.full || (start.copySpare && copySpareTo(md, slot));
  if (isFilled) settleSlot(r, volume, slot);
  if (start.restarts) slot.generation = start.peerCurrent;
  persistSuperblock(r, volume, { kind: 'nothing' });
  device.verify.found = false;
  device.source = { ...newSourceProgress(start.wasInconsistent), outstanding: new Map(), waitingDagtag: [] };
  if (isFilled) device.source.tracksFrom = start.peerCurrent;
  setReplication(r, device, 'WFBitMapS');
  // Until the exchange is over the peer gets no writes: what it lacks is not settled.
  if (device.peerDisk === 'UpToDate') setPeerDisk(r, device, 'Consistent');
  if (!callBeforeResync(r, device, 'source')) sendBitmap(r, device);
}

type SourceGenerations = Pick<VolumeHandshake, 'current' | 'history' | 'flags'>;

export function beginTarget(
  r: Resource,
  device: PeerDevice,
  start: { readonly full: boolean; readonly checksum: boolean },
  source: SourceGenerations,
): void {
  const { volume, connection } = device;
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined) return;
  if (start.full) {
    md.bitmap.setAll(slot.slot);
    settleSlot(r, volume, slot);
    // A fresh disk remembers whose full sync it began, or it could not go on after an interruption.
    if (sameGeneration(volume.current, JUST_CREATED)) slot.generation = source.current;
  }
  noteOffer(r, volume, source);
  volume.adopting = false;
  const ofCrashedPrimary = (source.flags & UUID_FLAGS.CRASHED_PRIMARY) !== 0;
  const afterCrash = md.crashedPrimary || ofCrashedPrimary;
  device.verify.found = false;
  const digest = resyncDigest(connection, { forced: start.checksum, afterCrash });
  device.target = {
    ...newTargetProgress(digest, start.checksum && digest !== 'none', ofCrashedPrimary),
    deallocated: [],
    outstanding: new Map(),
    written: [],
  };
  setReplication(r, device, 'WFBitMapT');
  if (diskAtLeast(volume.disk, 'Consistent')) setDisk(r, volume, 'Outdated', 'a peer has newer data');
}

/** What a peer has that this disk is behind, whether it may give it yet or not. */
export function noteOffer(r: Resource, volume: Volume, { current, history }: Omit<SourceGenerations, 'flags'>): void {
  const isOlder = volume.towards?.history.some((old) => sameGeneration(old, current)) === true;
  if (!isOlder) volume.towards = { history, lostAt: r.ports.now(), given: volume.towards?.given };
}

function sendBitmap(r: Resource, device: PeerDevice): void {
  const { volume, connection } = device;
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  if (md === undefined || slot === undefined || connection.link === undefined) return;
  const { blocks, blockBytes } = md.layout;
  const compress = connection.options.useRle && (connection.features & FEATURES.compressedBitmap) !== 0;
  for (let first = 0; first < blocks; first += BLOCKS_PER_FRAME) {
    const count = Math.min(BLOCKS_PER_FRAME, blocks - first);
    const last = first + count >= blocks;
    const next = md.bitmap.nextSet(slot.slot, first);
    if (!last && (next < 0 || next >= first + count)) continue; // nothing set here: nothing to say
    const plain = md.bitmap.extract(slot.slot, first, count);
    const runs = compress ? encodeRuns(plain, count) : undefined;
    r.ports.send(connection.peer, connection.link, 'data', {
      type: 'BITMAP',
      volume: volume.number,
      firstBlock: first,
      blocks: count,
      blockBytes: blockBytes as Bytes,
      encoding: runs === undefined ? 'plain' : 'run-length',
      bits: runs ?? plain,
      last,
    });
  }
}

/** @returns a protocol error, or undefined. */
export function onBitmapFrame(r: Resource, connection: Connection, frame: BitmapFrame): string | undefined {
  const volume = r.volumes.get(frame.volume);
  if (volume === undefined) return 'bitmap of an unknown volume';
  const device = deviceOf(connection, volume);
  const md = volume.md;
  const slot = md?.slots.get(connection.peer);
  const sync = device.source ?? device.target;
  // We have become UpToDate from elsewhere, and the source learns that from our STATE.
  if (sync === undefined && device.replication === 'Established') return undefined;
  if (sync === undefined || sync.bitsIn) return 'bitmap outside of a bitmap exchange';
  if (md === undefined || slot === undefined) return undefined;
  const { blockBytes } = frame;
  if (!isBlockSize(blockBytes)) return 'bitmap of a forbidden block size';
  if (
    (frame.firstBlock + frame.blocks) * blockBytes >= volume.sizeBytes + blockBytes ||
    frame.blocks > BLOCKS_PER_FRAME
  )
    return 'bitmap beyond the end of the volume';
  const bits = frame.encoding === 'plain' ? frame.bits : decodeRuns(frame.bits, frame.blocks);
  if (bits === undefined || bits.byteLength < Math.ceil(frame.blocks / 8)) return 'malformed bitmap';
  device.peerBlockBytes = blockBytes;
  if (blockBytes === md.layout.blockBytes) md.bitmap.mergePlain(slot.slot, frame.firstBlock, bits, frame.blocks);
  else mergeForeign(md, slot.slot, { ...frame, bits });
  if (!frame.last || connection.link === undefined) return undefined;
  sync.bitsIn = true;
  noteBegun(r, device, slot);
  onBitmapIn(r, device);
  return undefined;
}

/**
 * Recorded so that an interrupted resync goes on as a bitmap sync in the same direction. Not before the target says Inconsistent on
 * its own disk: until then it may be lost and go on by itself, and a slot that tracks something stands for writes without it (`isDeadEnd`).
 */
function noteBegun(r: Resource, { source, volume }: PeerDevice, slot: SlotRecord | undefined): void {
  if (source?.tracksFrom === undefined || slot === undefined) return;
  slot.generation = source.tracksFrom;
  source.tracksFrom = undefined;
  persistSuperblock(r, volume, { kind: 'nothing' });
}

/** The handler that ran before this resync has let it pass. */
export function goOnAfterHandler(r: Resource, device: PeerDevice): void {
  if (device.source !== undefined) sendBitmap(r, device);
  else onBitmapIn(r, device);
}

/** All of the peer's bitmap is here, and a handler of this node had its time with the old data. */
function onBitmapIn(r: Resource, device: PeerDevice): void {
  const { connection, volume, target } = device;
  if (connection.link === undefined || callBeforeResync(r, device, 'target')) return;
  if (target !== undefined && dirtyBits(volume, connection.peer) > 0) setDisk(r, volume, 'Inconsistent', 'resync');
  settlePages(r, volume, 'all', true, { kind: 'sync-bitmap-settled', device, link: connection.link });
}

/** Marks of a peer whose bits stand for other blocks: ours are set wherever one of its touches them. */
function mergeForeign(
  md: Attached,
  slot: number,
  { firstBlock, blocks, blockBytes, bits }: Pick<BitmapFrame, 'firstBlock' | 'blocks' | 'blockBytes' | 'bits'>,
): void {
  const isSet = (block: number): boolean => (((bits[block >>> 3] ?? 0) >>> (block & 7)) & 1) === 1;
  for (let block = 0; block < blocks; block += 1) {
    if (!isSet(block)) continue;
    const first = block;
    while (block + 1 < blocks && isSet(block + 1)) block += 1;
    const own = blocksOf(md.layout, (firstBlock + first) * blockBytes, (firstBlock + block + 1) * blockBytes);
    if (own !== undefined) md.bitmap.set(slot, own.first, own.last);
  }
}

/** The union is durable. The target's superblock follows before its answer leaves. */
export function onBitmapSettled(r: Resource, device: PeerDevice): void {
  const { volume, connection } = device;
  const target = device.target;
  const link = connection.link;
  if (link === undefined) return;
  if (target !== undefined && !target.ownBitmapSent) {
    target.ownBitmapSent = true;
    persistSuperblock(r, volume, { kind: 'sync-bitmap-settled', device, link });
    return;
  }
  const total = dirtyBits(volume, connection.peer);
  if (target !== undefined) {
    if (total > 0 && volume.disk !== 'Inconsistent') {
      // Marks arrived after the bitmap, on what was an empty resync until then.
      setDisk(r, volume, 'Inconsistent', 'resync');
      persistSuperblock(r, volume, { kind: 'sync-bitmap-settled', device, link });
      return;
    }
    askForNoReplication(r, device, target);
    sendBitmap(r, device);
    target.bitmapAt = r.stateSequence;
    target.totalBlocks = total;
    setReplication(r, device, 'SyncTarget');
  } else if (device.source !== undefined) {
    device.source.totalBlocks = total;
    setReplication(r, device, 'SyncSource');
    showSourceState(r, device);
  }
}

/** What this side has moved on from is of no interest any more: it becomes what the source is. */
export function forgetTracking({ volume, connection }: PeerDevice): void {
  const slot = volume.md?.slots.get(connection.peer);
  if (slot !== undefined) slot.generation = NO_GENERATION as Generation;
}

/** Without a bitmap on one side there is nothing to exchange. */
export function forgetMarks(r: Resource, device: PeerDevice): void {
  const slot = device.volume.md?.slots.get(device.connection.peer);
  if (slot === undefined) return;
  clearAllTowards(device.volume, device.connection.peer);
  slot.generation = NO_GENERATION;
  persistSuperblock(r, device.volume, { kind: 'nothing' });
}
