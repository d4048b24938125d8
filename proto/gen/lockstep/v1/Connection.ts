// Original file: lockstep/v1/connection.proto

import type { ConnectionPath as _lockstep_v1_ConnectionPath, ConnectionPath__Output as _lockstep_v1_ConnectionPath__Output } from '../../lockstep/v1/ConnectionPath.ts';

export interface Connection {
  /**
   * Empty: of all resources that are on both nodes.
   */
  'resourceName'?: (string);
  'nodeA'?: (string);
  'nodeB'?: (string);
  'props'?: ({[key: string]: string});
  'paths'?: (_lockstep_v1_ConnectionPath)[];
  /**
   * Replication ports of the two nodes.
   */
  'portA'?: (number);
  'portB'?: (number);
}

export interface Connection__Output {
  /**
   * Empty: of all resources that are on both nodes.
   */
  'resourceName': (string);
  'nodeA': (string);
  'nodeB': (string);
  'props': ({[key: string]: string});
  'paths': (_lockstep_v1_ConnectionPath__Output)[];
  /**
   * Replication ports of the two nodes.
   */
  'portA': (number);
  'portB': (number);
}
