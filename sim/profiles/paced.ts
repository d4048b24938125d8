/**
 * The swarm's plan with a client that is as slow as it says and busy until the chaos ends. Without that most clients are through
 * early (docs/decisions/0094-paced-clients.md), and what a plan does later meets an idle cluster.
 */
import { generatePlan } from '../generate.ts';
import type { Plan } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** Nobody thinks longer. Microseconds. */
const THINK_MAX_US = 400_000;

export function pacedPlan(seed: number): Plan {
  const plan = generatePlan(seed);
  const { workload, durationMs } = plan;
  const random = new RandomStream(seed, 'profile/paced');
  // `depth` of them think at the same time, half of thinkUs on average.
  const thinkingUs = 2_000 * durationMs * workload.depth;
  const operations = Math.max(workload.operations * random.pick([1, 2, 4]), Math.ceil(thinkingUs / THINK_MAX_US));
  const thinkUs = Math.ceil(thinkingUs / operations);
  return { ...plan, name: `paced-${seed}`, workload: { ...workload, operations, thinkUs, paced: true } };
}
