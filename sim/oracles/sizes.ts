/**
 * Sizes: nobody offers more than a disk holds, a volume becomes smaller only when it is told to, and after healing all nodes have
 * the same size. What lies behind the size of one of two nodes is not compared between them: the other one has it marked, or the
 * smaller one marks it when it grows.
 */
import { chooseSuperblock } from '../../satellite/replication/metadata/superblock.ts';
import type { Plan } from '../plan.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

/** Sectors that the replicas of both nodes count to the volume. */
export function comparableSectors(a: SimNode, b: SimNode, volume: number): number {
  return Math.min(replicaSectors(a, volume), replicaSectors(b, volume));
}

function replicaSectors(node: SimNode, volume: number): number {
  const disk = node.disks[volume];
  if (disk === undefined) return 0;
  if (!node.changesSize) return disk.sectors;
  const state = node.view.disk[volume];
  if (node.alive && state !== 'Diskless' && state !== 'Attaching') return node.sectorsOf(volume);
  const chosen = chooseSuperblock(disk.metadataView);
  return chosen.ok ? chosen.superblock.dataBytes / disk.sectorBytes : 0;
}

export class SizeOracle implements Watcher {
  private readonly nodes: readonly SimNode[];
  /** Nobody says that disks which are away have the room: then no volume is larger than any disk. */
  private readonly noneAssumed: boolean;
  /** Nothing in the plan makes a volume smaller. */
  private readonly onlyGrows: boolean;
  /** The largest size that each node has offered, by volume. */
  private readonly seen = new Map<string, number>();

  constructor(plan: Plan, nodes: readonly SimNode[]) {
    this.nodes = nodes;
    const isAbsent = plan.nodes.some(({ absent }) => absent === true);
    this.noneAssumed =
      !isAbsent && !plan.entries.some((each) => each.do === 'resize' && each.assumePeerHasSpace === true);
    this.onlyGrows = !plan.entries.some((each) => each.do === 'resize' && each.force === true);
  }

  looked(): void {
    for (const node of this.nodes) {
      if (node.state !== 'up' || !node.changesSize) continue;
      node.disks.forEach((disk, volume) => {
        if (disk === undefined || node.view.disk[volume] === 'Diskless') return;
        const sectors = node.sectorsOf(volume);
        if (sectors * disk.sectorBytes > disk.capacityBytes)
          throw new Violation(
            'O28',
            `n${node.id} offers ${sectors} sectors of volume ${volume}, more than its disk holds`,
          );
        if (this.noneAssumed) this.lookAtAll(node, volume, sectors * disk.sectorBytes);
        this.look(node, volume, sectors);
      });
    }
  }

  /** Also at those that are away. */
  private lookAtAll(node: SimNode, volume: number, bytes: number): void {
    const small = this.nodes.find(
      (each) => each.state !== 'lost' && (each.disks[volume]?.capacityBytes ?? bytes) < bytes,
    );
    if (small !== undefined)
      throw new Violation(
        'O28',
        `n${node.id} offers ${bytes} bytes of volume ${volume}, the disk of n${small.id} holds less`,
      );
  }

  private look(node: SimNode, volume: number, sectors: number): void {
    if (!this.onlyGrows || node.view.disk[volume] !== 'UpToDate' || node.view.role !== 'Primary') return;
    const key = `${node.id}/${node.incarnation}/${volume}`;
    const before = this.seen.get(key) ?? 0;
    if (sectors < before)
      throw new Violation(
        'O16',
        `volume ${volume} has shrunk under the client of n${node.id}: ${before} to ${sectors}`,
      );
    this.seen.set(key, sectors);
  }
}
