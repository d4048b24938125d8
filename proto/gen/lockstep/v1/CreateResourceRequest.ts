// Original file: lockstep/v1/resource.proto


export interface CreateResourceRequest {
  'resourceName'?: (string);
  'nodeNames'?: (string)[];
  /**
   * Default DfltStorPool. Ignored for diskless ones.
   */
  'storagePoolName'?: (string);
  'diskless'?: (boolean);
  /**
   * A, B or C: the strongest protocol that the connections of these replicas may use. Default: that of the definition.
   * A connection uses the weaker of what its two ends ask for.
   */
  'protocol'?: (string);
  /**
   * Only tell what would happen.
   */
  'whatIf'?: (boolean);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface CreateResourceRequest__Output {
  'resourceName': (string);
  'nodeNames': (string)[];
  /**
   * Default DfltStorPool. Ignored for diskless ones.
   */
  'storagePoolName': (string);
  'diskless': (boolean);
  /**
   * A, B or C: the strongest protocol that the connections of these replicas may use. Default: that of the definition.
   * A connection uses the weaker of what its two ends ask for.
   */
  'protocol': (string);
  /**
   * Only tell what would happen.
   */
  'whatIf': (boolean);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
