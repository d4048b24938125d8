/** A resync that an administrator asked for. */
import type { ClientRequestId } from '../payload.ts';

export interface SyncWish {
  /** What this node is to become. */
  readonly side: 'source' | 'target';
  readonly allBlocks: boolean;
  /** Answered when the peer has agreed or refused; undefined: it was answered "resync running" and waits for that one's end. */
  readonly client: ClientRequestId | undefined;
  /** START_SYNC has been sent over the present link. */
  asked: boolean;
}
