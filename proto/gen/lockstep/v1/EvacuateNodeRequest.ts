// Original file: lockstep/v1/node.proto


export interface EvacuateNodeRequest {
  'name'?: (string);
  /**
   * Only these nodes may take the replicas; empty: any.
   */
  'targets'?: (string)[];
  /**
   * These may not.
   */
  'notTargets'?: (string)[];
  'requestId'?: (string);
}

export interface EvacuateNodeRequest__Output {
  'name': (string);
  /**
   * Only these nodes may take the replicas; empty: any.
   */
  'targets': (string)[];
  /**
   * These may not.
   */
  'notTargets': (string)[];
  'requestId': (string);
}
