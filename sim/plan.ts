/**
 * The fault plan: topology, workload, faults with their triggers, and what is expected. One versioned JSON format for seeds,
 * shrunk failures, named scenarios (YAML) and recorded incidents. Running a plan draws only from streams named after it.
 */
import { z } from 'zod';
import { OperationError } from '../common/errors.ts';
import { NODES_MAX } from '../common/ids.ts';
import { comparisonActionSchemas } from './comparison-schema.ts';
import { adminActionSchemas } from './admin-schema.ts';
import { STATE_EVENTS } from './observed-events.ts';
import { conditions, expectationSchema, stagingActionSchemas } from './staging-schema.ts';
import { FACTS } from './ending.ts';
import { handlersSchema, suspendActionSchemas } from './handler-schema.ts';
import { sizeActionSchemas, sizesSchema } from './size-schema.ts';
import { migrationSchemas } from './migration-schema.ts';
import { SURVIVOR_KINDS } from './survivors.ts';

export const PLAN_VERSION = 1;
/** Virtual milliseconds. */
const time = z.number().int().min(0).max(86_400_000);
const percent = z.number().int().min(0).max(100);

/**
 * A node by number or by what it is at that moment. `subject`: the node at which the trigger's event happened; `about-to-ack`:
 * one whose disk has a write of an application under way.
 */
const selector = z.union([
  z
    .number()
    .int()
    .min(0)
    .max(NODES_MAX - 1),
  z.enum(['primary', 'secondary', 'any', 'sync-target', 'sync-source', 'about-to-ack', 'subject', 'old-primary']),
]);
export type NodeSelector = z.infer<typeof selector>;

/** What a trigger can wait for; counted over the run, on one node if `node` is given. */
const FRAME_EVENTS = [
  'FEATURES',
  'PROTOCOL',
  'VERDICT',
  'UUIDS',
  'DISK_FAILED',
  'STATE',
  'CURRENT_UUID',
  'DATA',
  'TRIM',
  'ZEROES',
  'BARRIER',
  'DATA_REQUEST',
  'DATA_REPLY',
  'OUT_OF_SYNC',
  'BITMAP',
  'RS_DATA_REQUEST',
  'RS_DATA_REPLY',
  'RS_FINISHED',
  'RS_CSUM_REQUEST',
  'RS_THIN_REQUEST',
  'RS_DEALLOCATED',
  'RS_IS_IN_SYNC',
  'OV_STATE',
  'OV_REQUEST',
  'OV_REPLY',
  'START_SYNC',
  'START_SYNC_REPLY',
  'RESYNC_PAUSED',
  'AHEAD',
  'PEER_DAGTAG',
  'SIZES',
  'ENABLE_REPLICATION',
  'PEER_ACK',
  'PEERS_IN_SYNC',
  'TWOPC_PREPARE',
  'TWOPC_COMMIT',
  'TWOPC_ABORT',
  'DISCONNECT',
  'PING',
  'PING_ACK',
  'RECV_ACK',
  'WRITE_ACK',
  'NEG_ACK',
  'NEG_DREPLY',
  'BARRIER_ACK',
  'RS_WRITE_ACK',
  'RS_CANCEL',
  'RS_CANCEL_AHEAD',
  'NEG_RS_DREPLY',
  'RS_DONE',
  'TWOPC_YES',
  'TWOPC_NO',
  'TWOPC_RETRY',
] as const;
const TRIGGER_EVENTS = [
  ...FRAME_EVENTS,
  ...STATE_EVENTS,
  'metadata-write',
  'data-write',
  'flush',
  'client-ack',
  'client-flush-ack',
  'client-idle',
  'client-error',
  'node-start',
  'all-in-sync',
  /** An entry that has an `id` was carried out. */
  'carried-out',
  /** A write was issued or completed, a flush completed, a frame left, a client was answered. */
  'persistence-point',
] as const;
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

const action = z.discriminatedUnion('do', [
  /** SIGKILL: the kernel keeps the disk cache and closes the sockets. Comes back after `restartMs`, or at the heal. */
  z.object({ do: z.literal('crash'), node: selector, restartMs: time.optional() }),
  /** `node: all` cuts the power of the whole cluster at once. */
  z.object({
    do: z.literal('power-loss'),
    node: z.union([selector, z.literal('all')]),
    survivors: z.enum(SURVIVOR_KINDS).optional(),
    restartMs: time.optional(),
  }),
  /** A clean end of the satellite. */
  z.object({ do: z.literal('stop'), node: selector, restartMs: time.optional() }),
  /** Process crash, never to return. Skipped where it would take the last current copy. */
  z.object({ do: z.literal('lose'), node: selector }),
  z.object({ do: z.literal('start'), node: selector }),
  z.object({ do: z.literal('pause'), node: selector, forMs: time }),
  z.object({ do: z.literal('reset'), a: selector, b: selector }),
  z.object({ do: z.literal('half-open'), a: selector, b: selector }),
  z.object({ do: z.literal('stall'), from: selector, to: selector, forMs: time }),
  z.object({ do: z.literal('cut'), a: selector, b: selector, forMs: time.optional() }),
  /** The node loses all its links. Without `forMs` until it is mended. */
  z.object({ do: z.literal('isolate'), node: selector, forMs: time.optional() }),
  z.object({
    do: z.literal('flap'),
    a: selector,
    b: selector,
    periodMs: time,
    times: z.number().int().min(1).max(1_000),
  }),
  z.object({ do: z.literal('slow-link'), a: selector, b: selector, delayMs: time, forMs: time }),
  /** `frame`: the next one of this type; it is lost, and its link with it. */
  z.object({
    do: z.literal('corrupt'),
    from: selector,
    to: selector,
    /** `collision`: a changed payload with the right checksum, which only data-integrity-alg tells. */
    what: z.enum(['payload', 'header', 'collision']),
    frame: z.enum(FRAME_EVENTS).optional(),
  }),
  z.object({
    do: z.literal('disk-error'),
    node: selector,
    volume: z.number().int().min(0),
    operation: z.enum(['read', 'write', 'flush', 'metadata']),
    nth: z.number().int().min(1).max(1_000),
    /** Also where it takes the last current copy. */
    anywhere: z.boolean().optional(),
  }),
  /** Nothing that the disk was asked completes before the time is over. */
  z.object({ do: z.literal('disk-hang'), node: selector, volume: z.number().int().min(0), forMs: time }),
  z.object({ do: z.literal('slow-disk'), node: selector, factor: z.number().int().min(1).max(1_000), forMs: time }),
  /** Closes the client's session and opens elsewhere (or on `node`); `abrupt` does not wait for its outstanding operations. */
  z.object({ do: z.literal('switch'), node: selector.optional(), abrupt: z.boolean().optional() }),
  z.object({ do: z.literal('quiet'), forMs: time }),
  /** A node that the plan calls absent joins; everybody is told. */
  z.object({ do: z.literal('add-replica'), node: selector }),
  /** The node stops and is taken out for ever. Skipped where it would take the last current copy, and for a Primary. */
  z.object({ do: z.literal('remove-replica'), node: selector }),
  /** The node's monotone clock leaps ahead, as after a suspended machine. Timers that run are not moved. */
  z.object({ do: z.literal('clock-jump'), node: selector, ms: time }),
  /** No operation of the node's disks completes for so long; then all of them do. */
  z.object({ do: z.literal('stall-disk'), node: selector, forMs: time }),
  z.object({ do: z.literal('disconnect'), node: selector, peer: selector, forMs: time.optional() }),
  ...comparisonActionSchemas(selector),
  ...adminActionSchemas(selector),
  ...stagingActionSchemas(selector),
  ...suspendActionSchemas(selector),
  ...sizeActionSchemas(selector),
  ...migrationSchemas(selector),
  /** An administrator pauses the resync of all volumes between the two, on `node`'s side; and lets it go on. */
  z.object({ do: z.literal('pause-sync'), node: selector, peer: selector, forMs: time }),
  z.object({ do: z.literal('resume-sync'), node: selector, peer: selector }),
  /** The order of the resyncs on `node` lets this one wait. */
  z.object({
    do: z.literal('resync-turn'),
    node: selector,
    peer: selector,
    reason: z.enum(['dependency', 'max-parallel']),
    forMs: time,
  }),
  /** The node's disks are replaced by new ones, with the metadata that all first replicas got. Only where a good copy is left. */
  z.object({ do: z.literal('recreate'), node: selector, restartMs: time.optional() }),
  /** `node` removes `peer` and gets to know it again later; its slot becomes free meanwhile, unless it is kept. */
  z.object({
    do: z.literal('forget'),
    node: selector,
    peer: selector,
    forMs: time,
    keepSlot: z.boolean().optional(),
  }),
  /** Replicas that are just created begin: alike (skip initial sync), or as copies of this one. */
  z.object({
    do: z.literal('new-current-uuid'),
    node: selector,
    how: z.enum(['clear-bitmap', 'force-resync']),
  }),
  /** See fork.ts. `primaries`: who is open when they meet; `keep`: whose data an operator keeps if nothing else decides. */
  z.object({
    do: z.literal('fork'),
    node: z.number().int().min(0).optional(),
    operations: z.number().int().min(0).max(1_000),
    forMs: time,
    primaries: z.enum(['none', 'main', 'fork', 'both']),
    keep: z.enum(['main', 'fork']),
  }),
]);
export type PlanAction = z.infer<typeof action>;

const entry = z.intersection(
  z.object({
    at: time.optional(),
    when: z
      .object({
        event: z.enum(TRIGGER_EVENTS),
        nth: z.number().int().min(1).max(100_000).default(1),
        node: z.number().int().min(0).optional(),
        peer: z.number().int().min(0).optional(),
        /** Counted only from when the entry of this `id` was carried out. */
        after: z.string().min(1).max(40).optional(),
      })
      .optional(),
    /** As soon as all of this holds, looked at every few milliseconds. */
    once: z.object({ that: conditions, after: z.string().min(1).max(40).optional() }).optional(),
    id: z.string().min(1).max(40).optional(),
    /** Between the trigger and the action. */
    delayUs: z.number().int().min(0).max(60_000_000).optional(),
  }),
  action,
);
export type PlanEntry = z.infer<typeof entry>;

const protocol = z.enum(['A', 'B', 'C']);

const workload = z.object({
  operations: z.number().int().min(0).max(100_000),
  depth: z.number().int().min(1).max(64),
  thinkUs: z.number().int().min(0).max(60_000_000),
  /**
   * Every answer is thought about before the next operation takes its place. Otherwise the shortest of `depth` thoughts counts for
   * all, and an answer that comes at once starts one more: such a client is soon through, and late faults find nobody.
   */
  paced: z.boolean().optional(),
  /** Weights of read, write, zero, flush. */
  mix: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]),
  fuaPercent: percent,
  maxSectors: z.number().int().min(1).max(256),
  hotPercent: percent,
  /** The hot spots: this many places of `maxSectors` each, spread over the volume. */
  hotSpots: z.number().int().min(1).max(64),
  /** Operations (by index) that are left out: how the shrinker makes a workload smaller. */
  skip: z.array(z.number().int()).optional(),
  /** Where the client opens first. */
  firstNode: z.number().int().min(0).optional(),
  /** Each block at most once, in order, one block per write: for exact resync counts. */
  sequentialBlocks: z.boolean().optional(),
  /** The client opens and asks only when an entry (`burst`) tells it to. */
  onDemand: z.boolean().optional(),
});

const expectation = expectationSchema(z.enum(TRIGGER_EVENTS), z.enum(FACTS));

const planSchema = z.object({
  version: z.literal(PLAN_VERSION),
  name: z.string().min(1),
  about: z.string().optional(),
  seed: z.number().int().min(0),
  nodes: z
    .array(z.object({ diskful: z.boolean(), fresh: z.boolean().optional(), absent: z.boolean().optional() }))
    .min(1)
    .max(NODES_MAX),
  volumes: z
    .array(
      z.object({
        blocks: z.number().int().min(1).max(65_536),
        blockBytes: z.number().int(),
        /** Nobody knows of it before `add-volume`; the last ones of the list. */
        absent: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(8),
  sectorBytes: z.union([z.literal(512), z.literal(4096)]),
  /** Volumes begin smaller than `blocks`, or bitmaps and disks differ between the nodes. */
  sizes: sizesSchema.optional(),
  /** Bitmap slots beyond those of the configured peers. */
  spareSlots: z.number().int().min(0).max(8).optional(),
  protocol: protocol,
  protocols: z.array(z.object({ a: z.number().int(), b: z.number().int(), protocol })).optional(),
  /** The pairs that are connected at all; absent: every pair. */
  links: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])).optional(),
  options: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
  network: z.object({
    delayUs: z.number().int().min(1),
    jitterUs: z.number().int().min(0),
    bytesPerMs: z.number().int().min(1_000),
    spikePermille: z.number().int().min(0).max(1_000),
    spikeUs: z.number().int().min(0),
    /** Spikes end at the heal. */
    calmAfterHeal: z.boolean().optional(),
    /** Frames go through the real codec, cut at random places. */
    codec: z.boolean(),
  }),
  disk: z.object({
    latencyUs: z.number().int().min(1),
    jitterUs: z.number().int().min(0),
    flushUs: z.number().int().min(0),
  }),
  /** Node clocks run fast or slow by up to this much. */
  clockPpm: z.number().int().min(0).max(500_000),
  /** Run again with clocks this far off: every promise has to hold there as well (other-clocks.ts). */
  otherClocks: z.array(z.number().int().min(0).max(500_000)).max(8).optional(),
  /** Entries due at the same microsecond run in a drawn order. */
  shuffle: z.boolean(),
  /**
   * Who keeps two clients from writing on two nodes: an arbiter outside that knows everything (default), or only the cluster
   * itself. With `quorum` every node may be opened at any time, and while the first client is stuck a second one tries elsewhere.
   * `handlers`: the same, but nobody opens a node that a handler has fenced (option fencing resource-and-stonith).
   * `parts`: nobody writes before the heal, and parts without a link between them may have a Primary each (oracles/parts.ts).
   */
  fencing: z.enum(['external', 'quorum', 'handlers', 'parts']).optional(),
  /** Absent: no node has a program for any handler. */
  handlers: handlersSchema.optional(),
  /** Priority scheduling: sources of events are late by their drawn rank (pct.ts). */
  pct: z
    .object({
      depth: z.number().int().min(1).max(8),
      quantumUs: z.number().int().min(1).max(100_000),
      /** The change points lie within this many delayed events. */
      horizon: z.number().int().min(1).max(1_000_000),
    })
    .optional(),
  workload,
  entries: z.array(entry),
  /** Disks that failed are attached again while their nodes run; otherwise these restart. */
  attachAtHeal: z.boolean().optional(),
  /** Chaos ends here at the latest; earlier when the workload and the entries are through. */
  durationMs: time,
  /** Absent: everybody is healed. Otherwise only these nodes, or a drawn part; the others are dead for ever (heal.ts). */
  heal: z.object({ core: z.union([z.array(z.number().int().min(0)).min(1), z.literal('random')]) }).optional(),
  expect: expectation.optional(),
});
export type Plan = z.infer<typeof planSchema>;

/** @throws OperationError PLAN_INVALID naming the place. */
export function parsePlan(value: unknown): Plan {
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new OperationError('PLAN_INVALID', 'the plan does not follow the format', {
      cause: issue === undefined ? 'unknown' : `${issue.path.join('.')}: ${issue.message}`,
      correction: 'See docs/simulator.md for the format, or start from a plan in sim/scenarios.',
    });
  }
  const plan = parsed.data;
  const problem = inconsistency(plan);
  if (problem !== undefined) {
    throw new OperationError('PLAN_INVALID', 'the plan contradicts itself', { cause: problem });
  }
  return plan;
}

function inconsistency(plan: Plan): string | undefined {
  const begins = plan.entries.some((each) => each.do === 'new-current-uuid');
  if (!begins && plan.nodes.every((node) => !node.diskful || node.fresh === true))
    return 'no node has data to begin with';
  const nodes = plan.nodes.length;
  if (plan.nodes.some(({ absent, diskful, fresh }) => absent === true && diskful && fresh !== true))
    return 'a node that joins later is diskless or fresh';
  for (const link of plan.protocols ?? []) {
    if (link.a >= nodes || link.b >= nodes || link.a === link.b)
      return 'protocols name a pair of nodes that does not exist';
  }
  for (const [a, b] of plan.links ?? []) {
    if (a >= nodes || b >= nodes || a === b) return 'links name a pair of nodes that does not exist';
  }
  for (const volume of plan.volumes) {
    if (volume.blockBytes < 4096 || (volume.blockBytes & (volume.blockBytes - 1)) !== 0)
      return 'blockBytes is a power of two from 4096';
  }
  for (const each of plan.entries) {
    const moments = [each.at, each.when, each.once].filter((moment) => moment !== undefined);
    if (moments.length !== 1) return 'an entry has exactly one of "at", "when" and "once"';
  }
  return undefined;
}

/** The cluster itself keeps two nodes from writing. */
export const isOpen = ({ fencing }: Plan): boolean => fencing !== undefined && fencing !== 'external';

export function areLinked({ links }: Pick<Plan, 'links'>, a: number, b: number): boolean {
  return links === undefined || links.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
}

export function protocolBetween(plan: Plan, a: number, b: number): 'A' | 'B' | 'C' {
  const special = plan.protocols?.find((link) => (link.a === a && link.b === b) || (link.a === b && link.b === a));
  return special?.protocol ?? plan.protocol;
}
