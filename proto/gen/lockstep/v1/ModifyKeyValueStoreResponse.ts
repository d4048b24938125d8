// Original file: lockstep/v1/key_value_store.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface ModifyKeyValueStoreResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface ModifyKeyValueStoreResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
