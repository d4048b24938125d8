/** O26: what still keeps the cluster from being healthy, in words; undefined when nothing does. */
import type { NodeId, VolumeNumber } from '../common/ids.ts';
import type { NodeView } from './node-view.ts';

/** What the ground truth has to know of a node: one of the simulator's, or a real process. */
export interface WatchedNode {
  readonly id: NodeId;
  readonly diskful: boolean;
  readonly state: 'booting' | 'up' | 'down' | 'lost';
  readonly paused: boolean;
  readonly alive: boolean;
  readonly view: NodeView;
  /** Its volumes may have other sizes than the plan says. */
  readonly changesSize: boolean;
  sectorsOf(volume: number): number;
  readonly config: {
    readonly peers: readonly { readonly node: NodeId }[];
    readonly volumes: readonly { readonly volume: VolumeNumber; readonly sizeBytes: number }[];
  };
  readonly core:
    | {
        outOfSync(volume: VolumeNumber, peer: NodeId, from: number, lengthBytes: number): boolean;
        status(): { readonly connections: readonly { readonly peer: NodeId; readonly apInFlightBytes: number }[] };
      }
    | undefined;
}

/** @param marksAllowed what a verify has marked waits for an administrator */
export function stuckReason(nodes: readonly WatchedNode[], marksAllowed = false): string | undefined {
  for (const node of nodes) {
    if (node.state === 'lost') continue;
    const reason = stuckAlone(node) ?? stuckWithPeers(node, nodes, marksAllowed);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * Replicas are compared only when nothing is on its way between them (O5: "no in-flight writes"). Under protocols A and B
 * the client's answer does not say so: what was answered long ago may still be in a send buffer or behind the peer's
 * activity log. Only the barrier ack of its epoch ends that, which must come as surely as the answer.
 */
export function inFlightReason(nodes: readonly WatchedNode[]): string | undefined {
  for (const node of nodes) {
    for (const { peer, apInFlightBytes } of node.core?.status().connections ?? []) {
      if (apInFlightBytes > 0) return `n${peer} has not confirmed ${apInFlightBytes} bytes written on n${node.id}`;
    }
  }
  return undefined;
}

function stuckAlone(node: WatchedNode): string | undefined {
  if (node.state !== 'up' || node.paused) return `n${node.id} is ${node.paused ? 'paused' : node.state}`;
  if (!node.diskful) return undefined;
  const volume = node.view.disk.findIndex((state) => state !== 'UpToDate');
  return volume < 0 ? undefined : `n${node.id} volume ${volume} is ${node.view.disk[volume]}`;
}

function stuckWithPeers(node: WatchedNode, nodes: readonly WatchedNode[], marksAllowed: boolean): string | undefined {
  for (const peer of nodes) {
    if (!isPeer(node, peer.id)) continue;
    const state = node.view.connection[peer.id];
    if (peer.state === 'lost') {
      // What a node does about a death begins when it notices.
      if (state === 'Connected') return `n${node.id} believes that n${peer.id} lives`;
      continue;
    }
    if (state !== 'Connected') return `n${node.id} is ${state} towards n${peer.id}`;
    if (node.changesSize) {
      const differing = node.config.volumes.find(({ volume }) => node.sectorsOf(volume) !== peer.sectorsOf(volume));
      if (differing !== undefined) return `n${node.id} and n${peer.id} have other sizes of volume ${differing.volume}`;
    }
    for (const { volume, sizeBytes } of node.config.volumes) {
      const replication = node.view.replication[peer.id]?.[volume];
      if (replication !== 'Established') return `n${node.id} is ${replication} towards n${peer.id} on volume ${volume}`;
      if (!peer.diskful) continue;
      const disk = node.view.peerDisk[peer.id]?.[volume];
      if (disk !== 'UpToDate') return `n${node.id} sees the disk of n${peer.id} volume ${volume} as ${disk}`;
      if (!marksAllowed && node.diskful && node.core?.outOfSync(volume, peer.id, 0, sizeBytes) === true) {
        return `n${node.id} has marks towards n${peer.id} on volume ${volume}`;
      }
    }
  }
  return undefined;
}

function isPeer(node: WatchedNode, id: NodeId): boolean {
  for (const peer of node.config.peers) if (peer.node === id) return true;
  return false;
}
