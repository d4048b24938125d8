/** The swarm's plan, but only a random part of the nodes comes back: they have to converge and serve without the others. */
import { generatePlan } from '../generate.ts';
import type { Plan } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function coreLiveness(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/core-liveness');
  // The dead may leave in the middle of something: half of the runs end their chaos early.
  const durationMs = random.coin() ? plan.durationMs : random.between(200, plan.durationMs);
  return { ...plan, name: `core-liveness-${seed}`, durationMs, heal: { core: 'random' } };
}
