// Original file: lockstep/v1/controller.proto

import type { Long } from '@grpc/proto-loader';

export interface HealthResponse {
  /**
   * The store accepts writes.
   */
  'healthy'?: (boolean);
  'message'?: (string);
  'nodesTotal'?: (number);
  'nodesOnline'?: (number);
  /**
   * Fencing number of this controller process: grows with every start.
   */
  'epoch'?: (number | string | Long);
}

export interface HealthResponse__Output {
  /**
   * The store accepts writes.
   */
  'healthy': (boolean);
  'message': (string);
  'nodesTotal': (number);
  'nodesOnline': (number);
  /**
   * Fencing number of this controller process: grows with every start.
   */
  'epoch': (number);
}
