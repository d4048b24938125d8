/**
 * Volumes that grow and bitmaps that change their blocks while everything else goes on: disks of unequal size, backing stores made
 * larger one after the other, resizes with everybody there or not, at moments at which something is under way; beside writes,
 * crashes, and disks that come and go. Now and then a volume becomes smaller.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const WHEN = [
  'DATA',
  'WRITE_ACK',
  'PROTOCOL',
  'BITMAP',
  'SIZES',
  'TWOPC_PREPARE',
  'TWOPC_COMMIT',
  'TWOPC_YES',
  'RS_DATA_REPLY',
  'RS_FINISHED',
  'metadata-write',
  'flush',
  'client-ack',
  'role:Primary',
  'resync-end',
  'disk:UpToDate',
  'disk:Negotiating',
  'all-in-sync',
] as const;
/** DRBD 9.3's test has 8 KiB against 64 KiB. */
const BLOCK_BYTES = [4_096, 8_192, 16_384, 65_536, 1_048_576] as const;

export function sizesPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/sizes');
  const start = base.volumes.map(({ blocks }) => Math.max(1, Math.floor((blocks * random.between(2, 9)) / 10)));
  const mixed = random.permille(500);
  const disks: NonNullable<Plan['sizes']>['disks'] = [];
  const bitmaps: NonNullable<NonNullable<Plan['sizes']>['bitmaps']> = [];
  base.nodes.forEach((_, node) => {
    start.forEach((blocks, volume) => {
      const most = base.volumes[volume]?.blocks ?? blocks;
      if (random.permille(400)) disks.push({ node, volume, blocks: random.between(blocks, most) });
      if (mixed && random.coin()) bitmaps.push({ node, volume, blockBytes: random.pick(BLOCK_BYTES) });
    });
  });
  const entries: PlanEntry[] = base.entries.filter(() => random.permille(600));
  const junk = random.coin();
  // Where somebody vouches for nothing (assume-clean), some disks may add zeroes and say so, and others not.
  const mixes = new RandomStream(seed, 'profile/sizes/zeroes');
  for (const volume of base.volumes.keys())
    entries.push(...drawGrowth(random, base, { volume, start: start[volume] ?? 1, junk }));
  for (let i = random.below(4); i > 0; i -= 1) entries.push(drawChange(random, base, junk));
  if (random.coin()) entries.push(...drawOutage(random, base));
  for (const [i, entry] of entries.entries())
    if (entry.do === 'grow-disk' && entry.junk === true && mixes.permille(400)) entries[i] = { ...entry, junk: false };
  return { ...base, name: `sizes-${seed}`, sizes: { start, disks, bitmaps }, entries, attachAtHeal: random.coin() };
}

/** Backing stores are made larger within a while, everywhere; then somebody asks for it, now and then before all are. */
function drawGrowth(
  random: RandomStream,
  plan: Plan,
  { volume, start, junk }: { readonly volume: number; readonly start: number; readonly junk: boolean },
): PlanEntry[] {
  const entries: PlanEntry[] = [];
  const most = plan.volumes[volume]?.blocks ?? start;
  const rounds = random.between(1, 3);
  let blocks = start;
  let at = random.between(100, Math.floor(plan.durationMs / 2));
  for (let round = 1; round <= rounds; round += 1) {
    blocks = round === rounds ? most : random.between(blocks, most);
    // Some are forgotten until the heal.
    for (const node of plan.nodes.keys())
      if (!random.permille(200))
        entries.push({ at: at + random.below(200), do: 'grow-disk', node, volume, blocks, junk });
    for (let i = random.between(1, 2); i > 0; i -= 1)
      entries.push({
        ...(random.permille(600) ? { at: at + random.between(50, 600) } : trigger(random)),
        do: 'resize',
        node: someNode(random),
        volume,
        ...(random.coin() ? { blocks } : {}),
        ...(random.permille(300) ? { assumePeerHasSpace: true } : {}),
        ...(!junk && random.permille(300) ? { assumeClean: true } : {}),
      });
    at += random.between(200, Math.floor(plan.durationMs / 3));
  }
  return entries;
}

/** Somebody misses writes, and whoever has marked them ends cleanly before he is back: the marks have to be on disk. */
function drawOutage(random: RandomStream, plan: Plan): PlanEntry[] {
  const at = random.between(Math.floor(plan.durationMs / 4), Math.floor((plan.durationMs * 3) / 4));
  const restartMs = random.between(700, 1_500);
  const node = random.pick(['secondary', 0, 1] as const);
  return [
    { at, do: 'crash', node, restartMs },
    { at: at + random.between(100, 400), do: 'resize', node: 'any', volume: random.below(plan.volumes.length) },
    { at: at + random.between(150, 500), do: 'stop', node: 'primary', restartMs: random.between(1, 300) },
  ];
}

function drawChange(random: RandomStream, plan: Plan, junk: boolean): PlanEntry {
  const volume = random.below(plan.volumes.length);
  const node = someNode(random);
  const when = random.coin() ? { at: random.between(50, plan.durationMs) } : trigger(random);
  const kind = random.below(junk ? 3 : 4);
  if (kind === 0)
    return {
      ...when,
      do: 'detach',
      node,
      volume,
      forMs: random.pick([5, 50, 500, 2_000]),
      force: random.permille(300),
    };
  if (kind === 3) {
    const blocks = random.between(1, plan.volumes[volume]?.blocks ?? 1);
    return { ...when, do: 'resize', node, volume, blocks, force: true };
  }
  return { ...when, do: 'bitmap-block-size', node, volume, blockBytes: random.pick(BLOCK_BYTES) };
}

const trigger = (random: RandomStream): Pick<PlanEntry, 'when' | 'delayUs'> => ({
  when: { event: random.pick(WHEN), nth: random.between(1, 12) },
  delayUs: random.pick([0, 30, 300, 5_000]),
});

const someNode = (random: RandomStream): NodeSelector =>
  random.pick(['primary', 'secondary', 'any', 'any', 0, 1] as const);
