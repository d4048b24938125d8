// Original file: lockstep/v1/node.proto


export interface ListNodesRequest {
  /**
   * Empty: all.
   */
  'names'?: (string)[];
}

export interface ListNodesRequest__Output {
  /**
   * Empty: all.
   */
  'names': (string)[];
}
