// Original file: lockstep/v1/property.proto

import type { PropertyOwner as _lockstep_v1_PropertyOwner, PropertyOwner__Output as _lockstep_v1_PropertyOwner__Output } from '../../lockstep/v1/PropertyOwner.ts';

export interface SetPropertiesRequest {
  'owner'?: (_lockstep_v1_PropertyOwner | null);
  'overrideProps'?: ({[key: string]: string});
  /**
   * A key that is not there is no mistake.
   */
  'deleteProps'?: (string)[];
  /**
   * All keys below these: "Aux/site".
   */
  'deleteNamespaces'?: (string)[];
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface SetPropertiesRequest__Output {
  'owner': (_lockstep_v1_PropertyOwner__Output | null);
  'overrideProps': ({[key: string]: string});
  /**
   * A key that is not there is no mistake.
   */
  'deleteProps': (string)[];
  /**
   * All keys below these: "Aux/site".
   */
  'deleteNamespaces': (string)[];
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
