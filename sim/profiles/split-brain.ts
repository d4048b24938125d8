/**
 * Nothing fences: one node is cut off and promoted on its own, both sides are written, then they meet, with every number of
 * Primaries and every policy. Nodes are killed and links broken around it; disks keep what they have, so that exactly the
 * loser's writes may be missed in the end.
 */
import { AFTER_SPLIT_BRAIN_0, AFTER_SPLIT_BRAIN_1, AFTER_SPLIT_BRAIN_2 } from '../../common/options/options.ts';
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** Those that look at the data: "discard-local" and "discard-remote" only look at the names. */
const BY_DATA = AFTER_SPLIT_BRAIN_0.filter((each) => each !== 'discard-local' && each !== 'discard-remote');

export function splitBrain(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/split-brain');
  const base = generatePlan(seed);
  const isPair = random.permille(600);
  const nodes: Plan['nodes'] = isPair
    ? [{ diskful: true }, { diskful: true }]
    : [{ diskful: true }, { diskful: true }, { diskful: true }];
  if (random.permille(250)) nodes.push({ diskful: false });
  const durationMs = random.between(7_000, 10_000);
  const entries: PlanEntry[] = [
    {
      at: random.between(300, 1_500),
      do: 'fork',
      operations: random.between(0, 60),
      forMs: random.between(2_000, 5_000),
      primaries: random.pick(['none', 'main', 'fork', 'both'] as const),
      keep: random.pick(['main', 'fork'] as const),
    },
  ];
  for (let i = random.below(4); i > 0; i -= 1) {
    const at = random.between(200, durationMs);
    const node = random.below(nodes.length);
    entries.push(
      random.coin()
        ? { at, do: 'crash', node, restartMs: random.pick([10, 400, 1_500]) }
        : { at, do: 'reset', a: node, b: 'any' },
    );
  }
  return {
    ...base,
    name: `split-brain-${seed}`,
    nodes,
    volumes: base.volumes.map((volume) => ({ ...volume, blocks: Math.min(volume.blocks, 256) })),
    protocol: 'C',
    protocols: [],
    options: {
      ...base.options,
      // With more than two replicas each pair would be judged by its own marks: there a person decides.
      ...(isPair
        ? {
            afterSb0pri: random.pick(BY_DATA),
            afterSb1pri: random.pick(AFTER_SPLIT_BRAIN_1),
            afterSb2pri: random.pick(AFTER_SPLIT_BRAIN_2),
            alwaysAsbp: random.coin(),
          }
        : {}),
    },
    spareSlots: random.below(2),
    workload: { ...base.workload, operations: 400, thinkUs: random.pick([10_000, 40_000]) },
    entries,
    durationMs,
  };
}
