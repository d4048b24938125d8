// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';

export interface ModifyResourceGroupRequest {
  'name'?: (string);
  /**
   * Absent: as it is.
   */
  'description'?: (string);
  /**
   * What it says replaces what the group wishes.
   */
  'filter'?: (_lockstep_v1_SelectFilter | null);
  /**
   * 0: none of its own.
   */
  'peerSlots'?: (number);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter: replicas_on_same.
   */
  'clearFilter'?: (string)[];
  'requestId'?: (string);
  '_description'?: "description";
  '_peerSlots'?: "peerSlots";
}

export interface ModifyResourceGroupRequest__Output {
  'name': (string);
  /**
   * Absent: as it is.
   */
  'description'?: (string);
  /**
   * What it says replaces what the group wishes.
   */
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  /**
   * 0: none of its own.
   */
  'peerSlots'?: (number);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter: replicas_on_same.
   */
  'clearFilter': (string)[];
  'requestId': (string);
  '_description'?: "description";
  '_peerSlots'?: "peerSlots";
}
