/** Volume definitions in the store: `volume-definitions/<RESOURCE>/<5 digits>`. */
import { z } from 'zod';
import { VOLUME_NUMBER_MAX, volumeNumber } from '../../../common/ids.ts';
import { nameKey } from '../../domain/node.ts';
import type { VolumeDefinition } from '../../domain/resource-definition.ts';
import { Table } from './table.ts';

const SCHEMA: z.ZodType<VolumeDefinition> = z.object({
  resourceName: z.string().min(1),
  volume: z.number().int().min(0).max(VOLUME_NUMBER_MAX).transform(volumeNumber),
  sizeKib: z.number().int().min(1),
  blockBytes: z.number().int().min(4096),
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});

export const volumeDefinitionTable = (): Table<VolumeDefinition> =>
  new Table(
    'volume-definitions/',
    SCHEMA,
    (entry) => `${nameKey(entry.resourceName)}/${String(entry.volume).padStart(5, '0')}`,
  );
