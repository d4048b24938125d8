/**
 * What marks a sector as possibly different between two replicas (O7), for one end of the pair: from memory on a running
 * node, from the persisted metadata image on a dead one. Bits, hot activity-log extents, a pending full sync, or generations
 * of which the handshake makes a full sync.
 */
import type { NodeId } from '../../common/ids.ts';
import { JUST_CREATED, NO_GENERATION, sameGeneration } from '../../satellite/replication/metadata/generation-id.ts';
import { type ReadMetadata, readMetadata } from '../../satellite/replication/metadata/format.ts';
import { AL_EXTENT_BYTES } from '../../satellite/replication/metadata/layout.ts';
import type { Generation } from '../../common/ids.ts';
import type { SimNode } from '../sim-node.ts';
import { Violation } from './violation.ts';

export interface Coverage {
  readonly current: Generation;
  /** Generations at which the slots began to track, by node. */
  readonly slots: ReadonlyMap<number, Generation>;
  /** Is this byte of the volume marked towards `peer`? */
  marks(peer: number, byte: number): boolean;
  /** Is it in a hot extent? */
  isHot(byte: number): boolean;
}

/** @throws Violation BOOT when a dead node's metadata is unreadable. */
export function coverageOf(node: SimNode, volume: number): Coverage | undefined {
  return node.alive ? fromMemory(node, volume) : fromImage(node, volume);
}

function fromMemory(node: SimNode, volume: number): Coverage | undefined {
  const { core } = node;
  const disk = node.disks[volume];
  if (core === undefined || disk === undefined) return undefined;
  const status = core.status();
  const own = status.volumes[volume];
  if (own === undefined) return undefined;
  const slots = new Map<number, Generation>();
  for (const connection of status.connections) {
    const device = connection.peerDevices.find((each) => each.volume === volume);
    if (device !== undefined) slots.set(connection.peer, BigInt(`0x${device.bitmapGeneration}`) as Generation);
  }
  const hot = node.activeExtents(volume);
  return {
    current: BigInt(`0x${own.currentGeneration}`) as Generation,
    slots,
    marks: (peer, byte) => node.marked(volume, peer, Math.floor(byte / disk.sectorBytes)),
    isHot: (byte) => hot.has(Math.floor(byte / AL_EXTENT_BYTES)),
  };
}

function fromImage(node: SimNode, volume: number): Coverage | undefined {
  const image = node.disks[volume]?.metadataView;
  const config = node.config.volumes[volume];
  if (image === undefined || config === undefined) return undefined;
  const expect = { resource: node.config.name, volume: config.volume, node: node.id };
  const read = readMetadata(image, expect);
  if (!read.ok)
    throw new Violation(
      'BOOT',
      `the metadata of n${node.id} volume ${volume} is unreadable after a crash: ${read.cause}`,
    );
  return fromMetadata(read);
}

export function fromMetadata(read: ReadMetadata): Coverage {
  const { superblock, bitmap, layout } = read;
  const hot = new Set(read.hotExtents);
  const slots = new Map<number, Generation>();
  const slotOf = new Map<number, number>();
  const full = new Set<number>();
  for (const peer of superblock.peers) {
    if (peer.slot === undefined) continue;
    slots.set(peer.node, peer.bitmap);
    slotOf.set(peer.node, peer.slot);
    if (peer.fullSync) full.add(peer.node);
  }
  return {
    current: superblock.current,
    slots,
    marks: (peer, byte) => {
      const slot = slotOf.get(peer);
      return full.has(peer) || (slot !== undefined && bitmap.test(slot, Math.floor(byte / layout.blockBytes)));
    },
    isHot: (byte) => superblock.unlogged === true || hot.has(Math.floor(byte / AL_EXTENT_BYTES)),
  };
}

/** Will the handshake of these two find this byte? */
export function covers(a: Coverage, aNode: NodeId, b: Coverage, bNode: NodeId, byte: number): boolean {
  if (a.marks(bNode, byte) || b.marks(aNode, byte)) return true;
  if (sameGeneration(a.current, b.current)) return false;
  const fresh = (each: Coverage): boolean => each.current === JUST_CREATED || each.current === NO_GENERATION;
  if (fresh(a) || fresh(b)) return true;
  return lineageCovers(a, bNode, b, byte) ?? lineageCovers(b, aNode, a, byte) ?? true;
}

/**
 * Rules 16 to 19: `source` tracks from the generation that `target` has, in the target's own slot or in another's (whose bits
 * then count). Undefined: it does not, and rules 20 and later force a full sync (or refuse).
 */
function lineageCovers(source: Coverage, targetNode: number, target: Coverage, byte: number): boolean | undefined {
  const own = source.slots.get(targetNode);
  if (own !== undefined && own !== NO_GENERATION && sameGeneration(own, target.current)) return false;
  for (const [node, generation] of source.slots) {
    if (node === targetNode || generation === NO_GENERATION || !sameGeneration(generation, target.current)) continue;
    return source.marks(node, byte);
  }
  return undefined;
}
