/** Resource groups and volume groups as the store keeps them. */
import { z } from 'zod';
import { VOLUME_NUMBER_MAX, volumeNumber } from '../../../common/ids.ts';
import { PEER_SLOTS_MAX } from '../../domain/resource-definition.ts';
import type { ResourceGroup, VolumeGroup } from '../../domain/resource-group.ts';
import { PROVIDER_KINDS } from '../../domain/storage-pool.ts';
import { propertiesSchema } from './properties.ts';

const names = z.array(z.string());
const count = z.number().int().min(0);

const filterSchema: z.ZodType<ResourceGroup['filter']> = z.object({
  placeCount: count.optional(),
  additionalPlaceCount: count.optional(),
  nodeNames: names,
  storagePools: names,
  disklessStoragePools: names,
  doNotPlaceWith: names,
  doNotPlaceWithRegex: z.string().optional(),
  replicasOnSame: names,
  replicasOnDifferent: names,
  xReplicasOnDifferent: z.record(z.string(), count),
  disklessOnRemaining: z.boolean().optional(),
  layers: names,
  providers: z.array(z.enum(PROVIDER_KINDS)),
  scatterWidth: count.optional(),
});

export const resourceGroupSchema: z.ZodType<ResourceGroup> = z.object({
  name: z.string().min(1),
  description: z.string(),
  filter: filterSchema,
  peerSlots: z.number().int().min(1).max(PEER_SLOTS_MAX).optional(),
  props: propertiesSchema,
  createdAtMs: z.number(),
});

export const volumeGroupSchema: z.ZodType<VolumeGroup> = z.object({
  groupName: z.string().min(1),
  volume: z.number().int().min(0).max(VOLUME_NUMBER_MAX).transform(volumeNumber),
  flags: z.array(z.enum(['GROSS_SIZE'])),
  props: propertiesSchema,
});
