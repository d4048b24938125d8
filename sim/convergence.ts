/** O26: what still keeps the cluster from being healthy, in words; undefined when nothing does. */
import type { SimNode } from './sim-node.ts';

/** @param marksAllowed what a verify has marked waits for an administrator */
export function stuckReason(nodes: readonly SimNode[], marksAllowed = false): string | undefined {
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
export function inFlightReason(nodes: readonly SimNode[]): string | undefined {
  for (const node of nodes) {
    for (const { peer, apInFlightBytes } of node.core?.status().connections ?? []) {
      if (apInFlightBytes > 0) return `n${peer} has not confirmed ${apInFlightBytes} bytes written on n${node.id}`;
    }
  }
  return undefined;
}

function stuckAlone(node: SimNode): string | undefined {
  if (node.state !== 'up' || node.paused) return `n${node.id} is ${node.paused ? 'paused' : node.state}`;
  if (!node.diskful) return undefined;
  const volume = node.view.disk.findIndex((state) => state !== 'UpToDate');
  return volume < 0 ? undefined : `n${node.id} volume ${volume} is ${node.view.disk[volume]}`;
}

function stuckWithPeers(node: SimNode, nodes: readonly SimNode[], marksAllowed: boolean): string | undefined {
  for (const peer of nodes) {
    if (!node.config.peers.some((each) => each.node === peer.id)) continue;
    const state = node.view.connection[peer.id];
    if (peer.state === 'lost') {
      // What a node does about a death begins when it notices.
      if (state === 'Connected') return `n${node.id} believes that n${peer.id} lives`;
      continue;
    }
    if (state !== 'Connected') return `n${node.id} is ${state} towards n${peer.id}`;
    const differing = node.config.volumes.find(({ volume }) => node.sectorsOf(volume) !== peer.sectorsOf(volume));
    if (node.changesSize && differing !== undefined)
      return `n${node.id} and n${peer.id} have other sizes of volume ${differing.volume}`;
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
