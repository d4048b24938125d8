/**
 * The kinds of objects that the store keeps: their keys, the groups they are asked for by, and the schema that every
 * record passes when it is read. Keys are `<prefix><NAME>[/<NAME>]`, names in upper case.
 */
import type { z } from 'zod';
import { nameKey } from '../domain/node.ts';
import { type Objects, SETTINGS_KEY } from '../domain/cluster-view.ts';
import { errorReportSchema } from './schemas/error-report.ts';
import { leftoverSchema } from './schemas/leftover.ts';
import { nodeSchema } from './schemas/node.ts';
import { nodeConnectionSchema, resourceConnectionSchema } from './schemas/connections.ts';
import { keyValuesSchema, settingsSchema } from './schemas/properties.ts';
import { resourceGroupSchema, volumeGroupSchema } from './schemas/resource-group.ts';
import { requestSchema } from './schemas/request.ts';
import { resourceDefinitionSchema } from './schemas/resource-definition.ts';
import { resourceSchema } from './schemas/resource.ts';
import { storagePoolSchema } from './schemas/storage-pool.ts';
import { volumeDefinitionSchema } from './schemas/volume-definition.ts';
import type { Groupings } from './sorted-rows.ts';

const volumeKey = (volume: number): string => String(volume).padStart(5, '0');

export interface KindSpec<T> {
  readonly prefix: string;
  /** Without the prefix. */
  readonly keyOf: (value: T) => string;
  readonly groupings: Groupings<T, string>;
  readonly schema: z.ZodType<T>;
}

export type Kind = keyof Objects;

export const KINDS: { readonly [K in Kind]: KindSpec<Objects[K]> } = {
  settings: {
    prefix: 'settings/',
    keyOf: () => SETTINGS_KEY,
    groupings: {},
    schema: settingsSchema,
  },
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
    groupings: {
      // Without one it stands alone, under a name by which nobody looks here.
      external: ({ externalName, name }) => externalName ?? nameKey(name),
      group: ({ groupName }) => nameKey(groupName),
    },
    schema: resourceDefinitionSchema,
  },
  volumeDefinitions: {
    prefix: 'volume-definitions/',
    keyOf: ({ resourceName, volume }) => `${nameKey(resourceName)}/${volumeKey(volume)}`,
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
  leftovers: {
    prefix: 'leftovers/',
    keyOf: ({ nodeName, resourceName }) => `${nameKey(nodeName)}/${nameKey(resourceName)}`,
    groupings: { node: ({ nodeName }) => nameKey(nodeName) },
    schema: leftoverSchema,
  },
  groups: {
    prefix: 'resource-groups/',
    keyOf: ({ name }) => nameKey(name),
    groupings: {},
    schema: resourceGroupSchema,
  },
  volumeGroups: {
    prefix: 'volume-groups/',
    keyOf: ({ groupName, volume }) => `${nameKey(groupName)}/${volumeKey(volume)}`,
    groupings: { group: ({ groupName }) => nameKey(groupName) },
    schema: volumeGroupSchema,
  },
  nodeConnections: {
    prefix: 'node-connections/',
    keyOf: ({ nodeA, nodeB }) => `${nameKey(nodeA)}/${nameKey(nodeB)}`,
    groupings: {},
    schema: nodeConnectionSchema,
  },
  resourceConnections: {
    prefix: 'resource-connections/',
    keyOf: ({ resourceName, nodeA, nodeB }) => `${nameKey(resourceName)}/${nameKey(nodeA)}/${nameKey(nodeB)}`,
    groupings: { resource: ({ resourceName }) => nameKey(resourceName) },
    schema: resourceConnectionSchema,
  },
  errorReports: {
    prefix: 'error-reports/',
    keyOf: ({ id }) => id,
    groupings: {},
    schema: errorReportSchema,
  },
  keyValues: {
    prefix: 'key-values/',
    keyOf: ({ instance }) => instance,
    groupings: {},
    schema: keyValuesSchema,
  },
  requests: {
    prefix: 'requests/',
    keyOf: ({ id }) => id,
    groupings: {},
    schema: requestSchema,
  },
};

export const KIND_NAMES = Object.keys(KINDS) as Kind[];
