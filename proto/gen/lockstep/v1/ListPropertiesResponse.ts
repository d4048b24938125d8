// Original file: lockstep/v1/property.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { EffectiveProperty as _lockstep_v1_EffectiveProperty, EffectiveProperty__Output as _lockstep_v1_EffectiveProperty__Output } from '../../lockstep/v1/EffectiveProperty.ts';

export interface ListPropertiesResponse {
  /**
   * An ERROR entry: the object does not exist.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'props'?: ({[key: string]: string});
  /**
   * With what is inherited.
   */
  'effectiveProps'?: ({[key: string]: _lockstep_v1_EffectiveProperty});
}

export interface ListPropertiesResponse__Output {
  /**
   * An ERROR entry: the object does not exist.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'props': ({[key: string]: string});
  /**
   * With what is inherited.
   */
  'effectiveProps': ({[key: string]: _lockstep_v1_EffectiveProperty__Output});
}
