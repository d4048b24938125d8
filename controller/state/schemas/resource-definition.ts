/** Resource definitions as the store keeps them. */
import { z } from 'zod';
import { PEER_SLOTS_MAX, PROTOCOLS, type ResourceDefinition } from '../../domain/resource-definition.ts';
import { propertiesSchema } from './properties.ts';

export const resourceDefinitionSchema: z.ZodType<ResourceDefinition> = z.object({
  name: z.string().min(1),
  externalName: z.string().optional(),
  groupName: z.string().min(1),
  peerSlots: z.number().int().min(1).max(PEER_SLOTS_MAX),
  protocol: z.enum(PROTOCOLS),
  usedNodeIds: z.number().int().min(0).max(0xffff_ffff),
  props: propertiesSchema,
  owedReplicas: z.number().int().min(1).optional(),
  migration: z
    .object({
      from: z.string().min(1),
      to: z.string().min(1),
      requestedAtMs: z.number(),
      limitMs: z.number().min(0),
      ending: z.enum(['aborted', 'overdue']).optional(),
    })
    .optional(),
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});
