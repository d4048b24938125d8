/** A live migration in a plan; carried out by migration.ts. */
import { z } from 'zod';

export const migrationSchemas = <Selector extends z.ZodTypeAny>(node: Selector) =>
  [
    /** The device is opened on `node`, too; `windowMs` later the application stops where it is and goes on there. */
    z.object({
      do: z.literal('migrate'),
      node,
      windowMs: z.number().int().min(0).max(60_000),
      /** It stays where it is, and `node` closes again. */
      abort: z.boolean().optional(),
      /** An application that does not ask anybody writes on `node` in the window, as many times; then as with `abort`. */
      rival: z.number().int().min(1).max(500).optional(),
      /** It writes where nobody else does, in the upper half of each volume, and may rely on what it is answered. */
      apart: z.boolean().optional(),
    }),
  ] as const;
