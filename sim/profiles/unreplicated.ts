/**
 * Resync without replication: the same blocks are written again and again while a node is brought up to date, in the chaos of the
 * base swarm or of the profile `resync-flow`.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { resyncFlowPlan } from './resync-flow.ts';

export function unreplicatedPlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/unreplicated');
  const base = random.coin() ? generatePlan(seed) : resyncFlowPlan(seed);
  const [reads] = base.workload.mix;
  const away = Array.from(
    { length: random.between(1, 3) },
    (): PlanEntry => ({
      at: random.between(200, 3_000),
      do: 'crash',
      node: 'secondary',
      restartMs: random.pick([50, 300, 900]),
    }),
  );
  return {
    ...base,
    name: `unreplicated-${seed}`,
    options: {
      ...base.options,
      resyncWithoutReplication: true,
      resyncRequestsMax: random.pick([1, 2, 8]),
      resyncRequestBytes: random.pick([4_096, 16_384]),
    },
    workload: {
      ...base.workload,
      operations: 900,
      thinkUs: random.pick([500, 3_000, 8_000]),
      mix: [Math.min(reads, 20), 80, 5, 5],
      hotPercent: random.pick([30, 80, 100]),
    },
    entries: [...base.entries, ...away],
  };
}
