// Original file: lockstep/v1/node.proto


export interface CreateNetInterfaceRequest {
  'nodeName'?: (string);
  'name'?: (string);
  'address'?: (string);
  /**
   * Absent: the satellite is not reached through it.
   */
  'satellitePort'?: (number);
  /**
   * Makes it the active one; satellite_port then defaults to 3366.
   */
  'active'?: (boolean);
  'requestId'?: (string);
  '_satellitePort'?: "satellitePort";
}

export interface CreateNetInterfaceRequest__Output {
  'nodeName': (string);
  'name': (string);
  'address': (string);
  /**
   * Absent: the satellite is not reached through it.
   */
  'satellitePort'?: (number);
  /**
   * Makes it the active one; satellite_port then defaults to 3366.
   */
  'active': (boolean);
  'requestId': (string);
  '_satellitePort'?: "satellitePort";
}
