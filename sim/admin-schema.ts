/** What an administrator does in a plan; carried out by admin-actions.ts. */
import { z } from 'zod';

const time = z.number().int().min(0).max(86_400_000);
const volume = z.number().int().min(0);

export const adminActionSchemas = <Selector extends z.ZodTypeAny>(node: Selector) =>
  [
    /** Lets the disk go, and attaches it again after `forMs` (absent: at the heal), while the node is connected and perhaps in use. */
    z.object({ do: z.literal('detach'), node, volume, forMs: time.optional(), force: z.boolean().optional() }),
    /** The disk is detached and another, empty one takes its place. Skipped where it would take the last current copy. */
    z.object({ do: z.literal('replace-disk'), node, volume }),
    /** All disks of the node are retired (diskless by intention), and empty ones attached after `forMs`; `retrack`: the others free its slot meanwhile; `relinkMs`: by removing and adding the node, one after the other. */
    z.object({
      do: z.literal('toggle-disk'),
      node,
      forMs: time,
      retrack: z.boolean().optional(),
      relinkMs: time.optional(),
    }),
    /** Promotes by hand, and demotes again; only a node that has all its links, unless it may be `apart`. */
    z.object({ do: z.literal('promote'), node, forMs: time, apart: z.boolean().optional() }),
  ] as const;
