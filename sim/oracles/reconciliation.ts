/**
 * O16 after the loss of a Primary: nobody is promoted as UpToDate beside a survivor that it is connected with and that has got
 * more of what the lost one wrote, whether or not any of that was acknowledged. Whoever is promoted decides what becomes
 * of it, so the survivors have to be compared before.
 */
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { SimNode } from '../sim-node.ts';
import { ROT_VERSION } from '../sim-payload.ts';
import type { Watcher } from '../watcher.ts';
import { type History, name } from './history.ts';
import { Violation } from './violation.ts';

export class ReconciliationOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  private readonly history: History;
  private isForked = false;
  /** In ticks of the history: what a node had not flushed by then it may have lost by itself. */
  private readonly diedAt: number[];

  constructor(nodes: readonly SimNode[], history: History) {
    this.nodes = nodes;
    this.history = history;
    this.diedAt = nodes.map(() => -1);
  }

  died(node: SimNode): void {
    this.diedAt[node.id] = this.history.tick;
  }

  forked(): void {
    this.isForked = true;
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    if (event.kind !== 'role' || event.role !== 'Primary' || this.isForked || !node.diskful) return;
    // Nobody is lost: it becomes Primary beside another one, whose writes are under way (allow-two-primaries).
    if (this.nodes.some((each) => each !== node && each.alive && each.view.role === 'Primary')) return;
    for (const other of this.nodes) {
      if (!isSurvivorBeside(node, other)) continue;
      for (let volume = 0; volume < node.disks.length; volume += 1) this.compare(node, other, volume);
    }
  }

  private compare(node: SimNode, other: SimNode, volume: number): void {
    const own = node.disks[volume]?.view;
    const theirs = other.disks[volume]?.view;
    if (own === undefined || theirs === undefined || node.view.disk[volume] !== 'UpToDate') return;
    if (other.view.disk[volume] !== 'UpToDate' && other.view.disk[volume] !== 'Consistent') return;
    for (let sector = 0; sector < own.length; sector += 1) {
      const [value = 0, newer = 0] = [own[sector], theirs[sector]];
      if (value === newer || value === ROT_VERSION || newer === ROT_VERSION) continue;
      const write = this.history.writesOf(volume, sector).find((each) => each.value === newer);
      if (write === undefined || write.invoked < (this.diedAt[node.id] ?? -1)) continue;
      if (this.history.notOlder(volume, sector, value, write)) continue;
      throw new Violation(
        'O16',
        `n${node.id} is promoted with ${name(value)} on volume ${volume} sector ${sector}, and n${other.id} beside it has ${name(newer)}`,
      );
    }
  }
}

function isSurvivorBeside(node: SimNode, other: SimNode): boolean {
  if (other === node || !other.alive || other.paused || !other.diskful) return false;
  return node.view.connection[other.id] === 'Connected' && other.view.connection[node.id] === 'Connected';
}
