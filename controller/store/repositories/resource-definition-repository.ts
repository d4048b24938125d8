/** Resource definitions in the store: `resource-definitions/<NAME>`. */
import { z } from 'zod';
import { nameKey } from '../../domain/node.ts';
import { PEER_SLOTS_MAX, PROTOCOLS, type ResourceDefinition } from '../../domain/resource-definition.ts';
import { Table } from './table.ts';

const SCHEMA: z.ZodType<ResourceDefinition> = z.object({
  name: z.string().min(1),
  peerSlots: z.number().int().min(1).max(PEER_SLOTS_MAX),
  protocol: z.enum(PROTOCOLS),
  usedNodeIds: z.number().int().min(0).max(0xffff_ffff),
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});

export const resourceDefinitionTable = (): Table<ResourceDefinition> =>
  new Table('resource-definitions/', SCHEMA, (definition) => nameKey(definition.name));
