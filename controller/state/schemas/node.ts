/** Nodes as the store keeps them. */
import { z } from 'zod';
import type { Node } from '../../domain/node.ts';

const port = z.number().int().min(1).max(65_535);

export const nodeSchema: z.ZodType<Node> = z.object({
  name: z.string().min(1),
  address: z.string().min(1),
  satellitePort: port,
  replicationPort: port,
  nbdPort: port,
  createdAtMs: z.number(),
});
