/** Entries of a plan that compare and renew replicas: verify, invalidate, and what verify is there to find. */
import { z } from 'zod';

const volume = z.number().int().min(0);

/** @param selector who is meant, as in all actions */
export const comparisonActionSchemas = <Selector extends z.ZodType>(selector: Selector) =>
  [
    z.object({ do: z.literal('verify'), node: selector, peer: selector, volume, resume: z.boolean().optional() }),
    z.object({
      do: z.literal('invalidate'),
      node: selector,
      peer: selector.optional(),
      volume,
      resetBitmap: z.boolean(),
    }),
    z.object({ do: z.literal('invalidate-remote'), node: selector, peer: selector, volume, resetBitmap: z.boolean() }),
    /** Sectors of a replica change silently. Skipped on a Primary, and where it would be the only copy. */
    z.object({ do: z.literal('rot'), node: selector, volume, sectors: z.number().int().min(1).max(64) }),
  ] as const;
