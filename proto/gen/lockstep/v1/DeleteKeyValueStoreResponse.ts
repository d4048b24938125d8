// Original file: lockstep/v1/key_value_store.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface DeleteKeyValueStoreResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface DeleteKeyValueStoreResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
