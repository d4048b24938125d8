// Original file: lockstep/v1/volume_definition.proto


export interface ListVolumeDefinitionsRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
}

export interface ListVolumeDefinitionsRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
}
