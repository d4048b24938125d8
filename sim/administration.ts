/**
 * What an administrator does while the application runs: promotes and demotes by hand, disconnects and connects again, takes a
 * disk away and gives it back. The answer may be a refusal: that is the core's business; the oracles watch what follows.
 */
import type { NodeId, VolumeNumber } from '../common/ids.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Fencing } from './fencing.ts';
import type { PlanAction } from './plan.ts';
import type { SimNode } from './sim-node.ts';

const DEMOTE_AGAIN_MS = 100;

export type AdminAction = Extract<PlanAction, { do: 'promote' | 'detach' }>;

export class Administration {
  private readonly agenda: Agenda;
  private readonly fencing: Fencing;

  constructor(agenda: Agenda, fencing: Fencing) {
    this.agenda = agenda;
    this.fencing = fencing;
  }

  act(action: AdminAction, node: SimNode): void {
    if (node.state !== 'up' || node.stopping) return;
    if (action.do === 'promote') this.promote(node, action.forMs);
    else this.detach(node, action.volume as VolumeNumber, action.forMs);
  }

  disconnect(node: SimNode, peer: SimNode, forMs: number): void {
    if (node.state !== 'up') return;
    const { incarnation } = node;
    node.request(
      (id) => ({ kind: 'disconnect', id, peer: peer.id }),
      () => {},
    );
    // Also at the heal: an administrator's disconnect ends with the chaos.
    this.agenda.after(forMs * 1_000, EVENT_CLASS.fault, () => {
      if (node.alive && node.incarnation === incarnation) this.connect(node, peer.id);
    });
  }

  private connect(node: SimNode, peer: NodeId): void {
    node.request(
      (id) => ({ kind: 'connect', id, peer }),
      () => {},
    );
  }

  /**
   * Races with whoever else wants to be Primary, without asking the agent that opens one node at a time. Only a node with all
   * its links: one that is cut off could not know better, and two Primaries would be nobody's fault.
   */
  private promote(node: SimNode, forMs: number): void {
    if (!node.config.peers.every((peer) => node.view.connection[peer.node] === 'Connected')) return;
    const { incarnation } = node;
    node.request(
      (id) => ({ kind: 'promote', id, force: false }),
      (outcome) => {
        if (outcome.ok) this.demote(node, incarnation, forMs);
      },
    );
  }

  /** A resource that is in use is demoted when its client is gone: closing does not undo what an administrator did. */
  private demote(node: SimNode, incarnation: number, afterMs: number): void {
    this.agenda.after(afterMs * 1_000, EVENT_CLASS.fault, () => {
      if (!node.alive || node.incarnation !== incarnation) return;
      node.request(
        (id) => ({ kind: 'demote', id }),
        (outcome) => {
          if (!outcome.ok) this.demote(node, incarnation, DEMOTE_AGAIN_MS);
        },
      );
    });
  }

  /** Skipped where it would take the last current copy. */
  private detach(node: SimNode, volume: VolumeNumber, forMs: number): void {
    const disk = node.disks[volume];
    if (disk === undefined || !this.fencing.isSpare(node)) return;
    const { incarnation } = node;
    node.request(
      (id) => ({ kind: 'detach', id, volume }),
      (outcome) => {
        if (!outcome.ok) return;
        this.agenda.after(0, EVENT_CLASS.fault, () => {
          if (node.incarnation === incarnation && node.view.role !== 'Primary') this.fencing.died(node, 'process');
        });
        this.agenda.after(forMs * 1_000, EVENT_CLASS.fault, () => {
          if (!node.alive || node.incarnation !== incarnation || node.view.disk[volume] !== 'Diskless') return;
          node.request(
            (id) => ({ kind: 'attach', id, volume, metadata: disk.metadataView.slice() }),
            () => {},
          );
        });
      },
    );
  }
}
