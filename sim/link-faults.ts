/** What happens to links: directions that are blocked for a while, connections that break, delays. */
import type { NodeId } from '../common/ids.ts';
import type { SimNetwork } from './sim-network.ts';
import type { SimNode } from './sim-node.ts';

export class LinkFaults {
  private readonly network: SimNetwork;
  private readonly nodes: readonly SimNode[];
  /** The second half of a fault; dropped when the heal came first and undid it. */
  private readonly later: (delayMs: number, action: () => void) => void;

  constructor(world: { network: SimNetwork; nodes: readonly SimNode[] }, later: LinkFaults['later']) {
    this.network = world.network;
    this.nodes = world.nodes;
    this.later = later;
  }

  /** @param forMs undefined: until it is mended, or the heal */
  block(directions: readonly (readonly [NodeId, NodeId])[], forMs: number | undefined): void {
    const { network } = this;
    for (const [from, to] of directions) network.block(from, to);
    if (forMs === undefined) return;
    this.later(forMs, () => {
      for (const [from, to] of directions) network.unblock(from, to);
    });
  }

  cut(a: SimNode, b: SimNode, forMs: number | undefined): void {
    this.block(
      [
        [a.id, b.id],
        [b.id, a.id],
      ],
      forMs,
    );
  }

  isolate(node: SimNode, forMs: number | undefined): void {
    for (const other of this.nodes) if (other !== node) this.cut(node, other, forMs);
  }

  /** Whatever blocks this link ends. */
  mend(a: SimNode, b: SimNode): void {
    const { network } = this;
    for (const [from, to] of [[a.id, b.id] as const, [b.id, a.id] as const])
      while (network.isBlocked(from, to)) network.unblock(from, to);
  }

  flap(a: SimNode, b: SimNode, periodMs: number, times: number): void {
    if (times === 0) return;
    this.network.reset(a.id, b.id);
    this.later(periodMs, () => this.flap(a, b, periodMs, times - 1));
  }

  slowLink(a: SimNode, b: SimNode, delayMs: number, forMs: number): void {
    const { network } = this;
    const set = (microseconds: number): void => {
      network.setExtraDelay(a.id, b.id, microseconds);
      network.setExtraDelay(b.id, a.id, microseconds);
    };
    set(delayMs * 1_000);
    this.later(forMs, () => set(0));
  }
}
