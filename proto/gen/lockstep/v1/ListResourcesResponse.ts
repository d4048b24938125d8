// Original file: lockstep/v1/resource.proto

import type { Resource as _lockstep_v1_Resource, Resource__Output as _lockstep_v1_Resource__Output } from '../../lockstep/v1/Resource.ts';

export interface ListResourcesResponse {
  'resources'?: (_lockstep_v1_Resource)[];
}

export interface ListResourcesResponse__Output {
  'resources': (_lockstep_v1_Resource__Output)[];
}
