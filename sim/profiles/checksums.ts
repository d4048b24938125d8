/**
 * What is compared and copied: checksum-based and thin resync, online verify, invalidate. Two kinds of runs: verify and
 * invalidate in the middle of the base swarm's chaos, where every report is a false alarm; and replicas that change silently
 * beside a calm cluster, where a verify has to find exactly that.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** Moments at which a comparison or a new resync meets something else. */
const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['DATA', 60],
  ['WRITE_ACK', 60],
  ['OV_REQUEST', 6],
  ['OV_REPLY', 6],
  ['START_SYNC', 2],
  ['RS_CSUM_REQUEST', 6],
  ['RS_IS_IN_SYNC', 6],
  ['RS_DEALLOCATED', 6],
  ['RS_WRITE_ACK', 6],
  ['replication:VerifyS', 3],
  ['replication:SyncTarget', 3],
  ['replication:WFBitMapT', 3],
  ['resync-end', 3],
  ['client-ack', 60],
  ['role:Primary', 3],
  ['role:Secondary', 3],
  ['disk:UpToDate', 6],
];

/** Faults at the new frames: a resync or a verify is cut in the middle. */
const CUTS: readonly TriggerEvent[] = [
  'RS_CSUM_REQUEST',
  'RS_THIN_REQUEST',
  'RS_IS_IN_SYNC',
  'RS_DEALLOCATED',
  'OV_REQUEST',
  'OV_REPLY',
  'START_SYNC',
  'START_SYNC_REPLY',
];

export function checksumsPlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/checksums');
  const base = generatePlan(seed);
  const plan = { ...base, name: `checksums-${seed}`, options: { ...base.options, ...drawOptions(random) } };
  return random.permille(400) ? withRot(random, plan) : withComparisons(random, plan);
}

function drawOptions(random: RandomStream): NonNullable<Plan['options']> {
  const options: NonNullable<Plan['options']> = {
    csumsAlg: random.pick(['none', 'crc32c', 'sha256']),
    verifyAlg: random.pick(['crc32c', 'sha1', 'md5']),
    rsDiscardGranularityBytes: random.pick([0, 4_096, 16_384, 65_536]),
    maxBuffers: random.pick([32, 64, 2_048]),
  };
  if (random.permille(200)) options['csumsAfterCrashOnly'] = true;
  if (random.permille(100)) options['discardZeroesIfAligned'] = false;
  return options;
}

function withComparisons(random: RandomStream, plan: Plan): Plan {
  const [reads, writes, zeroes, flushes] = plan.workload.mix;
  const workload: Plan['workload'] = {
    ...plan.workload,
    mix: [reads, writes, zeroes + random.pick([0, 20, 60]), flushes],
  };
  const entries = [...plan.entries];
  const count = random.between(2, 7);
  for (let i = 0; i < count; i += 1) entries.push(drawComparison(random, plan));
  if (random.coin()) entries.push(drawCut(random));
  return { ...plan, workload, entries };
}

function drawComparison(random: RandomStream, plan: Plan): PlanEntry {
  const node = (): NodeSelector =>
    random.pick<NodeSelector>(['primary', 'secondary', 'secondary', 'any', 'sync-target']);
  const volume = random.below(plan.volumes.length);
  const resetBitmap = random.permille(700);
  const when = drawMoment(random, plan.durationMs);
  switch (random.below(4)) {
    case 0:
      return { ...when, do: 'invalidate', node: node(), volume, resetBitmap } as PlanEntry;
    case 1:
      return { ...when, do: 'invalidate-remote', node: node(), peer: 'any', volume, resetBitmap } as PlanEntry;
    default:
      return { ...when, do: 'verify', node: node(), peer: 'any', volume, resume: random.permille(300) } as PlanEntry;
  }
}

function drawMoment(random: RandomStream, durationMs: number): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (random.coin()) return { at: random.between(50, durationMs) };
  const [event, nthMax] = random.pick(TRIGGERS);
  return { when: { event, nth: random.between(1, nthMax) }, delayUs: random.pick([0, 30, 300, 5_000]) };
}

function drawCut(random: RandomStream): PlanEntry {
  const when = { event: random.pick(CUTS), nth: random.between(1, 6) };
  const delayUs = random.pick([0, 30, 300]);
  switch (random.below(3)) {
    case 0:
      return { when, delayUs, do: 'reset', a: 'subject', b: 'any' } as PlanEntry;
    case 1:
      return { when, delayUs, do: 'crash', node: random.pick(['subject', 'sync-source']), restartMs: 300 } as PlanEntry;
    default:
      return {
        when,
        delayUs,
        do: 'power-loss',
        node: random.pick(['subject', 'sync-target']),
        survivors: 'nothing',
        restartMs: 300,
      } as PlanEntry;
  }
}

/** Nobody fails and nobody moves: what a replica has changed silently must not be read or resynced before it is found. */
function withRot(random: RandomStream, plan: Plan): Plan {
  const nodes = plan.nodes.map(({ diskful }) => ({ diskful }));
  const entries: PlanEntry[] = [];
  const volume = (): number => random.below(plan.volumes.length);
  const at = (): number => random.between(200, plan.durationMs);
  for (let i = random.between(1, 4); i > 0; i -= 1)
    entries.push({ at: at(), do: 'rot', node: 'secondary', volume: volume(), sectors: random.between(1, 6) });
  for (let i = random.between(0, 4); i > 0; i -= 1)
    entries.push({ at: at(), do: 'verify', node: 'any', peer: 'any', volume: volume() });
  if (random.coin()) entries.push({ at: at(), do: 'slow-disk', node: 'secondary', factor: 10, forMs: 300 });
  return {
    ...plan,
    nodes,
    network: { ...plan.network, spikePermille: 0, delayUs: Math.min(plan.network.delayUs, 500) },
    workload: { ...plan.workload, firstNode: nodes.findIndex((node) => node.diskful) },
    entries,
  };
}
