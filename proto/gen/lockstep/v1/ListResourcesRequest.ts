// Original file: lockstep/v1/resource.proto


export interface ListResourcesRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
  'nodeNames'?: (string)[];
  /**
   * Fill effective_props as well.
   */
  'effectiveProps'?: (boolean);
}

export interface ListResourcesRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
  'nodeNames': (string)[];
  /**
   * Fill effective_props as well.
   */
  'effectiveProps': (boolean);
}
