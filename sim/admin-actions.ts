/**
 * The administrator of the simulated cluster: promotes and demotes by hand, disconnects and connects again, detaches, attaches
 * and replaces disks of nodes that run. What is refused is left or tried again later, as an administrator would; at the heal
 * every disk that is still away comes back.
 */
import type { OperationError } from '../common/errors.ts';
import type { VolumeNumber } from '../common/ids.ts';
import { bytes } from '../common/units.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { Fencing } from './fencing.ts';
import { HandlerPrograms } from './handler-programs.ts';
import type { Plan, PlanAction } from './plan.ts';
import type { DeathKind, SimNode } from './sim-node.ts';
import { outdate, setOption, suspendIo } from './suspend-actions.ts';
import { formatDisk } from './topology.ts';
import { toggleDisk } from './toggle-disk.ts';
import type { Trace } from './trace.ts';

const RETRY_US = 300_000;
const DEMOTE_AGAIN_US = 100_000;
const HEAL_ROUNDS = 60;

export type AdminAction = Extract<
  PlanAction,
  { do: 'detach' | 'replace-disk' | 'toggle-disk' | 'promote' | 'suspend-io' | 'outdate' }
>;

export class Administrator {
  private readonly world: {
    readonly plan: Plan;
    readonly agenda: Agenda;
    readonly trace: Trace;
    readonly nodes: readonly SimNode[];
    readonly fencing: Fencing;
    kill(node: SimNode, kind: DeathKind): void;
    snapshot(node: SimNode): void;
  };

  private readonly handlers: HandlerPrograms;

  /** Attaches that were not answered yet: the core has been given the metadata of the disk as it was then. */
  private readonly attaching = new Set<{ readonly node: SimNode; readonly start: number; readonly volume: number }>();

  constructor(world: Administrator['world']) {
    this.world = world;
    this.handlers = new HandlerPrograms(world, world.fencing.out);
  }

  act(action: AdminAction, node: SimNode): void {
    switch (action.do) {
      case 'detach':
        return this.detach(node, action.volume, action.force === true, () => {
          const { forMs } = action;
          if (forMs !== undefined) this.later(node, forMs * 1_000, () => this.attach(node, action.volume));
        });
      case 'replace-disk':
        return this.detach(node, action.volume, false, () => this.replace(node, action.volume));
      case 'toggle-disk':
        return toggleDisk({ ...this.world, replace: (which, volume) => this.replace(which, volume) }, node, action);
      case 'promote':
        return this.promote(node, action.forMs * 1_000, action.apart === true);
      case 'suspend-io':
        return suspendIo(this.world, node, action.forMs);
      case 'outdate':
        return outdate(node);
    }
  }

  setOption(name: string, value: string): void {
    setOption(this.world, name, value);
  }

  disconnect(node: SimNode, peer: SimNode, forMs: number | undefined): void {
    if (node.state !== 'up') return;
    node.request(
      (id) => ({ kind: 'disconnect', id, peer: peer.id }),
      () => {},
    );
    // Also at the heal: an administrator's disconnect ends with the chaos.
    if (forMs !== undefined) this.later(node, forMs * 1_000, () => this.connect(node, peer, false));
  }

  connect(node: SimNode, peer: SimNode, discardMyData: boolean): void {
    if (node.state !== 'up') return;
    node.request(
      (id) => ({ kind: 'connect', id, peer: peer.id, ...(discardMyData ? { discardMyData } : {}) }),
      () => {},
    );
  }

  /**
   * Races with whoever else wants to be Primary, without asking the agent that opens one node at a time. Only a node with all
   * its links: one that is cut off could not know better, and two Primaries would be nobody's fault.
   */
  private promote(node: SimNode, forUs: number, apart: boolean): void {
    if (node.state !== 'up' || node.paused || node.stopping) return;
    if (!apart && !node.config.peers.every((peer) => node.view.connection[peer.node] === 'Connected')) return;
    node.request(
      (id) => ({ kind: 'promote', id, force: false }),
      (outcome) => {
        if (outcome.ok) this.later(node, forUs, () => this.demote(node));
      },
    );
  }

  /** A resource that is in use is demoted when its client is gone: closing does not undo what an administrator did. */
  private demote(node: SimNode): void {
    node.request(
      (id) => ({ kind: 'demote', id }),
      (outcome) => {
        if (!outcome.ok) this.later(node, DEMOTE_AGAIN_US, () => this.demote(node));
      },
    );
  }

  /** Every disk that is away while its node runs, also one that goes only now. */
  heal(rounds = HEAL_ROUNDS): void {
    this.handlers.heal();
    if ((this.world.plan.handlers?.beforeResyncFailsPermille ?? 0) > 0) this.reconnect();
    if (rounds > 0) this.world.agenda.after(RETRY_US, EVENT_CLASS.fault, () => this.heal(rounds - 1));
    for (const node of this.world.nodes) {
      node.disks.forEach((disk, volume) => {
        if (disk !== undefined) this.attach(node, volume, false);
      });
    }
  }

  /** A handler has dropped the link, and waits for somebody to say that it may come again. */
  private reconnect(): void {
    for (const node of this.world.nodes) {
      for (const { node: peer } of node.config.peers) {
        if (node.state !== 'up' || node.view.connection[peer] !== 'StandAlone') continue;
        node.request(
          (id) => ({ kind: 'connect', id, peer }),
          () => {},
        );
      }
    }
  }

  private detach(node: SimNode, volume: number, force: boolean, then: () => void): void {
    if (node.state !== 'up' || node.paused || node.stopping || node.disks[volume] === undefined) return;
    node.request(
      (id) => ({ kind: 'detach', id, volume: volume as VolumeNumber, force }),
      (outcome) => {
        if (outcome.ok) this.later(node, 0, then);
        else this.refused(node, 'detach', outcome.error);
      },
    );
  }

  /** Tries until the disk is there: a refusal may have a reason that passes. */
  attach(node: SimNode, volume: number, again = true): void {
    const disk = node.disks[volume];
    if (disk === undefined || node.state !== 'up' || node.stopping) return;
    if ((node.view.disk[volume] ?? 'Diskless') !== 'Diskless') return;
    if (node.paused) return again ? this.later(node, RETRY_US, () => this.attach(node, volume)) : undefined;
    const metadata = disk.metadataView.slice();
    const attempt = { node, start: node.incarnation, volume };
    this.attaching.add(attempt);
    node.request(
      (id) => ({
        kind: 'attach',
        id,
        volume: volume as VolumeNumber,
        metadata,
        capacityBytes: bytes(disk.capacityBytes),
      }),
      (outcome) => {
        this.attaching.delete(attempt);
        if (outcome.ok) return;
        this.refused(node, 'attach', outcome.error);
        if (again) this.later(node, RETRY_US, () => this.attach(node, volume));
      },
    );
  }

  private replace(node: SimNode, volume: number): void {
    const { plan, fencing } = this.world;
    const disk = node.disks[volume];
    if (disk === undefined || node.view.disk[volume] !== 'Diskless') return;
    // Nobody swaps a disk while the cluster is being asked about attaching it: the core would take the empty one for the old one.
    const isAttaching = [...this.attaching].some(
      (each) => each.node === node && each.start === node.incarnation && each.volume === volume,
    );
    if (disk.isBusy || isAttaching || !fencing.isSpare(node))
      return this.later(node, RETRY_US, () => this.attach(node, volume));
    node.note(`gets an empty disk for volume ${volume}`);
    disk.wipe();
    formatDisk(plan, node.config, volume, disk, true);
    fencing.replaced(node, volume);
    this.attach(node, volume);
  }

  private refused(node: SimNode, what: string, error: OperationError): void {
    if (this.world.trace.recording) node.note(`${what} refused: ${error.code}: ${error.message}`);
  }

  /** Dropped when the node has died meanwhile: its next start attaches everything. */
  private later(node: SimNode, delayUs: number, action: () => void): void {
    const { incarnation } = node;
    this.world.agenda.after(delayUs, EVENT_CLASS.fault, () => {
      if (node.alive && node.incarnation === incarnation) action();
    });
  }
}
