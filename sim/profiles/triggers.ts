/**
 * Faults where they hurt: nearly all are bound to an event, many to the second one that is counted only after the first, and
 * aimed at a role (the node about to acknowledge, the source of a resync, the old Primary). Far denser than faults by time.
 */
import { generatePlan } from '../generate.ts';
import type { NodeSelector, Plan, PlanAction, PlanEntry, TriggerEvent } from '../plan.ts';
import { RandomStream } from '../prng.ts';
import { drawSurvivors } from '../survivors.ts';

/** Each class takes part in half of the runs. */
const CLASSES = ['death', 'power', 'link', 'one-way', 'pause', 'disk', 'client'] as const;

const EVENTS: readonly (readonly [TriggerEvent, nthMax: number])[] = [
  ['data-write', 200],
  ['WRITE_ACK', 100],
  ['BARRIER', 30],
  ['BARRIER_ACK', 30],
  ['CURRENT_UUID', 4],
  ['PEER_ACK', 8],
  ['VERDICT', 6],
  ['STATE', 20],
  ['BITMAP', 4],
  ['RS_DATA_REQUEST', 6],
  ['RS_DATA_REPLY', 6],
  ['RS_WRITE_ACK', 6],
  ['RS_FINISHED', 3],
  ['RS_DONE', 3],
  ['PEERS_IN_SYNC', 3],
  ['OUT_OF_SYNC', 6],
  ['TWOPC_PREPARE', 3],
  ['TWOPC_COMMIT', 3],
  ['metadata-write', 40],
  ['client-ack', 100],
  ['client-flush-ack', 8],
  ['replication:SyncTarget', 3],
  ['replication:WFBitMapS', 3],
  ['replication:PausedSyncT', 2],
  ['disk:Inconsistent', 2],
  ['disk:Outdated', 2],
  ['disk:UpToDate', 3],
  ['role:Primary', 2],
  ['role:Secondary', 2],
  ['resync-end', 3],
  ['node-start', 3],
];

const ROLES: readonly NodeSelector[] = [
  'about-to-ack',
  'sync-source',
  'sync-target',
  'old-primary',
  'primary',
  'secondary',
  'subject',
  'subject',
  'subject',
];

export function triggers(seed: number): Plan {
  const plan = generatePlan(seed);
  const random = new RandomStream(seed, 'profile/triggers');
  const classes = CLASSES.filter(() => random.coin());
  if (classes.length === 0) classes.push('death');
  const entries: PlanEntry[] = [];
  const count = random.between(3, 12);
  for (let i = 0; i < count; i += 1) {
    const action = drawAction(random, random.pick(classes), plan.volumes.length);
    if (random.permille(120)) {
      entries.push({ at: random.between(50, plan.durationMs), id: `e${i}`, ...action } as PlanEntry);
      continue;
    }
    const [event, nthMax] = random.pick(EVENTS);
    // Late in a run for the first of a chain; right after it for those that follow.
    const follows = i > 0 && random.permille(600);
    const nth = random.between(1, follows || random.coin() ? Math.min(3, nthMax) : nthMax);
    const when = { event, nth, ...(follows ? { after: `e${random.below(i)}` } : {}) };
    entries.push({ when, delayUs: random.pick([0, 0, 0, 40, 250, 2_000]), id: `e${i}`, ...action } as PlanEntry);
  }
  return { ...plan, name: `triggers-${seed}`, entries };
}

function drawAction(random: RandomStream, kind: (typeof CLASSES)[number], volumes: number): PlanAction {
  const node = random.pick(ROLES);
  const restartMs = random.pick([1, 60, 400, 1_500]);
  const forMs = random.pick([20, 200, 900, 2_500]);
  switch (kind) {
    case 'death':
      return { do: 'crash', node, ...(random.permille(850) ? { restartMs } : {}) };
    case 'power':
      return {
        do: 'power-loss',
        node: random.permille(200) ? 'all' : node,
        survivors: drawSurvivors(random),
        restartMs,
      };
    case 'link':
      return random.coin() ? { do: 'reset', a: node, b: 'any' } : { do: 'half-open', a: node, b: 'any' };
    case 'one-way':
      return random.coin() ? { do: 'stall', from: node, to: 'any', forMs } : { do: 'cut', a: node, b: 'any', forMs };
    case 'pause':
      return { do: 'pause', node, forMs };
    case 'disk':
      return random.coin()
        ? { do: 'stall-disk', node, forMs }
        : {
            do: 'disk-error',
            node,
            volume: random.below(volumes),
            operation: random.pick(['read', 'write', 'flush', 'metadata'] as const),
            nth: random.between(1, 6),
          };
    case 'client':
      return random.coin() ? { do: 'switch', abrupt: random.coin() } : { do: 'disconnect', node, peer: 'any', forMs };
  }
}
