/** Links and disks at the edge of every timeout: pings, ko-count and retries that fire beside answers that just arrive. */
import { generatePlan } from '../generate.ts';
import type { Plan } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function smallTimeouts(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/small-timeouts');
  const base = generatePlan(seed);
  return {
    ...base,
    name: `small-timeouts-${seed}`,
    options: {
      ...base.options,
      pingIntMs: random.pick([100, 300, 1_000]),
      pingTimeoutMs: random.pick([100, 200]),
      timeoutMs: random.pick([400, 800]),
      koCount: random.pick([2, 3]),
      connectIntMs: random.pick([20, 100, 500]),
      peerAckDelayMs: random.pick([1, 20, 100]),
    },
    // A link that is slower than its timeouts would never carry a resync to its end.
    network: {
      ...base.network,
      bytesPerMs: Math.max(base.network.bytesPerMs, 100_000),
      spikePermille: random.between(5, 25),
      spikeUs: random.pick([50_000, 110_000, 210_000, 400_000]),
      calmAfterHeal: true,
    },
  };
}
