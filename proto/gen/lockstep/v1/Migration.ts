// Original file: lockstep/v1/migration.proto

import type { Long } from '@grpc/proto-loader';

export interface Migration {
  'resourceName'?: (string);
  'fromNodeName'?: (string);
  'toNodeName'?: (string);
  'beginTimestampMs'?: (number | string | Long);
  'timeLimitS'?: (number);
  /**
   * OPEN; ABORTED or OVERDUE: it is to be closed, which waits for one of two Primaries to let go.
   */
  'state'?: (string);
  /**
   * Names of the two that are Primary.
   */
  'primaries'?: (string)[];
}

export interface Migration__Output {
  'resourceName': (string);
  'fromNodeName': (string);
  'toNodeName': (string);
  'beginTimestampMs': (number);
  'timeLimitS': (number);
  /**
   * OPEN; ABORTED or OVERDUE: it is to be closed, which waits for one of two Primaries to let go.
   */
  'state': (string);
  /**
   * Names of the two that are Primary.
   */
  'primaries': (string)[];
}
