/** Storage pools as the store keeps them. */
import { z } from 'zod';
import { PROVIDER_KINDS, type StoragePool } from '../../domain/storage-pool.ts';
import { propertiesSchema } from './properties.ts';

export const storagePoolSchema: z.ZodType<StoragePool> = z.object({
  name: z.string().min(1),
  nodeName: z.string().min(1),
  providerKind: z.enum(PROVIDER_KINDS),
  directory: z.string().optional(),
  devices: z.array(z.string()),
  props: propertiesSchema,
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});
