// Original file: lockstep/v1/resource_group.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { MaxVolumeCandidate as _lockstep_v1_MaxVolumeCandidate, MaxVolumeCandidate__Output as _lockstep_v1_MaxVolumeCandidate__Output } from '../../lockstep/v1/MaxVolumeCandidate.ts';

export interface QueryMaxVolumeSizeResponse {
  /**
   * Only what went wrong.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'candidates'?: (_lockstep_v1_MaxVolumeCandidate)[];
}

export interface QueryMaxVolumeSizeResponse__Output {
  /**
   * Only what went wrong.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'candidates': (_lockstep_v1_MaxVolumeCandidate__Output)[];
}
