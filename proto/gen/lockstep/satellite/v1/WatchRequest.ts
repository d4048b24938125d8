// Original file: lockstep/satellite/v1/satellite.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchRequest {
  'controllerId'?: (string);
  'epoch'?: (number | string | Long);
}

export interface WatchRequest__Output {
  'controllerId': (string);
  'epoch': (number);
}
