/** Where the writes of this node stand in their one order over all volumes. Plain data. */
import type { PeerMask } from '../../../common/ids.ts';

export interface WriteOrder {
  epoch: number;
  epochWrites: number;
  dagtag: number;
  /** Activity-log extents that the writes of the transfer log touch, each counted by itself. */
  logExtents: number;
  pendingPeerAck: { dagtag: number; mask: PeerMask; bytes: number } | undefined;
}
