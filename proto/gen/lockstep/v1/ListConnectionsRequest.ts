// Original file: lockstep/v1/connection.proto


export interface ListConnectionsRequest {
  /**
   * Empty: node connections. Otherwise all pairs of replicas of these resources.
   */
  'resourceNames'?: (string)[];
  /**
   * Only those that have all of these nodes as ends.
   */
  'nodeNames'?: (string)[];
}

export interface ListConnectionsRequest__Output {
  /**
   * Empty: node connections. Otherwise all pairs of replicas of these resources.
   */
  'resourceNames': (string)[];
  /**
   * Only those that have all of these nodes as ends.
   */
  'nodeNames': (string)[];
}
