/** Leftovers as the store keeps them. */
import { z } from 'zod';
import type { Leftover } from '../../domain/leftover.ts';

export const leftoverSchema: z.ZodType<Leftover> = z.object({
  nodeName: z.string().min(1),
  resourceName: z.string().min(1),
  sinceMs: z.number(),
});
