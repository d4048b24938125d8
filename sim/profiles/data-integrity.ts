/**
 * Payloads that are changed on their way without their checksum showing it (memory of a node or a switch, after the CRC was
 * made), while `data-integrity-alg` adds a digest: nothing of it reaches a disk or a client, whichever kind of frame it was.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

export function dataIntegrity(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/data-integrity');
  const base = generatePlan(seed);
  const dataIntegrityAlg = random.pick(['crc32', 'md5', 'sha1', 'sha256', 'sha512']);
  const readBalancing = random.pick(['prefer-local', 'prefer-remote', 'prefer-remote', 'round-robin']);
  const [reads, ...rest] = base.workload.mix;
  const workload: Plan['workload'] = { ...base.workload, mix: [reads + random.pick([0, 100, 400]), ...rest] };
  const entries = [...base.entries];
  const end = Math.max(51, base.durationMs);
  for (let i = random.between(2, 8); i > 0; i -= 1) entries.push(drawCollision(random, end));
  // What was cut off comes back by a resync, whose replies are attacked as well.
  for (let i = random.between(1, 3); i > 0; i -= 1)
    entries.push({ at: random.between(50, end), do: 'crash', node: 'secondary', restartMs: 200 });
  return {
    ...base,
    name: `data-integrity-${seed}`,
    options: { ...base.options, dataIntegrityAlg, readBalancing },
    workload,
    entries,
  };
}

function drawCollision(random: RandomStream, end: number): PlanEntry {
  const from = random.pick<NodeSelector>(['primary', 'primary', 'sync-source', 'any']);
  const corrupt = { do: 'corrupt', to: 'any', what: 'collision' } as const;
  switch (random.below(3)) {
    case 0:
      return { at: random.between(50, end), ...corrupt, from };
    case 1:
      return {
        when: { event: 'RS_DATA_REQUEST', nth: random.between(1, 8) },
        ...corrupt,
        from,
        frame: 'RS_DATA_REPLY',
      };
    default:
      // What it reads from the others.
      return { at: random.between(50, end), ...corrupt, from: 'secondary', to: 'primary', frame: 'DATA_REPLY' };
  }
}
