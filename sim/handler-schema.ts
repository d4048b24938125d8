/** The handlers of the simulated nodes, and what administrators do around fencing; carried out by handler-programs.ts and suspend-actions.ts. */
import { z } from 'zod';

const time = z.number().int().min(0).max(86_400_000);

/**
 * `stonith`: the peer is really powered off, and comes back some time later (7). `outdate`: the peer is told over a way of its
 * own, and says what it is (3, 4, 6; 5 if it is dead). `broken`: exit code 1. `silent`: no answer at all.
 */
const fenceKind = z.enum(['stonith', 'outdate', 'broken', 'silent']);
export type FenceKind = z.infer<typeof fenceKind>;

export const handlersSchema = z.object({
  /** Drawn for each call. */
  fencePeer: z.array(fenceKind).min(1),
  /** How often a before-resync handler ends with another exit code than 0. */
  beforeResyncFailsPermille: z.number().int().min(0).max(1_000),
  delayMs: z.tuple([time, time]),
});

export const suspendActionSchemas = <Selector extends z.ZodTypeAny>(node: Selector) =>
  [
    /** Suspended by command, and resumed so long after the command has returned; a snapshot could be taken in between. */
    z.object({ do: z.literal('suspend-io'), node, forMs: time }),
    /** All nodes; in the words of drbdsetup. */
    z.object({ do: z.literal('set-option'), name: z.string().max(64), value: z.string().max(128) }),
    z.object({ do: z.literal('outdate'), node }),
  ] as const;
