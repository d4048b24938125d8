/** A bitmap slot as it is used while a disk is attached: which node it is for, and since when it tracks. */
import type { Generation, NodeId } from '../../../common/ids.ts';

export interface SlotRecord {
  readonly node: NodeId;
  readonly slot: number;
  /** The generation that the peer had when this slot began to track; 0 = in sync when last seen. */
  generation: Generation;
  /** The last write of a peer for which this slot was marked: whose, and where in its stream. Not kept on disk. */
  markedBy: NodeId | undefined;
  markedAt: number;
  /** Groups of its pages that are on their way to disk after it was filled as a whole: until then all of it counts as set there. */
  settling: number;
}

/** A slot of no node (see spare-slot.ts). */
export interface SpareSlot {
  readonly slot: number;
  /** The generation in which a holder lacks exactly what is marked here; 0 = that of our data. */
  generation: Generation;
  settling: number;
}

export function newSlot(node: NodeId, slot: number, generation: Generation): SlotRecord {
  return { node, slot, generation, markedBy: undefined, markedAt: 0, settling: 0 };
}
