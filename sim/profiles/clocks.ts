/** The swarm's plan, once more with clocks that go wrong by up to a fifth and jump ahead: safety must not notice (O24). */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function clocks(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/clocks');
  const entries: PlanEntry[] = [...plan.entries];
  const jumps = random.below(4);
  for (let i = 0; i < jumps; i += 1) {
    const ms = random.pick([300, 1_500, 10_000, 3_600_000]);
    entries.push({
      at: random.between(50, plan.durationMs),
      do: 'clock-jump',
      node: random.pick(['any', 'primary']),
      ms,
    });
  }
  return { ...plan, name: `clocks-${seed}`, clockPpm: 0, entries, otherClocks: [random.pick([50_000, 200_000])] };
}
