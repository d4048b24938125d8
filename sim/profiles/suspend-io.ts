/**
 * Profile `suspend-io`: the base swarm, in which an administrator suspends I/O at bad moments (acknowledgements on their way or
 * held back, a disk that goes, a peer that restarts meanwhile) and takes a snapshot when that has returned.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['DATA', 80],
  ['WRITE_ACK', 80],
  ['RECV_ACK', 40],
  ['BARRIER', 30],
  ['BARRIER_ACK', 30],
  ['CURRENT_UUID', 4],
  ['client-ack', 80],
  ['data-write', 80],
  ['metadata-write', 40],
  ['resync-end', 2],
];

export function suspendIoPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/suspend-io');
  const entries: PlanEntry[] = base.entries.slice(0, 4);
  for (let i = random.between(1, 4); i > 0; i -= 1) {
    const id = `suspension-${i}`;
    const [event, nthMax] = random.pick(TRIGGERS);
    const forMs = random.pick([5, 100, 1_000, 4_000]);
    const moment = random.permille(300)
      ? { at: random.between(50, base.durationMs) }
      : { when: { event, nth: random.between(1, nthMax) }, delayUs: random.pick([0, 0, 30, 300]) };
    entries.push({ id, ...moment, do: 'suspend-io', node: 'primary', forMs });
    if (random.permille(750)) entries.push({ ...drawMeanwhile(random, id, forMs) });
  }
  return {
    ...base,
    name: `suspend-io-${seed}`,
    attachAtHeal: true,
    volumes: random.coin() ? base.volumes : [...base.volumes, ...base.volumes].slice(0, 3),
    workload: { ...base.workload, thinkUs: random.pick([0, 300, 5_000]) },
    entries,
  };
}

/** Before it has returned, or while it lasts: what it waits for is held back, goes away, comes back as another. */
function drawMeanwhile(random: RandomStream, after: string, forMs: number): PlanEntry {
  const moment = {
    when: { event: random.pick(['WRITE_ACK', 'BARRIER', 'STATE', 'flush'] as const), nth: random.between(1, 4), after },
    delayUs: random.pick([0, 300, 20_000]),
  };
  const span = random.pick([50, 500, 2_000, forMs + 500]);
  const restartMs = random.pick([1, 300, forMs + 100]);
  switch (random.below(7)) {
    case 0:
      return { ...moment, do: 'stall', from: 'secondary', to: 'primary', forMs: span };
    case 1:
      return { ...moment, do: 'cut', a: 'primary', b: 'secondary', forMs: span };
    case 2:
      return { ...moment, do: 'crash', node: 'secondary', restartMs };
    case 3:
      return { ...moment, do: 'detach', node: random.coin() ? 'primary' : 'secondary', volume: 0, forMs: span };
    case 4:
      return { ...moment, do: 'slow-disk', node: 'secondary', factor: 50, forMs: span };
    case 5:
      return { ...moment, do: 'disconnect', node: 'primary', peer: 'secondary', forMs: span };
    default:
      return { ...moment, do: 'crash', node: 'primary', restartMs };
  }
}
