// Original file: lockstep/v1/resource_group.proto


export interface AdjustResourceGroupRequest {
  /**
   * Empty: all groups.
   */
  'name'?: (string);
  /**
   * Only tell what would happen, to each resource by itself.
   */
  'whatIf'?: (boolean);
  'requestId'?: (string);
}

export interface AdjustResourceGroupRequest__Output {
  /**
   * Empty: all groups.
   */
  'name': (string);
  /**
   * Only tell what would happen, to each resource by itself.
   */
  'whatIf': (boolean);
  'requestId': (string);
}
