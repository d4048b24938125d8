// Original file: lockstep/v1/volume_definition.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface DeleteVolumeDefinitionResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface DeleteVolumeDefinitionResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
