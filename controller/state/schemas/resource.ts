/** Resources as the store keeps them. */
import { z } from 'zod';
import { NODES_MAX, nodeId, VOLUME_NUMBER_MAX, volumeNumber } from '../../../common/ids.ts';
import type { Resource } from '../../domain/resource.ts';
import { PEER_SLOTS_MAX, PROTOCOLS } from '../../domain/resource-definition.ts';

const nodeIdSchema = z
  .number()
  .int()
  .min(0)
  .max(NODES_MAX - 1)
  .transform(nodeId);
import { propertiesSchema } from './properties.ts';

export const resourceSchema: z.ZodType<Resource> = z.object({
  resourceName: z.string().min(1),
  nodeName: z.string().min(1),
  nodeId: nodeIdSchema,
  diskful: z.boolean(),
  storagePool: z.string().optional(),
  protocol: z.enum(PROTOCOLS).optional(),
  peerSlots: z.number().int().min(1).max(PEER_SLOTS_MAX),
  bitmapSlots: z.array(
    z.object({
      peer: nodeIdSchema,
      slot: z
        .number()
        .int()
        .min(0)
        .max(PEER_SLOTS_MAX - 1),
    }),
  ),
  volumes: z.array(
    z.object({
      volume: z.number().int().min(0).max(VOLUME_NUMBER_MAX).transform(volumeNumber),
      initialGeneration: z
        .string()
        .regex(/^[0-9A-F]{16}$/)
        .optional(),
      props: propertiesSchema,
    }),
  ),
  props: propertiesSchema,
  tieBreaker: z.boolean().optional(),
  diskChange: z
    .object({
      kind: z.enum(['adding', 'removing']),
      by: z.enum(['user', 'auto-diskful']),
      requestedAtMs: z.number(),
    })
    .optional(),
  autoDiskful: z.boolean().optional(),
  replaces: z.string().optional(),
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});
