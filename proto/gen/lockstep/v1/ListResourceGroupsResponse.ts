// Original file: lockstep/v1/resource_group.proto

import type { ResourceGroup as _lockstep_v1_ResourceGroup, ResourceGroup__Output as _lockstep_v1_ResourceGroup__Output } from '../../lockstep/v1/ResourceGroup.ts';

export interface ListResourceGroupsResponse {
  'resourceGroups'?: (_lockstep_v1_ResourceGroup)[];
}

export interface ListResourceGroupsResponse__Output {
  'resourceGroups': (_lockstep_v1_ResourceGroup__Output)[];
}
