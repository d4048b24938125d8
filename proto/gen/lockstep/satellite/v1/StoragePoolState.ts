// Original file: lockstep/satellite/v1/satellite.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../../lockstep/v1/ApiAnswer.ts';
import type { Long } from '@grpc/proto-loader';

export interface StoragePoolState {
  'name'?: (string);
  'providerKind'?: (string);
  'totalCapacityKib'?: (number | string | Long);
  'freeCapacityKib'?: (number | string | Long);
  /**
   * The largest volume (data, without metadata) that could be made now. 0: same as free.
   */
  'maxVolumeKib'?: (number | string | Long);
  /**
   * An ERROR entry: the pool cannot be used.
   */
  'reports'?: (_lockstep_v1_ApiAnswer)[];
}

export interface StoragePoolState__Output {
  'name': (string);
  'providerKind': (string);
  'totalCapacityKib': (number);
  'freeCapacityKib': (number);
  /**
   * The largest volume (data, without metadata) that could be made now. 0: same as free.
   */
  'maxVolumeKib': (number);
  /**
   * An ERROR entry: the pool cannot be used.
   */
  'reports': (_lockstep_v1_ApiAnswer__Output)[];
}
