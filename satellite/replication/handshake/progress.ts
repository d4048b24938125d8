/** How far the handshake on a fresh link has come: what was sent, what was received, what each end concluded. */
import type { NodeId, PeerMask, VolumeNumber } from '../../../common/ids.ts';
import type { ConnectionState, Role } from '../../../common/states.ts';
import type { Judgement } from './verdict.ts';
import type { DataFrame, ReplicationProtocol, VolumeHandshake, VolumeVerdict } from '../wire/frames.ts';

export interface Handshaking {
  peerFeaturesIn: boolean;
  sent: readonly VolumeHandshake[] | undefined;
  sentRole: Role;
  /** Who was said to cover the peer's loss. */
  sentCovered: PeerMask;
  /** Primaries on this side of the link, as they were told. */
  sentPrimaries: PeerMask;
  /** Whom this node was connected with then. */
  sentNeighbours: PeerMask;
  sentLast: { readonly node: NodeId | undefined; readonly dagtag: number };
  received: Extract<DataFrame, { type: 'PROTOCOL' }> | undefined;
  verdicts: readonly VolumeVerdict[] | undefined;
  judgements: ReadonlyMap<VolumeNumber, Judgement>;
  peerVerdicts: readonly VolumeVerdict[] | undefined;
  /** Both ends would connect; the cluster is asked (joining.ts), and the frames of that change may pass this link. */
  ready: boolean;
}

/** What a connection knows of its handshakes. */
export interface HandshakeState {
  handshake: Handshaking | undefined;
  /** StandAlone because these two snapshots do not go together: it is tried again once either end has another one. */
  refused: Handshaking | undefined;
  /** An administrator has said that in a conflict with this peer the data here give way; until that has happened. */
  discardMyData: boolean;
  /** The link was ended by one of its two ends to judge anew, and the first attempt to have it back is under way. */
  renewing: boolean;
  /** Agreed in the handshake: options/protocol.ts. Before the first one, what this end wants. */
  protocol: ReplicationProtocol;
}

/** The two are shaking hands, or are about to do so again on a link that one of them has let go for that. */
export const isBeingMet = ({
  handshake,
  renewing,
  state,
}: HandshakeState & { readonly state: ConnectionState }): boolean =>
  handshake !== undefined || (renewing && state === 'Connecting');

export type HandshakeWork =
  | { readonly kind: 'first-generation'; readonly volume: VolumeNumber }
  | { readonly kind: 'give-up-role'; readonly peer: NodeId; readonly volume: VolumeNumber };
