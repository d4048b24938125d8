// Original file: lockstep/v1/node.proto


export interface NetInterface {
  'name'?: (string);
  'address'?: (string);
  /**
   * Where the satellite listens for the controller; absent: not on this one.
   */
  'satellitePort'?: (number);
  /**
   * PLAIN.
   */
  'encryptionType'?: (string);
  /**
   * The controller reaches the satellite through it.
   */
  'active'?: (boolean);
  '_satellitePort'?: "satellitePort";
}

export interface NetInterface__Output {
  'name': (string);
  'address': (string);
  /**
   * Where the satellite listens for the controller; absent: not on this one.
   */
  'satellitePort'?: (number);
  /**
   * PLAIN.
   */
  'encryptionType': (string);
  /**
   * The controller reaches the satellite through it.
   */
  'active': (boolean);
  '_satellitePort'?: "satellitePort";
}
