/**
 * Disks and peers that come and go while the cluster works: detached gracefully or by force and attached again, replaced by
 * empty ones, at moments at which something is under way, beside the usual faults.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawNode, drawTrigger } from './near-an-event.ts';

const WHEN = [
  'DATA',
  'WRITE_ACK',
  'BARRIER_ACK',
  'CURRENT_UUID',
  'UUIDS',
  'DISK_FAILED',
  'BITMAP',
  'RS_DATA_REPLY',
  'RS_FINISHED',
  'client-ack',
  'role:Primary',
  'role:Secondary',
  'disk:Negotiating',
  'disk:Detaching',
  'disk:UpToDate',
] as const;

export function membership(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/membership');
  const entries: PlanEntry[] = plan.entries.filter(() => random.coin());
  const count = random.between(2, 7);
  for (let i = 0; i < count; i += 1) entries.push(drawChange(random, plan));
  return { ...plan, name: `membership-${seed}`, entries, attachAtHeal: random.coin() };
}

function drawChange(random: RandomStream, plan: Plan): PlanEntry {
  const node = drawNode(random);
  const volume = random.below(plan.volumes.length);
  const trigger = drawTrigger(random, plan, { events: WHEN, nthMax: 12, delaysUs: [0, 30, 300, 5_000] });
  if (random.permille(200)) return { ...trigger, do: 'replace-disk', node, volume };
  const forMs = random.pick([0, 5, 50, 500, 2_000]);
  return { ...trigger, do: 'detach', node, volume, forMs, ...(random.permille(400) ? { force: true } : {}) };
}
