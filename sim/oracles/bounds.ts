/** O28: what a node keeps for its peers and clients has a limit, however long a run takes and whatever fails. */
import type { ReplicationOptions } from '../../common/options/options.ts';
import { PLAN_BLOCK_BYTES } from '../topology.ts';
import type { Plan } from '../plan.ts';
import type { SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';
import { Violation } from './violation.ts';

/** Generations in the superblock. */
const HISTORY_MAX = 32;
/** A node has a handful of timers of its own and as many for each peer. */
const TIMERS_PER_PEER = 8;

interface Bounded extends Pick<SimNode, 'id' | 'state' | 'load'> {
  readonly config: { readonly peers: readonly unknown[]; readonly options: Pick<ReplicationOptions, 'nrRequests'> };
  readonly core: Pick<NonNullable<SimNode['core']>, 'visitKept'> | undefined;
}

export class BoundsOracle implements Watcher {
  private readonly nodes: readonly Bounded[];
  private readonly resyncBytes: number;
  private readonly requestsMax: number;

  constructor(plan: Plan, nodes: readonly Bounded[]) {
    this.nodes = nodes;
    // As source and as target; each block at most once at a time. The window of the target does not bound what the source
    // holds: acknowledgements travel on another stream than the next requests, and may be behind.
    this.resyncBytes = 2 * plan.volumes.reduce((sum, { blocks }) => sum + blocks * PLAN_BLOCK_BYTES, 0);
    this.requestsMax = plan.workload.depth + plan.volumes.length * 256 + 4 * plan.nodes.length + 64;
  }

  looked(): void {
    for (const node of this.nodes) if (node.state === 'up') this.look(node);
  }

  private look(node: Bounded): void {
    const { timers, requests } = node.load;
    limit(node, 'timers', undefined, timers, TIMERS_PER_PEER * (node.config.peers.length + 1));
    limit(node, 'unanswered requests', undefined, requests, this.requestsMax);
    node.core?.visitKept({
      generations: (volume, count) => limit(node, 'generations in the history of volume', volume, count, HISTORY_MAX),
      resyncBytes: (peer, count) => limit(node, 'resync bytes under way with peer', peer, count, this.resyncBytes),
      transferLog: (writes) =>
        limit(node, 'writes in the transfer log', undefined, writes, node.config.options.nrRequests),
    });
  }
}

function limit(node: Bounded, what: string, which: number | undefined, value: number, most: number): void {
  if (value <= most) return;
  const whole = which === undefined ? what : `${what} ${which}`;
  throw new Violation('O28', `n${node.id} has ${value} ${whole}, at most ${most} are allowed`);
}
