// Original file: lockstep/v1/volume_definition.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface CreateVolumeDefinitionResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  /**
   * The number that was chosen; absent when the call failed.
   */
  'volumeNumber'?: (number);
  '_volumeNumber'?: "volumeNumber";
}

export interface CreateVolumeDefinitionResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  /**
   * The number that was chosen; absent when the call failed.
   */
  'volumeNumber'?: (number);
  '_volumeNumber'?: "volumeNumber";
}
