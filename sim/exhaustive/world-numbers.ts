/** Numbers that only grow begin at one again after every action, in the whole world at once: why that may be is in renumbering.ts. */
import type { NodeId } from '../../common/ids.ts';
import { type Direction, EMPTY_QUEUE, type FrameTable } from './frame-table.ts';
import type { LocalNode } from './local-node.ts';
import { addUse, type InUse, isCompact, noneInUse, ranksIn } from './renumbering.ts';

export class WorldNumbers {
  private readonly nodes: readonly LocalNode[];
  private readonly frames: FrameTable;
  private readonly queues: readonly { readonly at: number; readonly direction: Direction }[];
  private readonly use: InUse;

  /** @param pairs with the place of a pair in the row: its bits, then two queues of each direction */
  constructor(
    nodes: readonly LocalNode[],
    frames: FrameTable,
    pairs: readonly { readonly low: number; readonly high: number; readonly at: number }[],
  ) {
    this.nodes = nodes;
    this.frames = frames;
    this.use = noneInUse(nodes.length);
    this.queues = pairs.flatMap(({ low, high, at }) => {
      const out = { from: low as NodeId, to: high as NodeId, nodes: nodes.length };
      const back = { from: high as NodeId, to: low as NodeId, nodes: nodes.length };
      return [out, out, back, back].map((direction, i) => ({ at: at + 1 + i, direction }));
    });
  }

  compact(row: Int32Array): void {
    const { use, nodes, frames } = this;
    use.fill(0);
    for (let id = 0; id < nodes.length; id += 1) {
      const own = nodes[id]?.state(row[id] ?? 0).use;
      if (own !== undefined) addUse(use, own);
    }
    for (const { at, direction } of this.queues) {
      const queue = row[at] ?? EMPTY_QUEUE;
      if (queue !== EMPTY_QUEUE) addUse(use, frames.useOf(queue, direction));
    }
    if (isCompact(use)) return;
    const name = use.join();
    const ranks = ranksIn(use, nodes.length);
    nodes.forEach((node, id) => {
      row[id] = node.renumbered(node.state(row[id] ?? 0), name, ranks).id;
    });
    for (const { at, direction } of this.queues) {
      const queue = row[at] ?? EMPTY_QUEUE;
      if (queue !== EMPTY_QUEUE && !ranks.keep(frames.useOf(queue, direction)))
        row[at] = frames.renumbered(queue, direction, name, ranks.toRank);
    }
  }
}
