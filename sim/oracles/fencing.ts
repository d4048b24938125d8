/**
 * Where every connection has `fencing resource-and-stonith`:
 *  - O11: no write is acknowledged while a node with a disk is neither connected nor really out (powered off, outdated, or
 *    reported so by its own disk): it could go on without that write;
 *  - O11: where the cluster fences by itself, two nodes never believe at the same moment that they may write. What has no disk
 *    is not fenced: a Primary without one can write as long as a disk has its end of a link to it, and no longer, whatever it
 *    believes until its own end breaks;
 *  - O27: a Primary that is connected with everybody does not stay frozen.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import { isOutByItself } from '../handler-programs.ts';
import { isActive } from '../node-view.ts';
import type { PlanAction } from '../plan.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import type { WriteRecord } from './history.ts';
import { Violation } from './violation.ts';

/** Frozen although nothing is missing: for this long it may be settling. Microseconds. */
const THAW_US = 8_000_000;

export class FencingOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  private readonly out: ReadonlySet<number>;
  private readonly isOpen: boolean;
  private readonly frozenSince: number[];
  /** An administrator has changed the option. */
  private isOff = false;

  constructor(nodes: readonly SimNode[], out: ReadonlySet<number>, isOpen: boolean) {
    this.nodes = nodes;
    this.out = out;
    this.isOpen = isOpen;
    this.frozenSince = nodes.map(() => -1);
  }

  faulted(action: PlanAction['do']): void {
    // resume-io after a suspend-io leaves alone what fencing has frozen; a new option does not.
    if (action === 'set-option') this.isOff = true;
  }

  notified(_node: SimNode, event: ReplicationEvent): void {
    if (!this.isOpen || this.isOff || (event.kind !== 'role' && event.kind !== 'suspended')) return;
    const active = this.nodes.filter((node) => isActive(node) && this.reachesData(node));
    if (active.length > 1)
      throw new Violation('O11', `${active.map(({ id }) => `n${id}`).join(' and ')} both may write: nobody was fenced`);
  }

  /** An UpToDate copy of every volume is here, or on a node that has its end of the link, too. */
  private reachesData({ id, view }: SimNode): boolean {
    const linked = this.nodes.filter(
      (peer) => peer.alive && view.connection[peer.id] === 'Connected' && peer.view.connection[id] === 'Connected',
    );
    return view.disk.every(
      (state, volume) => state === 'UpToDate' || linked.some((peer) => view.peerDisk[peer.id]?.[volume] === 'UpToDate'),
    );
  }

  acknowledged(node: SimNode, write: WriteRecord): void {
    if (this.isOff) return;
    for (const { node: id, diskful } of node.config.peers) {
      const peer = this.nodes[id];
      if (!diskful || peer === undefined || peer.state === 'lost' || node.view.connection[id] === 'Connected') continue;
      if (this.out.has(id) || isOutByItself(peer.view.disk)) continue;
      throw new Violation(
        'O11',
        `n${node.id} acknowledged write ${write.id} without n${id}, which is not connected and was not fenced`,
      );
    }
  }

  looked(now: number): void {
    for (const node of this.nodes) {
      const { view } = node;
      const peers = node.config.peers.map((peer) => this.nodes[peer.node]);
      const hasAll = peers.every((peer) => peer?.alive === true && view.connection[peer.id] === 'Connected');
      const isStuck = node.alive && !node.paused && view.suspended.includes('fencing') && hasAll;
      const since = this.frozenSince[node.id] ?? -1;
      if (!isStuck) this.frozenSince[node.id] = -1;
      else if (since < 0) this.frozenSince[node.id] = now;
      else if (now - since > THAW_US)
        throw new Violation('O27', `n${node.id} is connected with everybody, and stays frozen by fencing`);
    }
  }
}
