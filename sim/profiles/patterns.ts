/**
 * Failures of whole installations, as they happen: swizzle-clog (links stop one by one and return in another order), a ring of
 * majorities, one-way partitions, everybody booting in some order after a power cut, crash loops, a Primary that is frozen for
 * long, clocks that leap, disks that hang for half a minute. One or two of them per run.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanEntry } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawSurvivors } from '../survivors.ts';

type Pattern = (random: RandomStream, nodes: number, at: number) => PlanEntry[];

const pairsOf = (nodes: number): (readonly [number, number])[] => {
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0; a < nodes; a += 1) for (let b = a + 1; b < nodes; b += 1) pairs.push([a, b]);
  return pairs;
};

const PATTERNS: readonly Pattern[] = [
  function swizzleClog(random, nodes, at) {
    const chosen = pairsOf(nodes).filter(() => random.permille(700));
    return chosen.map(([a, b], index) => ({
      at: at + index * random.between(5, 120),
      do: 'cut',
      a,
      b,
      forMs: 500 + random.between(0, 2_000),
    }));
  },
  function majoritiesRing(random, nodes, at) {
    // Each node sees its neighbours in the ring only: with five, everybody has a majority and no two the same.
    const far = pairsOf(nodes).filter(([a, b]) => b - a > 1 && b - a < nodes - 1);
    const forMs = random.pick([700, 2_000, 5_000]);
    return far.map(([a, b]) => ({ at, do: 'cut', a, b, forMs }));
  },
  function oneWay(random, nodes, at) {
    const node = random.below(nodes);
    const forMs = random.pick([300, 1_500, 4_000]);
    const others = Array.from({ length: nodes }, (_, id) => id).filter((id) => id !== node);
    const isOut = random.coin();
    return others.map((other) => ({
      at,
      do: 'stall',
      from: isOut ? node : other,
      to: isOut ? other : node,
      forMs,
    }));
  },
  function staggeredBoot(random, nodes, at) {
    const boots = Array.from({ length: nodes }, (_, node): PlanEntry => {
      const later = random.pick([100, 400, 900, 1_600, 3_000]);
      return { at: at + later + random.below(50), do: 'start', node };
    });
    return [{ at, do: 'power-loss', node: 'all', survivors: drawSurvivors(random) }, ...boots];
  },
  function crashLoop(random, nodes, at) {
    const node = random.below(nodes);
    const times = random.between(3, 12);
    const pace = random.pick([60, 250, 700]);
    return Array.from({ length: times }, (_, i) => ({ at: at + i * pace, do: 'crash', node, restartMs: pace >> 1 }));
  },
  function frozenPrimary(random, _nodes, at) {
    return [{ at, do: 'pause', node: 'primary', forMs: random.pick([3_000, 8_000, 30_000]) }];
  },
  function leapingClock(random, nodes, at) {
    return [0, 1, 2].map((i) => ({
      at: at + i * random.between(50, 900),
      do: 'clock-jump',
      node: random.below(nodes),
      ms: random.pick([500, 5_000, 3_600_000]),
    }));
  },
  function hangingDisk(random, _nodes, at) {
    return [{ at, do: 'stall-disk', node: random.pick(['primary', 'secondary'] as const), forMs: 30_000 }];
  },
];

export function patterns(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/patterns');
  const entries: PlanEntry[] = random.permille(400) ? plan.entries.slice(0, 2) : [];
  const count = random.between(1, 2);
  for (let i = 0; i < count; i += 1) {
    entries.push(...random.pick(PATTERNS)(random, plan.nodes.length, random.between(200, 3_000)));
  }
  return { ...plan, name: `patterns-${seed}`, entries, durationMs: plan.durationMs + random.pick([0, 3_000, 35_000]) };
}
