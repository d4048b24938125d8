/**
 * Three to five replicas whose Primary vanishes in the middle of writes, on links of unequal speed, so that the survivors have
 * got unequally far: then more goes wrong while they compare what they have, and clients open again at once, on whichever
 * node: in half of the runs nobody but the cluster itself fences. Power goes only under protocol C: with A and B a crashed
 * Primary that has lost its cache is source all the same (docs/known-defects.md).
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

/** D: with a disk, C: client without one. */
const SHAPES = ['DDD', 'DDD', 'DDDD', 'DDDDD', 'CDD', 'CDDD', 'DDDC'] as const;

const WHILE_COMPARING: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['PEER_DAGTAG', 6],
  ['disk:Consistent', 4],
  ['TWOPC_PREPARE', 8],
  ['TWOPC_COMMIT', 6],
  ['BITMAP', 3],
  ['RS_DATA_REQUEST', 3],
  ['disk:UpToDate', 4],
];

export function reconciliationPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/reconciliation');
  const shape = random.pick(SHAPES);
  const nodes = [...shape].map((letter) => ({ diskful: letter === 'D' }));
  const protocol = random.pick(['A', 'B', 'C', 'C', 'C'] as const);
  const entries: PlanEntry[] = [];
  for (let round = random.between(1, 3); round > 0; round -= 1)
    entries.push(...drawLoss(random, nodes.length, protocol === 'C'));
  const fencesItself = protocol === 'C' && !shape.startsWith('C') && random.permille(600);
  return {
    ...base,
    name: `reconciliation-${seed}`,
    nodes,
    volumes: base.volumes
      .slice(0, random.between(1, 2))
      .map((each) => ({ ...each, blocks: Math.min(each.blocks, 256) })),
    protocol,
    protocols: [],
    network: { ...base.network, delayUs: random.pick([50, 200, 1_000]), jitterUs: random.pick([0, 500, 3_000]) },
    workload: {
      ...base.workload,
      depth: random.pick([4, 8, 16]),
      thinkUs: random.pick([0, 1_000]),
      mix: [10, 80, 5, 5],
    },
    ...(fencesItself
      ? { fencing: 'quorum' as const, options: { ...base.options, quorum: 'majority', onNoQuorum: 'suspend-io' } }
      : {}),
    entries,
    durationMs: random.between(3_000, 7_000),
  };
}

function drawLoss(random: RandomStream, nodes: number, power: boolean): PlanEntry[] {
  const moment = random.coin()
    ? {
        when: {
          event: random.pick(['DATA', 'WRITE_ACK', 'client-ack', 'BARRIER'] as const),
          nth: random.between(5, 120),
        },
      }
    : { at: random.between(200, 3_000) };
  const entries: PlanEntry[] = [];
  // One survivor hears less of it than the others, before all of them lose it.
  if (random.permille(600))
    entries.push({
      ...moment,
      do: 'stall',
      from: 'primary',
      to: random.below(nodes),
      forMs: random.pick([5, 50, 600]),
    });
  const delayUs = random.pick([0, 300, 3_000, 20_000]);
  entries.push({ ...moment, ...('when' in moment ? { delayUs } : {}), ...drawDeath(random, power) } as PlanEntry);
  if (random.permille(600)) {
    const [event, nthMax] = random.pick(WHILE_COMPARING);
    const when = { event, nth: random.between(1, nthMax) };
    entries.push({ when, delayUs: random.pick([0, 0, 40, 400]), ...drawTrouble(random) } as PlanEntry);
  }
  return entries;
}

function drawDeath(random: RandomStream, power: boolean): PlanAction {
  const restartMs = random.pick([1, 30, 500, 2_000]);
  switch (random.below(4)) {
    case 0:
    case 1:
      return { do: 'crash', node: 'primary', restartMs };
    case 2:
      return { do: power ? 'power-loss' : 'crash', node: 'primary', restartMs };
    default:
      return { do: 'isolate', node: 'primary', forMs: random.pick([300, 1_500]) };
  }
}

function drawTrouble(random: RandomStream): PlanAction {
  const node: NodeSelector = random.coin() ? 'subject' : 'secondary';
  switch (random.below(6)) {
    case 0:
    case 1:
      return { do: 'reset', a: node, b: 'any' };
    case 2:
      return { do: 'crash', node, restartMs: random.pick([1, 100, 900]) };
    case 3:
      return { do: 'stall', from: node, to: 'any', forMs: random.pick([20, 300]) };
    case 4:
      return { do: 'cut', a: node, b: 'any', forMs: random.pick([100, 1_000]) };
    default:
      return { do: 'switch', abrupt: random.coin() };
  }
}
