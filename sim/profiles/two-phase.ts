/**
 * Profile `twopc`: chains and stars instead of a full mesh, and trouble at the frames of cluster-wide changes. Half of the
 * seeds let several administrators race for Primary: there no link is cut, since two halves of a cluster without quorum may
 * each have a Primary. The other half cuts, stalls, disconnects and detaches in the middle of changes.
 */
import { generatePlan } from '../generate.ts';
import type { Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const MOMENTS: readonly TriggerEvent[] = [
  'TWOPC_PREPARE',
  'TWOPC_PREPARE',
  'TWOPC_YES',
  'TWOPC_YES',
  'TWOPC_COMMIT',
  'TWOPC_COMMIT',
  'TWOPC_ABORT',
  'TWOPC_RETRY',
  'role:Primary',
  'role:Secondary',
];

export function twoPhasePlan(seed: number): Plan {
  const random = new RandomStream(seed, 'profile/twopc');
  const base = generatePlan(seed);
  const nodes = base.nodes.length;
  const races = random.coin();
  const topology = random.pick(['mesh', 'chain', 'chain', 'star'] as const);
  const links: Pick<Plan, 'links'> = nodes < 3 || topology === 'mesh' ? {} : { links: linksOf(topology, base.nodes) };
  const count = random.between(3, 9);
  const entries = Array.from({ length: count }, () =>
    races ? race(random, base, links.links === undefined) : trouble(random, base),
  );
  return {
    ...base,
    ...links,
    name: `twopc-${seed}`,
    options: { ...base.options, twopcTimeoutMs: random.pick([3_000, 30_000]) },
    network: races ? { ...base.network, spikeUs: Math.min(base.network.spikeUs, 20_000) } : base.network,
    entries: races ? entries : [...base.entries.slice(0, 3), ...entries, ...parting(seed, base)],
  };
}

/**
 * Replicas in a row, or around one in the middle; nodes without a disk, through which no data can come, hang on one of them. No
 * circles of more than three: docs/known-defects.md.
 */
function linksOf(topology: 'chain' | 'star', nodes: Plan['nodes']): [number, number][] {
  const replicas = nodes.flatMap((node, id) => (node.diskful ? [id] : []));
  const links: [number, number][] = [];
  replicas.forEach((id, at) => {
    const before = topology === 'chain' ? replicas[at - 1] : replicas[0];
    if (before !== undefined && at > 0) links.push([before, id]);
  });
  const first = replicas[0] ?? 0;
  const last = replicas.at(-1) ?? 0;
  nodes.forEach((node, id) => {
    if (!node.diskful) links.push([id, topology === 'star' ? first : last]);
  });
  return links;
}

function moment(random: RandomStream, durationMs: number): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (random.permille(250)) return { at: random.between(50, durationMs) };
  const event = random.pick(MOMENTS);
  return { when: { event, nth: random.between(1, 8) }, delayUs: random.pick([0, 0, 30, 300, 2_000]) };
}

/** Nothing here separates nodes that are alive: nobody dies between two others. */
function race(random: RandomStream, plan: Plan, isMesh: boolean): PlanEntry {
  const node = random.below(plan.nodes.length);
  const actions: PlanAction[] = [
    { do: 'promote', node, forMs: random.pick([1, 50, 400]) },
    { do: 'promote', node, forMs: random.pick([1, 50, 400]) },
    { do: 'promote', node, forMs: random.pick([1, 50, 400]) },
    { do: 'switch', abrupt: random.coin() },
    { do: 'crash', node: random.pick(['primary', 'subject', 'any'] as const), restartMs: random.pick([1, 300]) },
    { do: 'stall', from: 'any', to: 'any', forMs: random.pick([5, 50, 150]) },
  ];
  const action = actions[random.weighted([10, 10, 10, 8, isMesh ? 3 : 0, 6])] ?? { do: 'switch' };
  return { ...moment(random, plan.durationMs), ...action } as PlanEntry;
}

/** An administrator disconnects where the link is broken already: nobody may conclude anything about the other end. */
function parting(seed: number, plan: Plan): PlanEntry[] {
  const random = new RandomStream(seed, 'profile/twopc/parting');
  if (!random.permille(250)) return [];
  const at = random.between(50, plan.durationMs);
  const peer = random.below(plan.nodes.length);
  return [
    { at, do: 'cut', a: 'primary', b: peer, forMs: 4_000 },
    { at: at + 1_500, do: 'disconnect', node: 'primary', peer, forMs: 2_000 },
  ];
}

function trouble(random: RandomStream, plan: Plan): PlanEntry {
  const who = (): number | 'any' | 'primary' | 'subject' =>
    random.permille(300)
      ? random.below(plan.nodes.length)
      : random.pick(['any', 'primary', 'subject', 'subject'] as const);
  const forMs = random.pick([5, 60, 400, 1_500]);
  const actions: PlanAction[] = [
    { do: 'reset', a: who(), b: 'any' },
    { do: 'half-open', a: who(), b: 'any' },
    { do: 'stall', from: who(), to: 'any', forMs },
    { do: 'cut', a: who(), b: 'any', forMs },
    { do: 'disconnect', node: who(), peer: 'any', forMs },
    { do: 'detach', node: who(), volume: random.below(plan.volumes.length), forMs },
    { do: 'switch', abrupt: random.coin() },
    { do: 'crash', node: who(), restartMs: forMs },
    { do: 'stop', node: who(), restartMs: forMs },
  ];
  const action = actions[random.weighted([10, 6, 6, 6, 6, 5, 10, 5, 3])] ?? { do: 'switch' };
  return { ...moment(random, plan.durationMs), ...action } as PlanEntry;
}
