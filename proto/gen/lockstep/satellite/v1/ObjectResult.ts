// Original file: lockstep/satellite/v1/satellite.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../../lockstep/v1/ApiAnswer.ts';

export interface ObjectResult {
  /**
   * storage-pool or resource.
   */
  'kind'?: (string);
  'name'?: (string);
  /**
   * Done, unless there is an ERROR entry.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface ObjectResult__Output {
  /**
   * storage-pool or resource.
   */
  'kind': (string);
  'name': (string);
  /**
   * Done, unless there is an ERROR entry.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
