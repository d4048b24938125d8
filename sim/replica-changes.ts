/**
 * Replicas come and go while the others run, as the controller would have it: everybody is told of the new peer before it
 * starts; of one that leaves, after it is gone.
 */
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import { configOf } from './topology.ts';
import type { Plan } from './plan.ts';
import type { SimNode } from './sim-node.ts';

/** Nodes that a plan calls absent are not there, and nobody knows them, until `addReplica`. */
export function leaveOutAbsent(plan: Plan, nodes: readonly SimNode[]): void {
  for (const gone of nodes) {
    if (plan.nodes[gone.id]?.absent !== true) continue;
    gone.state = 'lost';
    for (const node of nodes) if (node !== gone) forget(node, gone);
  }
}

export function addReplica(plan: Plan, nodes: readonly SimNode[], joining: SimNode): void {
  if (plan.nodes[joining.id]?.absent !== true || joining.state !== 'lost' || joining.incarnation > 0) return;
  joining.state = 'down';
  for (const node of nodes) {
    const peer = configOf(plan, node.id).peers.find((each) => each.node === joining.id);
    if (peer === undefined || node.config.peers.some((each) => each.node === joining.id)) continue;
    node.config = { ...node.config, peers: [...node.config.peers, peer].sort((a, b) => a.node - b.node) };
    if (node.alive)
      node.request(
        (id) => ({ kind: 'add-peer', id, peer }),
        () => {},
      );
  }
  joining.start();
}

/** `leaving` is dead already. */
export function removeReplica(nodes: readonly SimNode[], leaving: SimNode): void {
  leaving.state = 'lost';
  for (const node of nodes) {
    if (node === leaving) continue;
    forget(node, leaving);
    if (!node.alive) continue;
    node.request(
      (id) => ({ kind: 'remove-peer', id, peer: leaving.id }),
      () =>
        node.request(
          (id) => ({ kind: 'forget-peer', id, peer: leaving.id }),
          () => {},
        ),
    );
  }
}

function forget(node: SimNode, gone: SimNode): void {
  node.config = { ...node.config, peers: node.config.peers.filter((each) => each.node !== gone.id) };
}

/** `node` removes `peer`, forgets it unless its slot is kept, and gets to know it again later; also at the heal, as with a disconnect. */
export function forgetPeer(
  agenda: Agenda,
  node: SimNode,
  peer: SimNode,
  { forMs, keepSlot }: { readonly forMs: number; readonly keepSlot?: boolean | undefined },
): void {
  const config = node.config.peers.find((each) => each.node === peer.id);
  if (node.state !== 'up' || config === undefined) return;
  const { incarnation } = node;
  const nothing = (): void => {};
  node.request(
    (id) => ({ kind: 'remove-peer', id, peer: peer.id }),
    ({ ok }) => {
      if (ok && keepSlot !== true) node.request((id) => ({ kind: 'forget-peer', id, peer: peer.id }), nothing);
    },
  );
  agenda.after(forMs * 1_000, EVENT_CLASS.fault, () => {
    if (node.alive && node.incarnation === incarnation)
      node.request((id) => ({ kind: 'add-peer', id, peer: config }), nothing);
  });
}
