// Original file: lockstep/v1/resource.proto


export interface ToggleDiskRequest {
  'resourceName'?: (string);
  'nodeName'?: (string);
  /**
   * Default: the usual one of the resource, DfltStorPool.
   */
  'storagePoolName'?: (string);
  /**
   * Remove the disk instead.
   */
  'diskless'?: (boolean);
  /**
   * The replica of this node goes once the new disk is UpToDate.
   */
  'migrateFrom'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface ToggleDiskRequest__Output {
  'resourceName': (string);
  'nodeName': (string);
  /**
   * Default: the usual one of the resource, DfltStorPool.
   */
  'storagePoolName': (string);
  /**
   * Remove the disk instead.
   */
  'diskless': (boolean);
  /**
   * The replica of this node goes once the new disk is UpToDate.
   */
  'migrateFrom': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
