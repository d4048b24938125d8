/** What a plan does to running resyncs from outside: an administrator's pause, and the order of resyncs on a node. */
import { EVENT_CLASS, type Agenda } from './agenda.ts';
import type { PlanAction } from './plan.ts';
import type { SimNode } from './sim-node.ts';

export type ResyncAction = Extract<PlanAction, { do: 'pause-sync' | 'resume-sync' | 'resync-turn' }>;

export function actOnResync(agenda: Agenda, action: ResyncAction, node: SimNode, peer: SimNode): void {
  if (node.state !== 'up') return;
  if (action.do === 'resume-sync') {
    setPause(node, peer, 'resume-sync');
    return;
  }
  const { incarnation } = node;
  const set = (on: boolean): void => {
    if (!node.alive || node.incarnation !== incarnation) return;
    if (action.do === 'pause-sync') setPause(node, peer, on ? 'pause-sync' : 'resume-sync');
    else setTurn(node, peer, action.reason, on);
  };
  set(true);
  // Also after the heal: whoever paused a resync lets it go on.
  agenda.after(action.forMs * 1_000, EVENT_CLASS.fault, () => set(false));
}

/** The end of the chaos ends every pause that was to last longer. */
export function resumeResyncs(nodes: readonly SimNode[]): void {
  for (const node of nodes) {
    for (const { peer, peerDevices } of node.core?.status().connections ?? []) {
      const reasons = peerDevices.flatMap(({ resyncSuspended }) => resyncSuspended.split(','));
      const other = nodes[peer];
      if (other === undefined) continue;
      if (reasons.includes('user')) setPause(node, other, 'resume-sync');
      for (const reason of ['dependency', 'max-parallel'] as const)
        if (reasons.includes(reason)) setTurn(node, other, reason, false);
    }
  }
}

function setPause(node: SimNode, peer: SimNode, kind: 'pause-sync' | 'resume-sync'): void {
  for (const { volume } of node.config.volumes)
    node.request(
      (id) => ({ kind, id, volume, peer: peer.id }),
      () => {},
    );
}

function setTurn(node: SimNode, peer: SimNode, reason: 'dependency' | 'max-parallel', waits: boolean): void {
  for (const { volume } of node.config.volumes)
    node.input({ kind: 'resync-turn', volume, peer: peer.id, reason, waits });
}
