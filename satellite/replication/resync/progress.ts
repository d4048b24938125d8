/** How far the resync of one peer device has come, as plain data; its requests are in state.ts. */
import type { Generation, NodeId, PeerMask } from '../../../common/ids.ts';
import type { HandlerRunId } from '../handlers/handler-calls.ts';
import type { Digest } from '../../../common/options/options.ts';

/** before-resync-target or -source: not called yet, under way, or passed. */
type HandlerStage = 'due' | HandlerRunId | 'done';

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
  handler: HandlerStage;
  /** The target sends the digest of what it has; `none`: blocks are copied whole. */
  readonly digest: Digest;
  /** Of equal generations: most blocks are found equal, and only what is really brought is marked towards third nodes. */
  readonly marksEach: boolean;
  /** The source was Primary and crashed: its disk may have lost what was not flushed. */
  readonly ofCrashedPrimary: boolean;
  cursor: number;
  flushing: boolean;
  /** Active: requesting. Idle: paused in favour of another source. */
  active: boolean;
  /** Another source is worth the change: nothing more is asked of this one. */
  draining: boolean;
  /** The source has been asked not to mirror, and has not said that it does again. */
  unreplicated: boolean;
  asksReplication: boolean;
  /** Blocks that were left when the last pass of that kind had ended, and those that were named since. */
  passBlocks: number;
  aside: (readonly [first: number, last: number])[];
  /** Marks that arrived late and are not durable yet: nothing is asked for meanwhile. */
  settling: number;
  /** Third nodes are marked for the blocks that this resync brings. */
  thirdMarked: boolean;
  /** Whom the source had in sync with itself when it agreed that nothing is left. */
  sourceInSync: PeerMask | undefined;
  /** The source cannot serve now (it lost the Primary that we follow); until its next STATE. */
  cancelled: boolean;
  bitsIn: boolean;
  ownBitmapSent: boolean;
  /** The last STATE that left before our bitmap: whoever has seen a later one has the bitmap. */
  bitmapAt: number;
  doneSent: boolean;
  totalBlocks: number;
  doneBlocks: number;
  /** Of these, found equal and not copied. */
  equalBlocks: number;
  /** Sequence of our STATE that announced Inconsistent: a Primary that has seen it mirrors to us. */
  announced: number;
  /** Blocks that were marked while a copy of them was under way. */
  markedAgain: (readonly [first: number, last: number])[];
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

export function newTargetProgress(digest: Digest, marksEach: boolean, ofCrashedPrimary: boolean): TargetProgress {
  return {
    handler: 'due',
    digest,
    marksEach,
    ofCrashedPrimary,
    cursor: 0,
    flushing: false,
    active: false,
    draining: false,
    unreplicated: false,
    asksReplication: false,
    passBlocks: 0,
    aside: [],
    settling: 0,
    thirdMarked: false,
    sourceInSync: undefined,
    cancelled: false,
    bitsIn: false,
    ownBitmapSent: false,
    bitmapAt: 0,
    doneSent: false,
    totalBlocks: 0,
    doneBlocks: 0,
    equalBlocks: 0,
    announced: 0,
    markedAgain: [],
    pacing: newPacing(),
  };
}

export interface SourceProgress {
  handler: HandlerStage;
  bitsIn: boolean;
  /** The target was half filled already, perhaps by us before a crash. */
  readonly wasInconsistent: boolean;
  peerPaused: boolean;
  /** The target gets no writes: they are marked, and it is told. */
  unreplicated: boolean;
  /** Our position that it was told last, while it gets no writes. */
  toldDagtag: number;
  totalBlocks: number;
  doneBlocks: number;
  /** The target says that it has everything, as of this position of that Primary. */
  done: { readonly dagtagNode: NodeId | undefined; readonly dagtag: number } | undefined;
  /** RS_FINISHED is on its way: the slot stays until the target's STATE confirms. */
  finishing: boolean;
  /** The target's generation, to be recorded in our slot once the target has begun. */
  tracksFrom: Generation | undefined;
  /** Blocks that were marked while a copy of them was under way. */
  markedAgain: (readonly [first: number, last: number])[];
}

export const newSourceProgress = (wasInconsistent: boolean): SourceProgress => ({
  handler: 'due',
  bitsIn: false,
  wasInconsistent,
  peerPaused: false,
  unreplicated: false,
  toldDagtag: 0,
  totalBlocks: 0,
  doneBlocks: 0,
  done: undefined,
  finishing: false,
  tracksFrom: undefined,
  markedAgain: [],
});
