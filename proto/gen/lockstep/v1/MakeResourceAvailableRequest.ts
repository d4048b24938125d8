// Original file: lockstep/v1/resource.proto


export interface MakeResourceAvailableRequest {
  'resourceName'?: (string);
  'nodeName'?: (string);
  /**
   * A replica in any case: a diskless attachment gets a disk.
   */
  'diskful'?: (boolean);
  /**
   * Empty, or DRBD, STORAGE.
   */
  'layers'?: (string)[];
  'whatIf'?: (boolean);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface MakeResourceAvailableRequest__Output {
  'resourceName': (string);
  'nodeName': (string);
  /**
   * A replica in any case: a diskless attachment gets a disk.
   */
  'diskful': (boolean);
  /**
   * Empty, or DRBD, STORAGE.
   */
  'layers': (string)[];
  'whatIf': (boolean);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
