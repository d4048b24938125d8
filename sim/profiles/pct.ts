/**
 * Orderings instead of faults: priorities over links and disks (pct.ts), few and late faults, writes to few places, so that
 * what is found needs an order of events and nothing else.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function pct(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/pct');
  const entries: PlanEntry[] = [];
  const disturbances = random.below(4);
  for (let i = 0; i < disturbances; i += 1) {
    const at = random.between(200, 2_500);
    const restartMs = random.pick([50, 300, 900]);
    entries.push(
      random.pick<PlanEntry>([
        { at, do: 'reset', a: 'primary', b: 'any' },
        { at, do: 'crash', node: 'secondary', restartMs },
        { at, do: 'disconnect', node: 'any', peer: 'any', forMs: restartMs },
        { at, do: 'switch', abrupt: random.coin() },
        { at, do: 'crash', node: 'primary', restartMs },
      ]),
    );
  }
  const blocks = random.pick([8, 16, 33]);
  return {
    ...plan,
    name: `pct-${seed}`,
    volumes: plan.volumes.map((volume) => ({ ...volume, blocks })),
    // Everything alike but the priorities.
    network: { ...plan.network, delayUs: 100, jitterUs: 0, bytesPerMs: 1_000_000, spikePermille: 0 },
    disk: { latencyUs: 100, jitterUs: 0, flushUs: 300 },
    clockPpm: 0,
    workload: { ...plan.workload, depth: Math.max(4, plan.workload.depth), thinkUs: random.pick([1_000, 8_000]) },
    entries,
    pct: {
      depth: random.between(2, 4),
      quantumUs: random.pick([50, 300, 2_000, 10_000]),
      horizon: random.pick([300, 2_000, 8_000]),
    },
  };
}
