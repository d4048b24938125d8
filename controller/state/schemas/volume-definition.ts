/** Volume definitions as the store keeps them. */
import { z } from 'zod';
import { VOLUME_NUMBER_MAX, volumeNumber } from '../../../common/ids.ts';
import type { VolumeDefinition } from '../../domain/resource-definition.ts';
import { propertiesSchema } from './properties.ts';

export const volumeDefinitionSchema: z.ZodType<VolumeDefinition> = z.object({
  resourceName: z.string().min(1),
  volume: z.number().int().min(0).max(VOLUME_NUMBER_MAX).transform(volumeNumber),
  sizeKib: z.number().int().min(1),
  blockBytes: z.number().int().min(4096),
  props: propertiesSchema,
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});
