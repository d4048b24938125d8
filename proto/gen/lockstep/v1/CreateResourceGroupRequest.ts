// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';

export interface CreateResourceGroupRequest {
  'name'?: (string);
  'description'?: (string);
  'filter'?: (_lockstep_v1_SelectFilter | null);
  'peerSlots'?: (number);
  'requestId'?: (string);
  '_description'?: "description";
  '_peerSlots'?: "peerSlots";
}

export interface CreateResourceGroupRequest__Output {
  'name': (string);
  'description'?: (string);
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  'peerSlots'?: (number);
  'requestId': (string);
  '_description'?: "description";
  '_peerSlots'?: "peerSlots";
}
