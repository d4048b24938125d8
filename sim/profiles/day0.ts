/**
 * Replicas that begin alike (day 0): nodes are made anew with the metadata of the first day, forgotten and configured again,
 * with spare slots and without, while the client writes on.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function dayZero(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/day0');
  const base = generatePlan(seed);
  const diskful = base.nodes.flatMap((node, id) => (node.diskful ? [id] : []));
  const anyNode = (): number => random.pick(diskful);
  const entries: PlanEntry[] = [...base.entries];
  for (let i = random.between(1, 4); i > 0; i -= 1) {
    const at = random.between(50, base.durationMs);
    const node = random.permille(700) ? anyNode() : random.pick(['secondary', 'sync-target', 'any'] as const);
    const forMs = random.pick([5, 300, 1_500]);
    // The others forget a node that is made anew, or only some of them do, or none.
    if (random.permille(600)) {
      for (const other of diskful) {
        if (other !== node && random.permille(600)) entries.push({ at, do: 'forget', node: other, peer: node, forMs });
      }
    }
    if (random.permille(750)) entries.push({ at, do: 'recreate', node, restartMs: random.pick([1, 200, 1_500]) });
  }
  return {
    ...base,
    name: `day0-${seed}`,
    // Small volumes: a block that is missed is soon read.
    volumes: base.volumes.map((volume) => ({ ...volume, blocks: Math.min(volume.blocks, 64) })),
    spareSlots: random.pick([0, 1, 1, 2, 4]),
    entries,
  };
}
