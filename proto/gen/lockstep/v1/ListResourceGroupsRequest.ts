// Original file: lockstep/v1/resource_group.proto


export interface ListResourceGroupsRequest {
  /**
   * Empty: all.
   */
  'names'?: (string)[];
}

export interface ListResourceGroupsRequest__Output {
  /**
   * Empty: all.
   */
  'names': (string)[];
}
