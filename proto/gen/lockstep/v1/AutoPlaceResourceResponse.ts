// Original file: lockstep/v1/resource.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface AutoPlaceResourceResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  /**
   * The nodes that were chosen by this call.
   */
  'nodeNames'?: (string)[];
}

export interface AutoPlaceResourceResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  /**
   * The nodes that were chosen by this call.
   */
  'nodeNames': (string)[];
}
