/** A resync that an administrator asked for, or that this node owes to a peer. */
import type { ClientRequestId, LinkId } from '../payload.ts';

export interface SyncWish {
  /** What this node is to become. */
  readonly side: 'source' | 'target';
  readonly allBlocks: boolean;
  /** Of this node itself, and void with that link: a new handshake knows better. */
  readonly link?: LinkId | undefined;
  /** Answered when the peer has agreed or refused; undefined: it was answered "resync running" and waits for that one's end. */
  readonly client: ClientRequestId | undefined;
  /** START_SYNC has been sent over the present link. */
  asked: boolean;
}
