// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';

export interface QueryMaxVolumeSizeRequest {
  /**
   * Empty: only the filter counts.
   */
  'groupName'?: (string);
  'filter'?: (_lockstep_v1_SelectFilter | null);
  'clearFilter'?: (string)[];
}

export interface QueryMaxVolumeSizeRequest__Output {
  /**
   * Empty: only the filter counts.
   */
  'groupName': (string);
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  'clearFilter': (string)[];
}
