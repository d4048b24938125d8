// Original file: lockstep/v1/resource.proto


export interface RetryResourceRequest {
  'resourceName'?: (string);
  /**
   * Empty: all that it is on.
   */
  'nodeNames'?: (string)[];
  'async'?: (boolean);
  'waitMs'?: (number);
  '_waitMs'?: "waitMs";
}

export interface RetryResourceRequest__Output {
  'resourceName': (string);
  /**
   * Empty: all that it is on.
   */
  'nodeNames': (string)[];
  'async': (boolean);
  'waitMs'?: (number);
  '_waitMs'?: "waitMs";
}
