// Original file: lockstep/v1/controller.proto

import type { Long } from '@grpc/proto-loader';

export interface HealthResponse {
  /**
   * The store accepts writes; of a standby: there is a leader.
   */
  'healthy'?: (boolean);
  'message'?: (string);
  'nodesTotal'?: (number);
  'nodesOnline'?: (number);
  /**
   * Fencing number of this controller process: grows with every new leader.
   */
  'epoch'?: (number | string | Long);
  /**
   * "leader" or "standby".
   */
  'role'?: (string);
  /**
   * HOST:PORT of the leader as this controller knows it.
   */
  'leader'?: (string);
}

export interface HealthResponse__Output {
  /**
   * The store accepts writes; of a standby: there is a leader.
   */
  'healthy': (boolean);
  'message': (string);
  'nodesTotal': (number);
  'nodesOnline': (number);
  /**
   * Fencing number of this controller process: grows with every new leader.
   */
  'epoch': (number);
  /**
   * "leader" or "standby".
   */
  'role': (string);
  /**
   * HOST:PORT of the leader as this controller knows it.
   */
  'leader': (string);
}
