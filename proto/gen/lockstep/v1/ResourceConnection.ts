// Original file: lockstep/v1/resource.proto


export interface ResourceConnection {
  'peerNodeName'?: (string);
  /**
   * Connected, Connecting, StandAlone ... as DRBD names them.
   */
  'connectionState'?: (string);
  /**
   * Primary, Secondary, Unknown.
   */
  'peerRole'?: (string);
  /**
   * A, B or C.
   */
  'protocol'?: (string);
}

export interface ResourceConnection__Output {
  'peerNodeName': (string);
  /**
   * Connected, Connecting, StandAlone ... as DRBD names them.
   */
  'connectionState': (string);
  /**
   * Primary, Secondary, Unknown.
   */
  'peerRole': (string);
  /**
   * A, B or C.
   */
  'protocol': (string);
}
