// Original file: lockstep/v1/resource_definition.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface WaitSyncResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface WaitSyncResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
