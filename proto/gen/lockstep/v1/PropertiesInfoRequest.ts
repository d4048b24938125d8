// Original file: lockstep/v1/property.proto


export interface PropertiesInfoRequest {
  /**
   * A kind as in PropertyOwner; empty: all.
   */
  'kind'?: (string);
}

export interface PropertiesInfoRequest__Output {
  /**
   * A kind as in PropertyOwner; empty: all.
   */
  'kind': (string);
}
