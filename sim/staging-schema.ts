/** Plans that stage an exact situation: what is waited for, asked of the client, looked at, and expected of the whole run. */
import { z } from 'zod';
import { CONNECTION_STATES, DISK_STATES, REPLICATION_STATES } from '../common/states.ts';

const nodeNumber = z.number().int().min(0).max(31);
const count = z.number().int().min(0);
const id = z.string().min(1).max(40);

/** How one node sees itself and, with `peer`, that peer. All that is given has to hold. */
const nodeCondition = z.strictObject({
  node: nodeNumber,
  volume: z.number().int().min(0).default(0),
  /** Its process runs and has attached its disks; so it is unless something else is said. */
  up: z.boolean().optional(),
  role: z.enum(['Primary', 'Secondary']).optional(),
  disk: z.enum(DISK_STATES).optional(),
  quorum: z.boolean().optional(),
  suspended: z.boolean().optional(),
  /** The size of the volume as it shows it, in blocks of 4 KiB. */
  blocks: count.optional(),
  /** Generations: the same as this node's, or another one. */
  generationOf: nodeNumber.optional(),
  otherGenerationThan: nodeNumber.optional(),
  peer: nodeNumber.optional(),
  connection: z.enum(CONNECTION_STATES).optional(),
  peerDisk: z.enum(DISK_STATES).optional(),
  replication: z.enum(REPLICATION_STATES).optional(),
  /** Blocks of 4 KiB that the node has marked towards the peer. */
  marked: count.optional(),
});
/** Both are UpToDate, connected with each other, and nothing is marked between them. */
const synced = z.strictObject({ synced: z.tuple([nodeNumber, nodeNumber]) });
/** `in-sync`: nothing is left to do anywhere; `client-idle`: the client has all answers to what it was told to ask for. */
export const conditions = z.array(z.union([nodeCondition, synced, z.enum(['in-sync', 'client-idle'])])).min(1);
export type Condition = z.infer<typeof conditions>[number];
export type NodeCondition = z.infer<typeof nodeCondition>;

export const stagingActionSchemas = <Selector extends z.ZodType>(node: Selector) =>
  [
    /**
     * With `workload.onDemand`: the client opens this node (or stays) and asks for so many operations. `abandons`: it leaves the
     * node before without a word, as a machine that is started elsewhere while the old one hangs.
     */
    z.object({
      do: z.literal('burst'),
      node: nodeNumber.optional(),
      operations: count,
      abandons: z.boolean().optional(),
    }),
    /** The client closes, and stays away until the next burst. */
    z.object({ do: z.literal('close') }),
    z.object({ do: z.literal('connect'), node, peer: node, discardMyData: z.boolean().optional() }),
    z.object({ do: z.literal('attach'), node, volume: z.number().int().min(0) }),
    /** A volume that the plan calls `absent` is added to the node, and its disk attached. */
    z.object({ do: z.literal('add-volume'), node, volume: z.number().int().min(0) }),
    /** Keeps what is on the node's disks; goes back to it, of a node that is down and no current copy but one of several. */
    z.object({ do: z.literal('keep-snapshot'), node }),
    z.object({ do: z.literal('roll-back'), node }),
    /** Ends every cut between the two, or all of a node. */
    z.object({ do: z.literal('mend'), a: node, b: node.optional() }),
    /** This has to hold now. */
    z.object({ do: z.literal('check'), that: conditions }),
  ] as const;

const span = { after: id.optional(), before: id.optional() };
const number = { times: count.optional(), atLeast: count.optional(), atMost: count.optional() };

/** `after` and `before` name entries of the plan by their id; `heal` is the end of the chaos. */
export const expectationSchema = <Event extends z.ZodType, Fact extends z.ZodType>(event: Event, fact: Fact) =>
  z.strictObject({
    /** Blocks that all sync targets of the run received, in total. */
    resyncBlocks: count.optional(),
    resyncBlocksAtMost: count.optional(),
    resyncsAtLeast: count.optional(),
    completedAtLeast: count.optional(),
    /** What has to become of a node in this run, and what must not. */
    became: z
      .array(z.object({ node: nodeNumber, facts: z.array(fact).optional(), never: z.array(fact).optional() }))
      .optional(),
    /** Migrations in which the application went over, and those that were called off. */
    migrationsAtLeast: count.optional(),
    abortsAtLeast: count.optional(),
    /** From the first migration on no disk showed as anything else. */
    onlyUpToDate: z.boolean().optional(),
    /** Client requests that failed. */
    errorsAtMost: count.optional(),
    errorsAtLeast: count.optional(),
    /** Every entry of the plan was carried out: the situation that it stages came about. */
    everyEntry: z.boolean().optional(),
    /** Resyncs that ended, `from` a source `to` a target: how many, and how many blocks were copied in all of them. */
    resyncs: z
      .array(
        z.strictObject({
          from: nodeNumber.optional(),
          to: nodeNumber.optional(),
          ...span,
          blocks: count.optional(),
          blocksAtLeast: count.optional(),
          blocksAtMost: count.optional(),
          ...number,
        }),
      )
      .optional(),
    /** How often something was seen. */
    events: z
      .array(z.strictObject({ event, node: nodeNumber.optional(), peer: nodeNumber.optional(), ...span, ...number }))
      .optional(),
    /** What was not seen at all. */
    never: z
      .array(z.strictObject({ event, node: nodeNumber.optional(), peer: nodeNumber.optional(), ...span }))
      .optional(),
    /** Generations that were made, by anybody. */
    generations: z.array(z.strictObject({ ...span, ...number })).optional(),
  });
