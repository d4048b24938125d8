// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';
import type { VolumeGroup as _lockstep_v1_VolumeGroup, VolumeGroup__Output as _lockstep_v1_VolumeGroup__Output } from '../../lockstep/v1/VolumeGroup.ts';

export interface ResourceGroup {
  'name'?: (string);
  'description'?: (string);
  'selectFilter'?: (_lockstep_v1_SelectFilter | null);
  /**
   * Of the definitions made from it; absent: the usual 7.
   */
  'peerSlots'?: (number);
  'volumeGroups'?: (_lockstep_v1_VolumeGroup)[];
  'props'?: ({[key: string]: string});
  '_peerSlots'?: "peerSlots";
}

export interface ResourceGroup__Output {
  'name': (string);
  'description': (string);
  'selectFilter': (_lockstep_v1_SelectFilter__Output | null);
  /**
   * Of the definitions made from it; absent: the usual 7.
   */
  'peerSlots'?: (number);
  'volumeGroups': (_lockstep_v1_VolumeGroup__Output)[];
  'props': ({[key: string]: string});
  '_peerSlots'?: "peerSlots";
}
