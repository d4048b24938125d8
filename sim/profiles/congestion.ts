/**
 * Links that do not keep up under protocol A: on-congestion pull-ahead (mostly) and disconnect, low limits, slow and stalled
 * links, pauses while the Primary is ahead; and the faults of the base swarm, fewer of them.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';

const MOMENTS: readonly TriggerEvent[] = [
  'AHEAD',
  'replication:Ahead',
  'replication:Behind',
  'replication:SyncSource',
  'OUT_OF_SYNC',
  'BITMAP',
  'RS_DATA_REQUEST',
  'RS_DATA_REPLY',
  'RS_CANCEL_AHEAD',
  'RS_FINISHED',
  'CURRENT_UUID',
  'BARRIER_ACK',
  'disk:Outdated',
];

export function congestionPlan(seed: number): Plan {
  const base = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/congestion');
  const kept = base.entries.filter(() => random.permille(400));
  const all = random.permille(600);
  const options: NonNullable<Plan['options']> = {
    ...base.options,
    // Without quorum, a third node that still sees both halves could not tell which is the current one.
    onCongestion: base.nodes.length > 2 || random.permille(700) ? 'pull-ahead' : 'disconnect',
    congestionFillBytes: random.pick([0, 4_096, 16_384, 65_536]),
    congestionExtents: random.pick([1, 2, 8, 1_237]),
    // A slow link is to be congested, not dead.
    koCount: random.pick([0, 2]),
    resyncRequestBytes: random.pick([4_096, 1_048_576]),
    resyncRequestsMax: random.pick([1, 4, 16]),
  };
  return {
    ...base,
    name: `congestion-${seed}`,
    protocol: all ? 'A' : base.protocol,
    protocols: all ? [] : drawProtocols(random, base.nodes.length),
    options,
    network: { ...base.network, bytesPerMs: random.pick([1_000, 5_000, 100_000]) },
    entries: [...kept, ...drawSlowness(random), ...drawAtMoments(random)],
  };
}

function drawProtocols(random: RandomStream, nodes: number): NonNullable<Plan['protocols']> {
  const links: NonNullable<Plan['protocols']> = [];
  for (let a = 0; a < nodes; a += 1)
    for (let b = a + 1; b < nodes; b += 1) links.push({ a, b, protocol: random.pick(['A', 'A', 'C'] as const) });
  return links;
}

function drawSlowness(random: RandomStream): PlanEntry[] {
  return Array.from({ length: random.between(1, 4) }, () => {
    const at = random.between(100, 5_000);
    const forMs = random.pick([50, 300, 1_500]);
    if (random.coin())
      return { at, do: 'slow-link' as const, a: 'primary', b: 'any', delayMs: random.pick([20, 150, 400]), forMs };
    return { at, do: 'stall' as const, from: random.pick<NodeSelector>(['primary', 'secondary']), to: 'any', forMs };
  });
}

/** While the Primary is ahead, at its way there, and at its way back. */
function drawAtMoments(random: RandomStream): PlanEntry[] {
  return Array.from({ length: random.between(0, 4) }, (): PlanEntry => {
    const when = { event: random.pick(MOMENTS), nth: random.between(1, 6) };
    const moment = { when, delayUs: random.pick([0, 0, 200, 20_000]) };
    const node = random.pick<NodeSelector>(['subject', 'primary', 'secondary']);
    switch (random.below(6)) {
      case 0:
        return { ...moment, do: 'crash', node, restartMs: random.pick([100, 800]) };
      case 1:
        return { ...moment, do: 'reset', a: node, b: 'any' };
      case 2:
        return { ...moment, do: 'power-loss', node, restartMs: random.pick([100, 800]) };
      case 3:
        return { ...moment, do: 'switch', abrupt: random.coin() };
      default:
        return { ...moment, do: 'pause-sync', node, peer: 'any', forMs: random.pick([30, 1_000, 4_000]) };
    }
  });
}
