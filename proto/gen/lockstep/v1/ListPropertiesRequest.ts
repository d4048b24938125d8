// Original file: lockstep/v1/property.proto

import type { PropertyOwner as _lockstep_v1_PropertyOwner, PropertyOwner__Output as _lockstep_v1_PropertyOwner__Output } from '../../lockstep/v1/PropertyOwner.ts';

export interface ListPropertiesRequest {
  'owner'?: (_lockstep_v1_PropertyOwner | null);
}

export interface ListPropertiesRequest__Output {
  'owner': (_lockstep_v1_PropertyOwner__Output | null);
}
