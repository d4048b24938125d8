// Original file: lockstep/v1/connection.proto


export interface CreatePathRequest {
  /**
   * Empty: a path of the node connection.
   */
  'resourceName'?: (string);
  'nodeA'?: (string);
  'nodeB'?: (string);
  'pathName'?: (string);
  /**
   * Names of network interfaces.
   */
  'interfaceA'?: (string);
  'interfaceB'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface CreatePathRequest__Output {
  /**
   * Empty: a path of the node connection.
   */
  'resourceName': (string);
  'nodeA': (string);
  'nodeB': (string);
  'pathName': (string);
  /**
   * Names of network interfaces.
   */
  'interfaceA': (string);
  'interfaceB': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
