// Original file: lockstep/v1/node.proto


export interface CreateNodeRequest {
  'name'?: (string);
  'address'?: (string);
  /**
   * Default 3366.
   */
  'satellitePort'?: (number);
  /**
   * Default 7000.
   */
  'replicationPort'?: (number);
  /**
   * Default 10809.
   */
  'nbdPort'?: (number);
  /**
   * SATELLITE (default), COMBINED, CONTROLLER or AUXILIARY.
   */
  'type'?: (string);
  /**
   * Of the first network interface; default: default.
   */
  'interfaceName'?: (string);
  /**
   * Any unique text. A retry with the same id does nothing again and gets the answer of the first call.
   */
  'requestId'?: (string);
  '_satellitePort'?: "satellitePort";
  '_replicationPort'?: "replicationPort";
  '_nbdPort'?: "nbdPort";
}

export interface CreateNodeRequest__Output {
  'name': (string);
  'address': (string);
  /**
   * Default 3366.
   */
  'satellitePort'?: (number);
  /**
   * Default 7000.
   */
  'replicationPort'?: (number);
  /**
   * Default 10809.
   */
  'nbdPort'?: (number);
  /**
   * SATELLITE (default), COMBINED, CONTROLLER or AUXILIARY.
   */
  'type': (string);
  /**
   * Of the first network interface; default: default.
   */
  'interfaceName': (string);
  /**
   * Any unique text. A retry with the same id does nothing again and gets the answer of the first call.
   */
  'requestId': (string);
  '_satellitePort'?: "satellitePort";
  '_replicationPort'?: "replicationPort";
  '_nbdPort'?: "nbdPort";
}
