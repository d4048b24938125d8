// Original file: lockstep/v1/resource.proto


export interface DeleteResourceRequest {
  'resourceName'?: (string);
  'nodeNames'?: (string)[];
  /**
   * A tie-breaker stays. Otherwise whoever deletes one gets no other one: the resource definition says so from then on.
   */
  'keepTiebreaker'?: (boolean);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeleteResourceRequest__Output {
  'resourceName': (string);
  'nodeNames': (string)[];
  /**
   * A tie-breaker stays. Otherwise whoever deletes one gets no other one: the resource definition says so from then on.
   */
  'keepTiebreaker': (boolean);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
