// Original file: lockstep/satellite/v1/satellite.proto

import type { DesiredStoragePool as _lockstep_satellite_v1_DesiredStoragePool, DesiredStoragePool__Output as _lockstep_satellite_v1_DesiredStoragePool__Output } from '../../../lockstep/satellite/v1/DesiredStoragePool.ts';
import type { DesiredResource as _lockstep_satellite_v1_DesiredResource, DesiredResource__Output as _lockstep_satellite_v1_DesiredResource__Output } from '../../../lockstep/satellite/v1/DesiredResource.ts';
import type { Long } from '@grpc/proto-loader';

export interface ApplyRequest {
  'controllerId'?: (string);
  'epoch'?: (number | string | Long);
  /**
   * Grows with each Apply of an epoch; the satellite ignores a lower one than it has applied.
   */
  'revision'?: (number | string | Long);
  /**
   * This is everything that the controller knows for this node. What the satellite has beyond it is reported as
   * unmanaged and left alone.
   */
  'full'?: (boolean);
  'storagePools'?: (_lockstep_satellite_v1_DesiredStoragePool)[];
  'resources'?: (_lockstep_satellite_v1_DesiredResource)[];
}

export interface ApplyRequest__Output {
  'controllerId': (string);
  'epoch': (number);
  /**
   * Grows with each Apply of an epoch; the satellite ignores a lower one than it has applied.
   */
  'revision': (number);
  /**
   * This is everything that the controller knows for this node. What the satellite has beyond it is reported as
   * unmanaged and left alone.
   */
  'full': (boolean);
  'storagePools': (_lockstep_satellite_v1_DesiredStoragePool__Output)[];
  'resources': (_lockstep_satellite_v1_DesiredResource__Output)[];
}
