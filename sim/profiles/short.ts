/**
 * Short plans for the enumeration of crash points: a seed's plan of the swarm, cut down to at most three nodes, few operations
 * and one fault that makes for a resync or a failover. What is left has some hundred persistence points, not ten thousand.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const NODES = 3;
const DURATION_MS = 4_000;

export function shortPlan(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'short-plan');
  const nodes = plan.nodes.slice(0, NODES);
  const { workload } = plan;
  return {
    ...plan,
    name: `short-${seed}`,
    nodes: nodes.some((node) => node.diskful && node.fresh !== true) ? nodes : [{ diskful: true }, ...nodes.slice(1)],
    volumes: plan.volumes.slice(0, 1).map((volume) => ({ ...volume, blocks: Math.min(volume.blocks, 16) })),
    protocols: plan.protocols?.filter(({ a, b }) => a < nodes.length && b < nodes.length) ?? [],
    network: { ...plan.network, codec: false, spikePermille: 0 },
    workload: {
      ...workload,
      operations: random.between(4, 8),
      depth: Math.min(workload.depth, 2),
      thinkUs: random.pick([0, 2_000]),
      maxSectors: Math.min(workload.maxSectors, 16),
      hotSpots: 1,
    },
    entries: drawEntries(random),
    durationMs: DURATION_MS,
  };
}

function drawEntries(random: RandomStream): PlanEntry[] {
  const when = { event: 'client-ack' as const, nth: random.between(1, 3) };
  switch (random.below(4)) {
    case 0:
      return [{ when, do: 'crash', node: 'secondary', restartMs: random.pick([1, 300]) }];
    case 1:
      return [{ when, do: 'reset', a: 'primary', b: 'secondary' }];
    case 2:
      return [{ when, do: 'switch', abrupt: random.coin() }];
    default:
      return [];
  }
}
