/** The oracles that follow every run as watchers. */
import type { Client } from '../clients.ts';
import type { Fencing } from '../fencing.ts';
import type { Plan } from '../plan.ts';
import type { SimNode } from '../sim-node.ts';
import { queueUs } from '../patience.ts';
import { graceOf, optionsOf } from '../topology.ts';
import type { Watcher } from '../watcher.ts';
import { BoundsOracle } from './bounds.ts';
import { ClusterChangeOracle } from './cluster-changes.ts';
import type { History } from './history.ts';
import { HonestyOracle } from './honesty.ts';
import { LineageOracle } from './lineage.ts';
import { ReconciliationOracle } from './reconciliation.ts';
import { PartsOracle } from './parts.ts';
import { ProgressOracle } from './progress.ts';
import { SizeOracle } from './sizes.ts';

export interface OracleWorld {
  readonly plan: Plan;
  readonly nodes: readonly SimNode[];
  readonly history: History;
  readonly client: Client;
  readonly fencing: Fencing;
  readonly protocolOf: (a: number, b: number) => 'A' | 'B' | 'C';
  readonly now: () => number;
}

export function standingOracles(world: OracleWorld): Watcher[] {
  const { plan, nodes, history, client, fencing, protocolOf, now } = world;
  const options = optionsOf(plan);
  const graceUs = graceOf(options);
  return [
    new LineageOracle(
      history,
      plan.entries.some((entry) => entry.do === 'migrate'),
    ),
    new HonestyOracle(nodes, history, protocolOf),
    new ReconciliationOracle(nodes, history),
    new ProgressOracle({ nodes, client, fencing, graceUs, now }),
    new BoundsOracle(plan, nodes),
    ...(plan.sizes === undefined ? [] : [new SizeOracle(plan, nodes)]),
    ...(plan.fencing === 'parts' ? [new PartsOracle(nodes, graceUs, now)] : []),
    new ClusterChangeOracle({
      nodes,
      out: fencing.out,
      twopcTimeoutUs: options.twopcTimeoutMs * 1_000,
      graceUs: graceUs + queueUs(plan),
      now,
    }),
  ];
}
