// Original file: lockstep/v1/resource_group.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { SpawnPlace as _lockstep_v1_SpawnPlace, SpawnPlace__Output as _lockstep_v1_SpawnPlace__Output } from '../../lockstep/v1/SpawnPlace.ts';
import type { Long } from '@grpc/proto-loader';

export interface QuerySizeInfoResponse {
  /**
   * Only what went wrong.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  /**
   * The largest volume that would fit now; 0: none.
   */
  'maxVolumeSizeKib'?: (number | string | Long);
  /**
   * Really free, and there, over all pools that the filter admits.
   */
  'availableSizeKib'?: (number | string | Long);
  'capacityKib'?: (number | string | Long);
  'nextSpawnResult'?: (_lockstep_v1_SpawnPlace)[];
}

export interface QuerySizeInfoResponse__Output {
  /**
   * Only what went wrong.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  /**
   * The largest volume that would fit now; 0: none.
   */
  'maxVolumeSizeKib': (number);
  /**
   * Really free, and there, over all pools that the filter admits.
   */
  'availableSizeKib': (number);
  'capacityKib': (number);
  'nextSpawnResult': (_lockstep_v1_SpawnPlace__Output)[];
}
