// Original file: lockstep/v1/migration.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';

export interface AbortMigrationResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
}

export interface AbortMigrationResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
}
