/** Peers that were removed and not forgotten (DRBD: del-peer without forget-peer): they keep their slot, and their vote. Plain data. */
import type { NodeId } from '../../../common/ids.ts';

export interface Membership {
  readonly formerPeers: Map<NodeId, FormerPeer>;
}

export interface FormerPeer {
  readonly name: string;
  readonly diskful: boolean;
  readonly slot: number | undefined;
}

/** Nodes that have a vote although no connection is left to them. */
export function formerVoters({ formerPeers }: Membership): number {
  let count = 0;
  for (const { diskful } of formerPeers.values()) if (diskful) count += 1;
  return count;
}
