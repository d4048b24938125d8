/**
 * Live migrations: windows with two Primaries open and close at random, an application goes over from one to the other or stays,
 * and faults meet the window: a crash of either, links that break, power cuts, a third node that goes or comes back. In some
 * seeds a second application writes on purpose where the first one does (`rival`): there the two have to notice and part.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawSurvivors } from '../survivors.ts';

/** D: with a disk, H: a hypervisor without one. */
const SHAPES = ['DD', 'DD', 'DDD', 'DDD', 'DDD', 'DDH', 'DDHH', 'DHH', 'DDDH', 'DDDD'] as const;
const RIVAL_SHAPES = ['DD', 'DD', 'DDH'] as const;

const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['role:Primary', 5],
  ['role:Secondary', 4],
  ['TWOPC_PREPARE', 10],
  ['TWOPC_COMMIT', 8],
  ['CURRENT_UUID', 8],
  ['STATE', 60],
  ['DATA', 150],
  ['WRITE_ACK', 100],
  ['BARRIER', 60],
  ['PEER_ACK', 40],
  ['client-flush-ack', 12],
  ['metadata-write', 60],
  ['VERDICT', 12],
  ['RS_DATA_REPLY', 10],
  ['resync-end', 3],
];

export function twoPrimaries(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/two-primaries');
  const isRivalry = random.permille(150);
  const shape = random.pick(isRivalry ? RIVAL_SHAPES : SHAPES);
  const diskful = [...shape].filter((letter) => letter === 'D').length;
  const hasQuorum = !isRivalry && diskful > 2 && random.permille(350);
  const durationMs = random.between(5_000, 9_000);
  return {
    ...base,
    name: `two-primaries-${seed}`,
    nodes: [...shape].map((letter) => ({ diskful: letter === 'D' })),
    volumes: base.volumes.slice(0, random.permille(800) ? 1 : 2),
    protocol: 'C',
    protocols: [],
    options: {
      ...base.options,
      // Each of two writers has its share of a log.
      ...(base.options?.['alExtents'] === undefined ? {} : { alExtents: random.between(12, 24) }),
      ...(random.permille(600) ? { allowTwoPrimaries: true } : {}),
      ...(hasQuorum ? { quorum: 'majority', onSuspendedPrimaryOutdated: 'force-secondary' } : {}),
    },
    workload: {
      ...base.workload,
      operations: random.between(150, 400),
      thinkUs: random.pick([2_000, 10_000, 40_000]),
    },
    entries: isRivalry ? drawRivals(random, durationMs) : drawEntries(random, shape.length, durationMs),
    durationMs,
  };
}

function drawRivals(random: RandomStream, durationMs: number): PlanEntry[] {
  const entries: PlanEntry[] = [];
  for (let at = random.between(200, 800); at < durationMs - 1_500; at += random.between(1_500, 3_000)) {
    const rival = random.between(5, 60);
    entries.push({ at, do: 'migrate', node: 'secondary', windowMs: random.between(200, 1_000), rival });
  }
  return entries;
}

function drawEntries(random: RandomStream, nodes: number, durationMs: number): PlanEntry[] {
  const entries: PlanEntry[] = [];
  for (let at = random.between(200, 800); at < durationMs - 500; at += random.between(400, 2_000)) {
    entries.push({
      at,
      do: 'migrate',
      node: random.permille(700) ? 'secondary' : random.below(nodes),
      windowMs: random.pick([0, 5, 50, 300, 1_200]),
      ...(random.permille(250) ? { abort: true } : {}),
    });
    // Inside the window, or shortly after it.
    if (random.permille(350))
      entries.push({ at: at + random.pick([1, 10, 60, 200, 700]), ...drawAction(random, nodes) });
  }
  for (let i = random.below(4); i > 0; i -= 1) {
    const [event, nthMax] = random.pick(TRIGGERS);
    const when = { event, nth: random.between(1, nthMax) };
    entries.push({ when, delayUs: random.pick([0, 0, 30, 300, 5_000]), ...drawAction(random, nodes) } as PlanEntry);
  }
  return entries;
}

function drawAction(random: RandomStream, nodes: number): PlanAction {
  const node = (): NodeSelector =>
    random.permille(450) ? 'primary' : random.permille(400) ? 'secondary' : random.below(nodes);
  const span = (): number => random.pick([5, 50, 300, 1_500]);
  const restartMs = random.pick([1, 100, 800, 2_500]);
  switch (random.weighted([10, 8, 2, 8, 8, 4, 3, 3, 3, 2, 2])) {
    case 0:
      return { do: 'crash', node: node(), restartMs };
    case 1:
      return { do: 'power-loss', node: node(), survivors: drawSurvivors(random), restartMs };
    case 2:
      return { do: 'power-loss', node: 'all', survivors: drawSurvivors(random), restartMs };
    case 3:
      return { do: 'cut', a: node(), b: random.below(nodes), forMs: span() };
    case 4:
      return { do: 'reset', a: node(), b: 'any' };
    case 5:
      return { do: 'stall', from: node(), to: 'any', forMs: span() };
    case 6:
      return { do: 'isolate', node: node(), forMs: span() };
    case 7:
      return { do: 'pause', node: node(), forMs: random.pick([50, 500, 2_000]) };
    case 8:
      return { do: 'half-open', a: node(), b: 'any' };
    case 9:
      return { do: 'disconnect', node: node(), peer: 'any', forMs: span() };
    default:
      return { do: 'switch', abrupt: random.coin() };
  }
}
