/**
 * Membership while in use: replicas become diskless and diskful again, peers are removed, forgotten and known again, disks are
 * replaced, nodes join and leave, at moments at which something is under way, beside the usual faults.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const WHEN: readonly TriggerEvent[] = [
  'DATA',
  'WRITE_ACK',
  'CURRENT_UUID',
  'UUIDS',
  'BITMAP',
  'RS_DATA_REPLY',
  'RS_FINISHED',
  'TWOPC_PREPARE',
  'TWOPC_COMMIT',
  'role:Primary',
  'role:Secondary',
  'disk:Negotiating',
  'disk:Detaching',
  'disk:UpToDate',
];

export function membersInUse(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/members-in-use');
  const entries: PlanEntry[] = base.entries.filter(() => random.permille(400));
  for (let left = random.between(2, 6); left > 0; left -= 1) entries.push(drawChange(random, base));
  return {
    ...base,
    name: `members-in-use-${seed}`,
    volumes: base.volumes.map((volume) => ({ ...volume, blocks: Math.min(volume.blocks, 256) })),
    spareSlots: random.pick([0, 0, 1, 2]),
    entries,
    attachAtHeal: random.coin(),
  };
}

function drawChange(random: RandomStream, plan: Plan): PlanEntry {
  const who = (): NodeSelector =>
    random.permille(300)
      ? random.below(plan.nodes.length)
      : random.pick(['primary', 'secondary', 'any', 'sync-target', 'sync-source'] as const);
  const node = who();
  const volume = random.below(plan.volumes.length);
  const trigger = random.coin()
    ? { at: random.between(50, plan.durationMs) }
    : { when: { event: random.pick(WHEN), nth: random.between(1, 12) }, delayUs: random.pick([0, 30, 300, 5_000]) };
  const forMs = random.pick([0, 5, 50, 500, 2_000]);
  switch (random.weighted([40, 20, 20, 10, 10])) {
    case 0:
      return { ...trigger, do: 'toggle-disk', node, forMs, retrack: random.coin() };
    case 1:
      return { ...trigger, do: 'forget', node, peer: who(), forMs, keepSlot: random.coin() };
    case 2:
      return { ...trigger, do: 'detach', node, volume, forMs, ...(random.permille(300) ? { force: true } : {}) };
    case 3:
      return { ...trigger, do: 'replace-disk', node, volume };
    default:
      return { ...trigger, do: 'disconnect', node, peer: 'any', forMs };
  }
}
