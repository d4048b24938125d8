// Original file: lockstep/v1/resource_group.proto

import type { Long } from '@grpc/proto-loader';

export interface MaxVolumeCandidate {
  'storagePoolName'?: (string);
  'maxVolumeSizeKib'?: (number | string | Long);
  'nodeNames'?: (string)[];
  /**
   * Space is taken when it is written.
   */
  'allThin'?: (boolean);
}

export interface MaxVolumeCandidate__Output {
  'storagePoolName': (string);
  'maxVolumeSizeKib': (number);
  'nodeNames': (string)[];
  /**
   * Space is taken when it is written.
   */
  'allThin': (boolean);
}
