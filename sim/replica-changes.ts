/**
 * Replicas come and go while the others run, as the controller would have it: everybody is told of the new peer before it
 * starts; of one that leaves, after it is gone.
 */
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { FirstGeneration } from '../satellite/replication/events.ts';
import type { Fencing } from './fencing.ts';
import { configOf, volumeConfigOf } from './topology.ts';
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

/**
 * Can those who are left still settle everything among themselves? Not if `gone` stood between two of them, as in a chain: both
 * ends would be promoted in turn, and no link would ever bring them together. An operator would first link its neighbours, which
 * no plan can. No data come through a node without a disk.
 */
export function keepsOthersTogether(nodes: readonly SimNode[], gone: SimNode): boolean {
  const left = nodes.filter((node) => node !== gone && node.state !== 'lost');
  const reached = new Set(left.filter(({ diskful }) => diskful).slice(0, 1));
  for (const node of reached) {
    if (!node.diskful) continue;
    for (const other of left) if (node.config.peers.some((peer) => peer.node === other.id)) reached.add(other);
  }
  return reached.size === 0 || reached.size === left.length;
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

/** Volume by volume; once all have begun, whoever begins with this node is as good as it. */
export function beginGeneration(
  { nodes, fencing }: { readonly nodes: readonly SimNode[]; readonly fencing: Fencing },
  node: SimNode,
  how: FirstGeneration,
): void {
  if (node.state !== 'up' || !node.diskful) return;
  const alike = nodes.filter(
    (each) =>
      each === node || (how === 'clear-bitmap' && each.diskful && node.view.connection[each.id] === 'Connected'),
  );
  let left = node.config.volumes.length;
  for (const { volume } of node.config.volumes) {
    node.request(
      (id) => ({ kind: 'new-current-uuid', id, volume, how }),
      ({ ok }) => {
        left -= ok ? 1 : 0;
        if (left === 0) fencing.begin(alike.map((each) => each.id));
      },
    );
  }
}

/** A volume that the plan calls absent comes to this node while it runs. @returns whether it is to be attached now */
export function addVolume(plan: Plan, node: SimNode, volume: number): boolean {
  const isNew = plan.volumes[volume]?.absent === true && node.config.volumes.every((each) => each.volume !== volume);
  if (!isNew || node.state !== 'up') return false;
  const config = volumeConfigOf(plan, node.id, volume);
  node.config = { ...node.config, volumes: [...node.config.volumes, config] };
  node.input({ kind: 'add-volume', volume: config });
  return config.diskful;
}
