/** Storage pools in the store: `storage-pools/<NODE>/<NAME>`. */
import { z } from 'zod';
import { nameKey } from '../../domain/node.ts';
import { PROVIDER_KINDS, type StoragePool } from '../../domain/storage-pool.ts';
import { Table } from './table.ts';

const SCHEMA: z.ZodType<StoragePool> = z.object({
  name: z.string().min(1),
  nodeName: z.string().min(1),
  providerKind: z.enum(PROVIDER_KINDS),
  directory: z.string().optional(),
  devices: z.array(z.string()),
  createdAtMs: z.number(),
  deletionRequestedAtMs: z.number().optional(),
});

export const storagePoolTable = (): Table<StoragePool> =>
  new Table('storage-pools/', SCHEMA, (pool) => `${nameKey(pool.nodeName)}/${nameKey(pool.name)}`);
