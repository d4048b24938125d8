// Original file: lockstep/v1/node.proto


export interface ModifyNetInterfaceRequest {
  'nodeName'?: (string);
  'name'?: (string);
  /**
   * Empty: as it is.
   */
  'address'?: (string);
  'satellitePort'?: (number);
  'active'?: (boolean);
  'requestId'?: (string);
  '_satellitePort'?: "satellitePort";
}

export interface ModifyNetInterfaceRequest__Output {
  'nodeName': (string);
  'name': (string);
  /**
   * Empty: as it is.
   */
  'address': (string);
  'satellitePort'?: (number);
  'active': (boolean);
  'requestId': (string);
  '_satellitePort'?: "satellitePort";
}
