/** Nodes as the store keeps them. */
import { z } from 'zod';
import { NODE_TYPES, type Node } from '../../domain/node.ts';
import { propertiesSchema } from './properties.ts';

const port = z.number().int().min(1).max(65_535);

export const nodeSchema: z.ZodType<Node> = z.object({
  name: z.string().min(1),
  type: z.enum(NODE_TYPES),
  interfaces: z
    .array(
      z.object({
        name: z.string().min(1),
        address: z.string().min(1),
        satellitePort: port.optional(),
      }),
    )
    .min(1),
  activeInterface: z.string().min(1),
  replicationPort: port,
  nbdPort: port,
  props: propertiesSchema,
  createdAtMs: z.number(),
  evacuation: z
    .object({
      requestedAtMs: z.number(),
      targets: z.array(z.string()),
      notTargets: z.array(z.string()),
    })
    .optional(),
  evictedAtMs: z.number().optional(),
  deletionRequestedAtMs: z.number().optional(),
});
