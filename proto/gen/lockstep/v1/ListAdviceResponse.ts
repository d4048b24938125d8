// Original file: lockstep/v1/advice.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { Advice as _lockstep_v1_Advice, Advice__Output as _lockstep_v1_Advice__Output } from '../../lockstep/v1/Advice.ts';

export interface ListAdviceResponse {
  /**
   * Why there is no advice.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'advice'?: (_lockstep_v1_Advice)[];
}

export interface ListAdviceResponse__Output {
  /**
   * Why there is no advice.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'advice': (_lockstep_v1_Advice__Output)[];
}
