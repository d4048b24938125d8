// Original file: lockstep/v1/resource.proto


export interface ListResourcesRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
  'nodeNames'?: (string)[];
}

export interface ListResourcesRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
  'nodeNames': (string)[];
}
