/**
 * When a cluster has come to rest under the faults of the moment: whoever can talk is connected and not in a resync, whoever
 * cannot is known to be gone. What the simulator's plans give time for, the runner waits for.
 */
import type { ReplicationState } from '../../../common/states.ts';
import type { ProcessNode } from './process-node.ts';

interface Circumstances {
  readonly present: readonly ProcessNode[];
  areJoined(a: ProcessNode, b: ProcessNode): boolean;
  /** Its disks do not answer: its links come and go. */
  isHung(node: ProcessNode): boolean;
}

/** @returns what is still to come, in words; undefined when nothing is. */
export function unrest({ present, areJoined, isHung }: Circumstances): string | undefined {
  for (const node of present) {
    if (node.state !== 'up' || node.paused || isHung(node)) continue;
    for (const peer of present) {
      if (!node.config.peers.some((each) => each.node === peer.id) || isHung(peer)) continue;
      const state = node.view.connection[peer.id];
      const isThere = peer.state === 'up' && !peer.paused && areJoined(node, peer);
      if (!isThere && state === 'Connected') return `n${node.id} has not noticed that n${peer.id} is out of reach`;
      if (!isThere || state === 'StandAlone' || peer.view.connection[node.id] === 'StandAlone') continue;
      if (state !== 'Connected') return `n${node.id} is ${state} towards n${peer.id}`;
      const busy = node.view.replication[peer.id]?.find(isMoving);
      if (busy !== undefined) return `n${node.id} is ${busy} towards n${peer.id}`;
    }
  }
  return undefined;
}

const isMoving = (state: ReplicationState): boolean => /^(WF|Starting|Sync|Verify)/.test(state);
