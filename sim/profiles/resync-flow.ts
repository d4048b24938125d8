/**
 * How resyncs flow: rates and controllers of all kinds, pauses from either side and from the order of resyncs, at any
 * moment; several targets, several sources, writes meanwhile. The faults of the base swarm go on beside it, fewer of them.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const MOMENTS: readonly TriggerEvent[] = [
  'BITMAP',
  'replication:SyncTarget',
  'replication:SyncSource',
  'replication:PausedSyncT',
  'replication:PausedSyncS',
  'RS_DATA_REQUEST',
  'RS_DATA_REPLY',
  'RS_WRITE_ACK',
  'RS_DONE',
  'RS_FINISHED',
  'RESYNC_PAUSED',
  'OUT_OF_SYNC',
  'PEER_ACK',
  'disk:Inconsistent',
  'resync-end',
  'client-ack',
];

export function resyncFlowPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/resync-flow');
  const kept = base.entries.filter(() => random.permille(500));
  return {
    ...base,
    name: `resync-flow-${seed}`,
    options: { ...base.options, ...drawRates(random) },
    entries: [...kept, ...drawOutages(random), ...drawPauses(random)],
  };
}

function drawRates(random: RandomStream): NonNullable<Plan['options']> {
  const options: NonNullable<Plan['options']> = {
    cPlanAhead: random.pick([0, 1, 5, 20, 20]),
    cFillTargetBytes: random.pick([0, 512, 51_200, 1_048_576]),
    cDelayTargetMs: random.pick([100, 1_000]),
    cMaxRate: random.pick([0, 65_536, 1_048_576, 104_857_600]),
    cMinRate: random.pick([0, 4_096, 256_000]),
    resyncRate: random.pick([65_536, 256_000, 10_485_760]),
    maxBuffers: random.pick([32, 2_048]),
    resyncRequestBytes: random.pick([4_096, 16_384, 1_048_576]),
    resyncRequestsMax: random.pick([1, 4, 16]),
  };
  return options;
}

/** So that there is something to resync. */
function drawOutages(random: RandomStream): PlanEntry[] {
  return Array.from({ length: random.between(1, 3) }, () => ({
    at: random.between(100, 4_000),
    do: 'crash' as const,
    node: random.pick<NodeSelector>(['secondary', 'secondary', 'any']),
    restartMs: random.pick([200, 900, 2_000]),
  }));
}

function drawPauses(random: RandomStream): PlanEntry[] {
  return Array.from({ length: random.between(1, 8) }, () => {
    const moment = random.permille(800)
      ? { when: { event: random.pick(MOMENTS), nth: random.between(1, 12) }, delayUs: random.pick([0, 0, 100, 5_000]) }
      : { at: random.between(100, 8_000) };
    const pair = random.pick<{ node: NodeSelector; peer: NodeSelector }>([
      { node: 'subject', peer: 'any' },
      { node: 'sync-target', peer: 'sync-source' },
      { node: 'sync-source', peer: 'sync-target' },
      { node: 'any', peer: 'any' },
    ]);
    const forMs = random.pick([0, 1, 30, 500, 3_000]);
    if (random.permille(700)) return { ...moment, do: 'pause-sync' as const, ...pair, forMs };
    if (random.permille(200)) return { ...moment, do: 'resume-sync' as const, ...pair };
    return {
      ...moment,
      do: 'resync-turn' as const,
      ...pair,
      reason: random.pick(['dependency', 'max-parallel'] as const),
      forMs,
    };
  });
}
