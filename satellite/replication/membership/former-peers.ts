/** Peers that were removed and not forgotten (DRBD: del-peer without forget-peer): they keep their slot, and their vote. Plain data. */
import type { NodeId } from '../../../common/ids.ts';

export interface Membership<Connection> {
  readonly formerPeers: Map<NodeId, FormerPeer>;
  /**
   * The connections of peers that were removed while writes waited for them with all completions frozen (thaw.ts). Removed or
   * forgotten, what is owed is settled only when completions go on; a peer that is known again before that gets it anew.
   */
  readonly owedToRemoved: Map<NodeId, Connection>;
}

export interface FormerPeer {
  readonly name: string;
  readonly diskful: boolean;
  readonly slot: number | undefined;
}

/** Nodes that have a vote although no connection is left to them. */
export function formerVoters({ formerPeers }: Membership<unknown>): number {
  let count = 0;
  for (const { diskful } of formerPeers.values()) if (diskful) count += 1;
  return count;
}
