// Original file: lockstep/v1/volume.proto


export interface ListVolumesRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
  'nodeNames'?: (string)[];
  'storagePoolNames'?: (string)[];
}

export interface ListVolumesRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
  'nodeNames': (string)[];
  'storagePoolNames': (string)[];
}
