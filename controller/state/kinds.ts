/**
 * The kinds of objects that the store keeps: their keys, the groups they are asked for by, and the schema that every
 * record passes when it is read. Keys are `<prefix><NAME>[/<NAME>]`, names in upper case.
 */
import type { z } from 'zod';
import { nameKey } from '../domain/node.ts';
import type { Objects } from '../domain/cluster-view.ts';
import { nodeSchema } from './schemas/node.ts';
import { requestSchema } from './schemas/request.ts';
import { resourceDefinitionSchema } from './schemas/resource-definition.ts';
import { resourceSchema } from './schemas/resource.ts';
import { storagePoolSchema } from './schemas/storage-pool.ts';
import { volumeDefinitionSchema } from './schemas/volume-definition.ts';
import type { Groupings } from './sorted-rows.ts';

export interface KindSpec<T> {
  readonly prefix: string;
  /** Without the prefix. */
  readonly keyOf: (value: T) => string;
  readonly groupings: Groupings<T, string>;
  readonly schema: z.ZodType<T>;
}

export type Kind = keyof Objects;

export const KINDS: { readonly [K in Kind]: KindSpec<Objects[K]> } = {
  nodes: {
    prefix: 'nodes/',
    keyOf: ({ name }) => nameKey(name),
    groupings: {},
    schema: nodeSchema,
  },
  pools: {
    prefix: 'storage-pools/',
    keyOf: ({ nodeName, name }) => `${nameKey(nodeName)}/${nameKey(name)}`,
    groupings: { node: ({ nodeName }) => nameKey(nodeName) },
    schema: storagePoolSchema,
  },
  definitions: {
    prefix: 'resource-definitions/',
    keyOf: ({ name }) => nameKey(name),
    groupings: {},
    schema: resourceDefinitionSchema,
  },
  volumeDefinitions: {
    prefix: 'volume-definitions/',
    keyOf: ({ resourceName, volume }) => `${nameKey(resourceName)}/${String(volume).padStart(5, '0')}`,
    groupings: { resource: ({ resourceName }) => nameKey(resourceName) },
    schema: volumeDefinitionSchema,
  },
  resources: {
    prefix: 'resources/',
    keyOf: ({ resourceName, nodeName }) => `${nameKey(resourceName)}/${nameKey(nodeName)}`,
    groupings: {
      resource: ({ resourceName }) => nameKey(resourceName),
      node: ({ nodeName }) => nameKey(nodeName),
    },
    schema: resourceSchema,
  },
  requests: {
    prefix: 'requests/',
    keyOf: ({ id }) => id,
    groupings: {},
    schema: requestSchema,
  },
};

export const KIND_NAMES = Object.keys(KINDS) as Kind[];
