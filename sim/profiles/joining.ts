/**
 * Profile `joining`: two parts of a cluster, in stars or meshes, whose links come up and break again and again while
 * administrators on both sides promote whatever they can. Promotions, crashes, resets and attaches happen at the frames of the
 * handshakes and of the changes that join the parts. Nobody writes: all that counts is who is Primary, and who believes in which link.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const MOMENTS: readonly TriggerEvent[] = [
  'FEATURES',
  'PROTOCOL',
  'PROTOCOL',
  'VERDICT',
  'VERDICT',
  'TWOPC_PREPARE',
  'TWOPC_PREPARE',
  'TWOPC_YES',
  'TWOPC_COMMIT',
  'TWOPC_COMMIT',
  'TWOPC_ABORT',
  'TWOPC_RETRY',
  'STATE',
  'UUIDS',
  'role:Primary',
  'role:Secondary',
];

type Pair = [number, number];

export function joiningPlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/joining');
  const base = generatePlan(seed);
  const left = random.between(1, 3);
  const right = random.between(left === 1 ? 2 : 1, 3);
  const sides = [span(0, left), span(left, left + right)] as const;
  // More than one replica on a side: each pair would settle a split brain by its own marks, where a person is needed.
  const replicas = [random.pick(sides[0]), random.pick(sides[1])] as const;
  const nodes = [...sides[0], ...sides[1]].map((id) => ({ diskful: replicas.includes(id) }));
  const direct = drawBridges(random, sides);
  const bridges = drawMiddle(seed, nodes, sides, replicas[0]) ?? direct;
  const parts = [drawPart(random, sides[0], replicas[0]), drawPart(random, sides[1], replicas[1])];
  const links = [...parts.flat(), ...bridges];
  const durationMs = random.between(4_000, 7_000);
  const entries: PlanEntry[] = [];
  for (let at = 0; at < durationMs - 1_000; at += random.between(700, 2_000)) {
    const forMs = at === 0 ? random.between(100, 600) : random.pick([1, 60, 300, 1_200]);
    for (const [a, b] of bridges) {
      const spread = random.pick([0, 0, 1, 10, 150]);
      entries.push({ at, do: 'cut', a, b, forMs: forMs + spread });
    }
    // The links come up at about this moment.
    const up = at + forMs + random.pick([0, 0, 20, 60, 120, 200]);
    for (const side of sides)
      if (random.permille(600)) entries.push({ at: up + random.below(4), ...promotion(random, random.pick(side)) });
  }
  for (let i = random.between(3, 9); i > 0; i -= 1)
    entries.push({
      when: { event: random.pick(MOMENTS), nth: random.between(1, 25) },
      delayUs: random.pick([0, 0, 30, 300, 2_000]),
      ...drawAction(random, nodes.length, base.volumes.length),
    });
  return {
    ...base,
    name: `joining-${seed}`,
    nodes,
    links,
    protocol: 'C',
    protocols: [],
    fencing: 'parts',
    // Who was Primary apart has nothing that anybody would miss.
    options: {
      ...base.options,
      afterSb0pri: 'discard-least-changes',
      afterSb1pri: 'discard-secondary',
      alwaysAsbp: true,
      twopcTimeoutMs: random.pick([1_000, 3_000]),
    },
    workload: { ...base.workload, operations: 0, onDemand: true },
    entries,
    durationMs,
  };
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Around the replica, or everybody with everybody: who has no disk needs a link to one. */
function drawPart(random: RandomStream, side: readonly number[], replica: number): Pair[] {
  const isMesh = random.permille(300);
  return side.flatMap((a, i) =>
    side.slice(i + 1).flatMap((b): Pair[] => (isMesh || a === replica || b === replica ? [[a, b]] : [])),
  );
}

function drawBridges(random: RandomStream, [left, right]: readonly [readonly number[], readonly number[]]): Pair[] {
  const all = left.flatMap((a) => right.map((b): Pair => [a, b]));
  if (random.permille(300)) return all;
  const chosen = all.filter(() => random.permille(200));
  return chosen.length > 0 ? chosen : [[random.pick(left), random.pick(right)]];
}

/** A node without a disk that is alone, and then finds both parts at once. */
function drawMiddle(
  seed: number,
  nodes: Plan['nodes'],
  sides: readonly number[][],
  replica: number,
): Pair[] | undefined {
  const random = new RandomStream(seed, 'profile/joining/middle');
  if (!random.permille(300)) return undefined;
  const middle = nodes.push({ diskful: false }) - 1;
  const ends = new Set([replica, ...sides.map((side) => random.pick(side))]);
  return [...ends].map((end): Pair => [end, middle]);
}

const promotion = (random: RandomStream, node: NodeSelector): PlanAction => ({
  do: 'promote',
  node,
  forMs: random.pick([1, 30, 300, 1_000]),
  apart: true,
});

function drawAction(random: RandomStream, nodes: number, volumes: number): PlanAction {
  const node: NodeSelector = random.coin() ? random.below(nodes) : random.pick(['any', 'subject', 'primary'] as const);
  const forMs = random.pick([5, 60, 400]);
  switch (random.weighted([14, 5, 4, 4, 4, 3, 4])) {
    case 0:
      return promotion(random, random.below(nodes));
    case 1:
      return { do: 'crash', node, restartMs: forMs };
    case 2:
      return { do: 'reset', a: node, b: 'any' };
    case 3:
      return { do: 'stall', from: node, to: 'any', forMs };
    case 4:
      return { do: 'half-open', a: node, b: 'any' };
    case 5:
      return { do: 'disconnect', node, peer: 'any', forMs };
    default:
      return { do: 'detach', node, volume: random.below(volumes), forMs };
  }
}
