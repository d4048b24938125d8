/** What a node remembers of the cluster-wide changes that are under way. Plain data; behaviour: coordinator.ts, participant.ts. */
import { EMPTY_MASK, type NodeId, type PeerMask } from '../../../common/ids.ts';
import type { Bytes, Millis } from '../../../common/units.ts';
import type { DiskImage } from '../disk/transit.ts';
import type { ClientRequestId } from '../payload.ts';
import type { ChangeId, ClusterChange, Objection, Tally } from '../wire/two-phase-frames.ts';

/** A change that this node wants: see the diagram in coordinator.ts. */
export interface Proposal {
  readonly change: ClusterChange;
  /** The administrator who is answered when it has ended. */
  readonly client: ClientRequestId | undefined;
  state: 'queued' | 'preparing' | 'agreed' | 'refused' | 'withdrawn' | 'done';
  /** Attempts that ended because somebody was busy, a link broke or an answer did not come. */
  tries: number;
  notBefore: Millis;
  readonly since: Millis;
  /** Of the current attempt: its number, its end, whom it was sent to, who has not answered yet. */
  transaction: number;
  expires: Millis;
  asked: PeerMask;
  waiting: PeerMask;
  tally: Tally;
  /** Of a `connect`: the Primaries beyond the link. */
  across: PeerMask;
  /** Why it was refused. */
  objection: Objection | undefined;
}

/** A change of another node that this one has agreed to, or is asking its neighbours about. */
export interface Joined extends ChangeId {
  readonly change: ClusterChange;
  /** Neighbours that sent the PREPARE. The first one gets the answer; while any of their links stands, a decision can come. */
  parents: PeerMask;
  readonly answersTo: NodeId;
  asked: PeerMask;
  waiting: PeerMask;
  tally: Tally;
  readonly expires: Millis;
}

/** What a commit says. */
export interface ChangeOutcome extends ChangeId {
  readonly change: ClusterChange;
  readonly reachable: PeerMask;
  readonly primaries: PeerMask;
  readonly weak: PeerMask;
  readonly sizeBytes: Bytes;
}

export interface ClusterChanges {
  /** In the order in which they were asked for; at most one is preparing or agreed. */
  readonly proposals: Proposal[];
  joined: Joined | undefined;
  /** 0: none was drawn yet. */
  nextTransaction: number;
  /** Primaries that the last commit named and that this node has no link to. */
  farPrimaries: PeerMask;
  /** Nodes that were heard of since the start, and that no link of this node is meant to reach. */
  beyond: PeerMask;
  /** Primaries that peers have told of, and about which the cluster has been asked. */
  askedAbout: PeerMask;
  /** The disks whose attach waits for an agreement. */
  readonly attaching: Map<Proposal, DiskImage>;
}

export const newChanges = (): ClusterChanges => ({
  proposals: [],
  joined: undefined,
  nextTransaction: 0,
  farPrimaries: EMPTY_MASK,
  beyond: EMPTY_MASK,
  askedAbout: EMPTY_MASK,
  attaching: new Map(),
});
