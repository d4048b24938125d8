// Original file: lockstep/v1/resource.proto


export interface MigrateResourceRequest {
  'resourceName'?: (string);
  'fromNodeName'?: (string);
  'toNodeName'?: (string);
  /**
   * Default: as on the node that it leaves.
   */
  'storagePoolName'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface MigrateResourceRequest__Output {
  'resourceName': (string);
  'fromNodeName': (string);
  'toNodeName': (string);
  /**
   * Default: as on the node that it leaves.
   */
  'storagePoolName': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
