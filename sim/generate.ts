/**
 * Swarm: a seed becomes a plan. Every run has its own mix: topology, protocols, timing, workload, and for each class of faults
 * whether it takes part at all (half of them do not), so that rare combinations are not drowned by the usual ones.
 */
import {
  PLAN_VERSION,
  type NodeSelector,
  type Plan,
  type PlanAction,
  type PlanEntry,
  type TriggerEvent,
} from './plan.ts';
import { RandomStream } from './prng.ts';
import { drawSurvivors } from './survivors.ts';

const FAULT_CLASSES = [
  'crash',
  'power',
  'stop',
  'lose',
  'pause',
  'link',
  'partition',
  'corrupt',
  'disk-error',
  'slow',
  'switch',
  'admin',
] as const;
type FaultClass = (typeof FAULT_CLASSES)[number];

/** How much of each class a run gets when the class takes part. */
const CLASS_WEIGHTS: Readonly<Record<FaultClass, number>> = {
  crash: 10,
  power: 10,
  stop: 3,
  lose: 1,
  pause: 3,
  link: 10,
  partition: 5,
  corrupt: 3,
  'disk-error': 4,
  slow: 3,
  switch: 6,
  admin: 2,
};

/** Moments at which things are interesting; weights. */
const TRIGGERS: readonly (readonly [TriggerEvent, nthMax: number, weight: number])[] = [
  ['DATA', 120, 10],
  ['WRITE_ACK', 100, 8],
  ['RECV_ACK', 60, 2],
  ['BARRIER', 40, 5],
  ['BARRIER_ACK', 40, 6],
  ['PEER_ACK', 12, 5],
  ['CURRENT_UUID', 4, 8],
  ['PROTOCOL', 10, 4],
  ['VERDICT', 10, 4],
  ['STATE', 30, 4],
  ['BITMAP', 6, 6],
  ['OUT_OF_SYNC', 20, 4],
  ['RS_DATA_REQUEST', 12, 6],
  ['RS_DATA_REPLY', 12, 8],
  ['RS_WRITE_ACK', 12, 6],
  ['RS_FINISHED', 4, 8],
  ['RS_DONE', 4, 4],
  ['TWOPC_PREPARE', 4, 4],
  ['TWOPC_COMMIT', 4, 4],
  ['TRIM', 8, 2],
  ['replication:SyncTarget', 4, 8],
  ['replication:SyncSource', 4, 4],
  ['replication:WFBitMapT', 4, 4],
  ['metadata-write', 60, 8],
  ['flush', 40, 4],
  ['client-ack', 150, 10],
  ['client-flush-ack', 12, 6],
  ['role:Primary', 4, 4],
  ['role:Secondary', 4, 3],
  ['resync-end', 4, 6],
  ['node-start', 6, 3],
  ['disk:UpToDate', 8, 3],
];

export function generatePlan(seed: number): Plan {
  const random = new RandomStream(seed, 'plan');
  const nodes = drawNodes(random);
  const big = random.permille(250);
  const sectorBytes = big || random.permille(300) ? 4_096 : 512;
  const volumes = drawVolumes(random, big);
  const workload = drawWorkload(random, sectorBytes, big);
  const durationMs = random.between(3_000, 9_000);
  const slowDisk = random.permille(200);
  return {
    version: PLAN_VERSION,
    name: `swarm-${seed}`,
    seed,
    nodes,
    volumes,
    sectorBytes,
    protocol: random.permille(700) ? 'C' : random.pick(['A', 'B', 'C'] as const),
    protocols: drawProtocols(random, nodes.length),
    options: drawOptions(random, big),
    network: {
      delayUs: random.pick([20, 50, 100, 500, 2_000]),
      jitterUs: random.pick([0, 10, 100, 1_000]),
      bytesPerMs: random.pick([1_000_000, 100_000, 20_000]),
      spikePermille: random.permille(300) ? random.between(1, 30) : 0,
      spikeUs: random.pick([5_000, 50_000, 250_000]),
      codec: random.permille(200),
    },
    disk: {
      latencyUs: slowDisk ? 2_000 : random.pick([20, 100, 400]),
      jitterUs: random.pick([0, 50, 500, 2_000]),
      flushUs: random.pick([50, 500, 3_000]),
    },
    clockPpm: random.permille(500) ? 0 : random.pick([200, 5_000, 50_000]),
    shuffle: random.permille(700),
    workload,
    entries: drawEntries(random, nodes.length, volumes.length, durationMs),
    durationMs,
  };
}

function drawNodes(random: RandomStream): Plan['nodes'] {
  const diskful = [2, 2, 2, 3, 3, 3, 3, 4, 5][random.below(9)] ?? 3;
  const diskless = [0, 0, 0, 1, 1, 2][random.below(6)] ?? 0;
  const nodes: Plan['nodes'] = [];
  for (let i = 0; i < diskful; i += 1) nodes.push({ diskful: true });
  for (let i = 0; i < diskless && nodes.length < 6; i += 1)
    nodes.splice(random.below(nodes.length + 1), 0, { diskful: false });
  if (random.permille(80)) {
    const at = nodes.findLastIndex((node) => node.diskful);
    nodes[at] = { diskful: true, fresh: true };
  }
  return nodes;
}

function drawVolumes(random: RandomStream, big: boolean): Plan['volumes'] {
  const count = [1, 1, 1, 2, 3][random.below(5)] ?? 1;
  const volumes: Plan['volumes'] = [];
  for (let i = 0; i < (big ? Math.min(count, 2) : count); i += 1) {
    // Big ones have several activity-log extents (4 MiB each), small ones many collisions.
    const blocks = big ? random.between(3, 8) * 1_024 : random.pick([8, 16, 33, 64, 256]);
    volumes.push({ blocks, blockBytes: random.permille(850) ? 4_096 : 16_384 });
  }
  return volumes;
}

function drawProtocols(random: RandomStream, nodes: number): NonNullable<Plan['protocols']> {
  if (!random.permille(300)) return [];
  const links: NonNullable<Plan['protocols']> = [];
  for (let a = 0; a < nodes; a += 1) {
    for (let b = a + 1; b < nodes; b += 1) {
      if (random.permille(400)) links.push({ a, b, protocol: random.pick(['A', 'B', 'C'] as const) });
    }
  }
  return links;
}

function drawOptions(random: RandomStream, big: boolean): NonNullable<Plan['options']> {
  const options: NonNullable<Plan['options']> = {};
  // A tiny activity log has to evict; only useful where the volume has more extents than the log.
  if (big && random.permille(700)) options['alExtents'] = random.between(2, 5);
  if (random.permille(300)) options['maxEpochSize'] = random.pick([1, 2, 8]);
  if (random.permille(300)) options['peerAckWindowBytes'] = random.pick([512, 16_384]);
  if (random.permille(300)) options['resyncRequestsMax'] = random.pick([1, 2, 4]);
  if (random.permille(500)) options['resyncRequestBytes'] = random.pick([4_096, 16_384, 65_536]);
  if (random.permille(200)) options['useRle'] = false;
  if (random.permille(150)) options['writeOrdering'] = 'drain';
  return options;
}

function drawWorkload(random: RandomStream, sectorBytes: number, big: boolean): Plan['workload'] {
  return {
    operations: random.between(40, 350),
    depth: random.pick([1, 1, 2, 4, 8, 16]),
    thinkUs: random.pick([0, 2_000, 20_000, 60_000]),
    mix: [
      random.between(0, 40),
      random.between(20, 80),
      random.permille(500) ? random.between(1, 20) : 0,
      random.between(1, 20),
    ],
    fuaPercent: random.permille(400) ? random.between(1, 40) : 0,
    maxSectors: random.pick(sectorBytes === 512 ? [1, 8, 16, 128] : [1, 4, 16]),
    hotPercent: random.pick([0, 50, 90]),
    hotSpots: big ? random.between(2, 16) : random.between(1, 4),
  };
}

function drawEntries(random: RandomStream, nodes: number, volumes: number, durationMs: number): PlanEntry[] {
  const classes = FAULT_CLASSES.filter(() => random.coin());
  if (classes.length === 0) return [];
  const weights = classes.map((each) => CLASS_WEIGHTS[each]);
  const entries: PlanEntry[] = [];
  const count = random.between(1, 10);
  for (let i = 0; i < count; i += 1) {
    const fault = classes[random.weighted(weights)] ?? 'crash';
    const triggered = random.coin();
    const action = drawAction(random, fault, nodes, volumes, triggered);
    entries.push({ ...drawTrigger(random, triggered, durationMs), ...action } as PlanEntry);
  }
  return entries;
}

function drawTrigger(
  random: RandomStream,
  triggered: boolean,
  durationMs: number,
): Pick<PlanEntry, 'at' | 'when' | 'delayUs'> {
  if (!triggered) return { at: random.between(50, durationMs) };
  const [event, nthMax] = TRIGGERS[random.weighted(TRIGGERS.map(([, , weight]) => weight))] ?? ['DATA', 10];
  const nth = random.coin() ? random.between(1, Math.min(4, nthMax)) : random.between(1, nthMax);
  return { when: { event, nth }, delayUs: random.pick([0, 0, 30, 300, 5_000]) };
}

function drawAction(
  random: RandomStream,
  fault: FaultClass,
  nodes: number,
  volumes: number,
  triggered: boolean,
): PlanAction {
  const node = (): NodeSelector => {
    const roles: NodeSelector[] = ['primary', 'primary', 'secondary', 'any', 'sync-target', 'sync-source'];
    if (triggered) roles.push('subject', 'subject', 'subject');
    return random.permille(150) ? random.below(nodes) : random.pick(roles);
  };
  const span = (): number => random.pick([5, 50, 300, 1_000, 2_500]);
  const back = (): { restartMs?: number } =>
    random.permille(850) ? { restartMs: random.pick([1, 100, 800, 2_500]) } : {};
  switch (fault) {
    case 'crash':
      return { do: 'crash', node: node(), ...back() };
    case 'power':
      return {
        do: 'power-loss',
        node: random.permille(250) ? 'all' : node(),
        survivors: drawSurvivors(random),
        ...back(),
      };
    case 'stop':
      return { do: 'stop', node: node(), ...back() };
    case 'lose':
      return { do: 'lose', node: node() };
    case 'pause':
      return { do: 'pause', node: node(), forMs: random.pick([50, 500, 2_000, 6_000]) };
    case 'link':
      return drawLinkFault(random, node, span);
    case 'partition':
      return random.coin()
        ? { do: 'isolate', node: node(), forMs: span() }
        : { do: 'cut', a: node(), b: node(), forMs: span() };
    case 'corrupt':
      return { do: 'corrupt', from: node(), to: 'any', what: random.permille(700) ? 'payload' : 'header' };
    case 'disk-error':
      return {
        do: 'disk-error',
        node: node(),
        volume: random.below(volumes),
        operation: random.pick(['read', 'write', 'flush', 'metadata'] as const),
        nth: random.between(1, 20),
      };
    case 'slow':
      return random.coin()
        ? { do: 'slow-disk', node: node(), factor: random.pick([10, 100, 500]), forMs: span() }
        : { do: 'slow-link', a: node(), b: 'any', delayMs: random.pick([5, 50, 200]), forMs: span() };
    case 'switch':
      return { do: 'switch', abrupt: random.coin() };
    case 'admin':
      return { do: 'disconnect', node: node(), peer: 'any', forMs: span() };
  }
}

function drawLinkFault(random: RandomStream, node: () => NodeSelector, span: () => number): PlanAction {
  switch (random.below(5)) {
    case 0:
      return { do: 'half-open', a: node(), b: 'any' };
    case 1:
      return { do: 'stall', from: node(), to: 'any', forMs: span() };
    case 2:
      return { do: 'flap', a: node(), b: 'any', periodMs: random.pick([5, 60, 400]), times: random.between(2, 8) };
    default:
      return { do: 'reset', a: node(), b: 'any' };
  }
}
