/**
 * Disks that fail: read, write, flush and metadata errors and hangs on every role, under each `on-io-error` policy, also
 * where the disk is the last current copy, with and without `disk-timeout`. What a client may lose by that, the oracles compute.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawNode, drawTrigger } from './near-an-event.ts';

const WHEN = [
  'DATA',
  'WRITE_ACK',
  'BARRIER',
  'BARRIER_ACK',
  'RS_DATA_REPLY',
  'CURRENT_UUID',
  'client-ack',
  'BITMAP',
] as const;

export function diskFailures(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/disk-failures');
  const entries: PlanEntry[] = plan.entries.filter((entry) => entry.do !== 'disk-error' && random.coin());
  const count = random.between(1, 5);
  for (let i = 0; i < count; i += 1) entries.push(drawFailure(random, plan));
  return {
    ...plan,
    name: `disk-failures-${seed}`,
    options: {
      ...plan.options,
      onIoError: random.pick(['detach', 'detach', 'call-local-io-error', 'pass_on', 'pass_on']),
      diskTimeoutMs: random.pick([0, 300, 1_000]),
    },
    entries,
    attachAtHeal: random.coin(),
  };
}

function drawFailure(random: RandomStream, plan: Plan): PlanEntry {
  const node = drawNode(random);
  const volume = random.below(plan.volumes.length);
  const trigger = drawTrigger(random, plan, { events: WHEN, nthMax: 40, delaysUs: [0, 30, 300] });
  if (random.permille(250)) return { ...trigger, do: 'disk-hang', node, volume, forMs: random.pick([100, 700, 3_000]) };
  return {
    ...trigger,
    do: 'disk-error',
    node,
    volume,
    operation: random.pick(['read', 'write', 'write', 'flush', 'metadata'] as const),
    nth: random.between(1, 12),
    ...(random.coin() ? { anywhere: true } : {}),
  };
}
