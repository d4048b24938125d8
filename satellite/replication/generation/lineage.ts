/** The generations of a volume: what its data is, was, and is about to become. Plain data. */
import type { Generation, NodeId, PeerMask } from '../../../common/ids.ts';
import type { LinkId } from '../payload.ts';
import type { Millis } from '../../../common/units.ts';

export interface NotedStep {
  readonly link: LinkId;
  readonly maker: NodeId;
  readonly previous: Generation;
  readonly current: Generation;
  readonly weak: PeerMask;
}

export interface Lineage {
  /** Generation of the data; on a diskless node the one that it has exposed to its clients. */
  current: Generation;
  history: Generation[];
  /** The generation before the last change, while no write of the new one has completed (diskless Primary). */
  unusedPrevious: Generation | undefined;
  /** What this Primary told its peers to move on to while its own disk was behind. */
  issued: { readonly previous: Generation; readonly current: Generation }[];
  /** What a Primary told on this link while this disk was behind, latest last; see noted-steps.ts. */
  readonly noted: NotedStep[];
  /** The furthest generation that a source has offered since this disk fell behind, and when that source was lost. */
  towards:
    | {
        readonly history: readonly Generation[];
        lostAt: Millis;
        /** How far a Primary that was our source had come in its own stream when it gave us the last block. */
        given: { readonly node: NodeId; readonly dagtag: number } | undefined;
      }
    | undefined;
  /** What the node that last wrote to us (`lastPrimary`) was writing in when its link was lost. */
  lostStream: Generation | undefined;
  /** Which Primary made a generation that was current here, and whom it left behind; see two-primaries/crossing.ts. */
  made: { readonly current: Generation; readonly node: NodeId; readonly weak: PeerMask } | undefined;
  generationDue: boolean;
  generationBusy: boolean;
}
