/** Connections as the store keeps them. */
import { z } from 'zod';
import type { NodeConnection, ResourceConnection } from '../../domain/connections.ts';
import { propertiesSchema } from './properties.ts';

const name = z.string().min(1);
const pair = {
  nodeA: name,
  nodeB: name,
  props: propertiesSchema,
  paths: z.array(z.object({ name, interfaceA: name, interfaceB: name })),
};

export const nodeConnectionSchema: z.ZodType<NodeConnection> = z.object(pair);
export const resourceConnectionSchema: z.ZodType<ResourceConnection> = z.object({ ...pair, resourceName: name });
