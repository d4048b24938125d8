/**
 * The swarm's plan with a client that is as slow as it says and busy until the chaos ends. Without that most clients are through
 * early (docs/decisions/0094-paced-clients.md), and what a plan does later meets an idle cluster.
 */
import { generatePlan } from '../generate.ts';
import type { Plan } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function pacedPlan(seed: number): Plan {
  const plan = generatePlan(seed);
  const { workload, durationMs } = plan;
  const random = new RandomStream(seed, 'profile/paced');
  const operations = workload.operations * random.pick([1, 2, 4]);
  // On average half of it passes before each operation of each of the `depth` that take turns.
  const thinkUs = Math.ceil((2_000 * durationMs * workload.depth) / operations);
  return { ...plan, name: `paced-${seed}`, workload: { ...workload, operations, thinkUs, paced: true } };
}
