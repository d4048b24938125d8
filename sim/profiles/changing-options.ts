/**
 * Options that are changed while everything runs: the protocol of all connections, which makes every link anew, and what a discard
 * may free. Plans begin with protocol A or B: what they promise is what the weakest protocol of the run promises.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function changingOptions(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/changing-options');
  const base = generatePlan(seed);
  const [reads, writes] = base.workload.mix;
  const entries = Array.from({ length: random.between(2, 8) }, (): PlanEntry => {
    const at = random.between(50, base.durationMs);
    if (random.permille(700))
      return { at, do: 'set-option', name: 'protocol', value: random.pick(['C', 'C', 'B', 'configured']) };
    const value = random.pick(['inherited', '0', '512', '4096', '16384']);
    return { at, do: 'set-option', name: 'discard-granularity', value };
  });
  return {
    ...base,
    name: `changing-options-${seed}`,
    protocol: 'A',
    protocols: [],
    workload: { ...base.workload, mix: [reads, writes, 20, base.workload.mix[3]] },
    options: { ...base.options, discardGranularityBytes: random.pick([-1, 0, 1_024, 8_192]) },
    entries: [...base.entries, ...entries],
  };
}
