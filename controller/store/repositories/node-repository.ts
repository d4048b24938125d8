/** Nodes in the store: `nodes/<NAME>`. */
import { z } from 'zod';
import { type Node, nameKey } from '../../domain/node.ts';
import { Table } from './table.ts';

const port = z.number().int().min(1).max(65_535);

const SCHEMA: z.ZodType<Node> = z.object({
  name: z.string().min(1),
  address: z.string().min(1),
  satellitePort: port,
  replicationPort: port,
  nbdPort: port,
  createdAtMs: z.number(),
});

export const nodeTable = (): Table<Node> => new Table('nodes/', SCHEMA, (node) => nameKey(node.name));
