/** How far the resync of one peer device has come on the target's side, as plain numbers; its requests are in state.ts. */

/** What the speed of a resync is decided by: see pacing.ts. */
export interface Pacing {
  /** Corrections planned by the speed controller, in bytes. */
  plan: readonly number[];
  /** Bytes that may still be asked for in this step; below zero when a block was larger than that. */
  budget: number;
  /** When this step began; -1 before the first. */
  stepAt: number;
  /** Bytes that came back since. */
  arrived: number;
  /** What applications had read and written on the volume when it was last looked at. */
  foreignBytes: number;
  /** When an application was last seen to be active. */
  activeAt: number;
  /** How many blocks were left, every few seconds; the oldest first. */
  readonly marks: { readonly at: number; readonly left: number }[];
}

export interface TargetProgress {
  cursor: number;
  flushing: boolean;
  /** Active: requesting. Idle: paused in favour of another source. */
  active: boolean;
  /** Marks that arrived late and are not durable yet: nothing is asked for meanwhile. */
  settling: number;
  /** Third nodes are marked for the blocks that this resync brings. */
  thirdMarked: boolean;
  /** The source cannot serve now (it lost the Primary that we follow); until its next STATE. */
  cancelled: boolean;
  bitsIn: boolean;
  ownBitmapSent: boolean;
  /** The last STATE that left before our bitmap: whoever has seen a later one has the bitmap. */
  bitmapAt: number;
  doneSent: boolean;
  totalBlocks: number;
  doneBlocks: number;
  /** Sequence of our STATE that announced Inconsistent: a Primary that has seen it mirrors to us. */
  announced: number;
  readonly pacing: Pacing;
}

const newPacing = (): Pacing => ({
  plan: [],
  budget: 0,
  stepAt: -1,
  arrived: 0,
  foreignBytes: 0,
  activeAt: Number.NEGATIVE_INFINITY,
  marks: [],
});

export function newTargetProgress(): TargetProgress {
  return {
    cursor: 0,
    flushing: false,
    active: false,
    settling: 0,
    thirdMarked: false,
    cancelled: false,
    bitsIn: false,
    ownBitmapSent: false,
    bitmapAt: 0,
    doneSent: false,
    totalBlocks: 0,
    doneBlocks: 0,
    announced: 0,
    pacing: newPacing(),
  };
}
