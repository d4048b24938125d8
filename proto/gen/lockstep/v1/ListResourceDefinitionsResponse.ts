// Original file: lockstep/v1/resource_definition.proto

import type { ResourceDefinition as _lockstep_v1_ResourceDefinition, ResourceDefinition__Output as _lockstep_v1_ResourceDefinition__Output } from '../../lockstep/v1/ResourceDefinition.ts';

export interface ListResourceDefinitionsResponse {
  'resourceDefinitions'?: (_lockstep_v1_ResourceDefinition)[];
}

export interface ListResourceDefinitionsResponse__Output {
  'resourceDefinitions': (_lockstep_v1_ResourceDefinition__Output)[];
}
