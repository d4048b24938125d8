// Original file: lockstep/v1/property.proto

import type { PropertyOrigin as _lockstep_v1_PropertyOrigin, PropertyOrigin__Output as _lockstep_v1_PropertyOrigin__Output } from '../../lockstep/v1/PropertyOrigin.ts';

export interface EffectiveProperty {
  'value'?: (string);
  'origin'?: (string);
  /**
   * What would count if this one were not set, in that order.
   */
  'overridden'?: (_lockstep_v1_PropertyOrigin)[];
}

export interface EffectiveProperty__Output {
  'value': (string);
  'origin': (string);
  /**
   * What would count if this one were not set, in that order.
   */
  'overridden': (_lockstep_v1_PropertyOrigin__Output)[];
}
