// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';

export interface QuerySizeInfoRequest {
  'groupName'?: (string);
  'filter'?: (_lockstep_v1_SelectFilter | null);
  'clearFilter'?: (string)[];
}

export interface QuerySizeInfoRequest__Output {
  'groupName': (string);
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  'clearFilter': (string)[];
}
