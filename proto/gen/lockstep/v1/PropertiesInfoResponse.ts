// Original file: lockstep/v1/property.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { PropertyInfo as _lockstep_v1_PropertyInfo, PropertyInfo__Output as _lockstep_v1_PropertyInfo__Output } from '../../lockstep/v1/PropertyInfo.ts';

export interface PropertiesInfoResponse {
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'properties'?: (_lockstep_v1_PropertyInfo)[];
}

export interface PropertiesInfoResponse__Output {
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'properties': (_lockstep_v1_PropertyInfo__Output)[];
}
