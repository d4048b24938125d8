/** Reads go to any copy: every policy of `read-balancing`, many reads among writes to the same places, and the chaos of the base swarm. */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const POLICIES = [
  'prefer-remote',
  'prefer-remote',
  'round-robin',
  'round-robin',
  'least-pending',
  '32K-striping',
  '64K-striping',
  '1M-striping',
] as const;

export function readBalancingPlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/read-balancing');
  const base = generatePlan(seed);
  const options: NonNullable<Plan['options']> = { ...base.options, readBalancing: random.pick(POLICIES) };
  if (random.permille(100)) options['allowRemoteRead'] = false;
  const [, , zeroes, flushes] = base.workload.mix;
  const workload: Plan['workload'] = {
    ...base.workload,
    mix: [random.between(40, 80), random.between(30, 60), zeroes, flushes],
    hotPercent: random.pick([50, 90, 100]),
  };
  const entries = [...base.entries];
  if (random.coin()) entries.push(drawReadFault(random, base.volumes.length));
  return { ...base, name: `read-balancing-${seed}`, options, workload, entries };
}

/** A read that fails, or whose peer goes, is asked elsewhere. */
function drawReadFault(random: RandomStream, volumes: number): PlanEntry {
  const when = { event: random.pick(['DATA_REQUEST', 'DATA_REPLY'] as const), nth: random.between(1, 40) };
  switch (random.below(3)) {
    case 0:
      return { when, do: 'reset', a: 'subject', b: 'any' };
    case 1:
      return { when, do: 'disk-error', node: 'any', volume: random.below(volumes), operation: 'read', nth: 1 };
    default:
      return { when, do: 'crash', node: 'secondary', restartMs: 300 };
  }
}
