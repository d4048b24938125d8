// Original file: lockstep/v1/node.proto


export interface ModifyNodeRequest {
  'name'?: (string);
  /**
   * Empty: as it is.
   */
  'type'?: (string);
  'requestId'?: (string);
}

export interface ModifyNodeRequest__Output {
  'name': (string);
  /**
   * Empty: as it is.
   */
  'type': (string);
  'requestId': (string);
}
