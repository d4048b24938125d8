// Original file: lockstep/satellite/v1/satellite.proto

import type { ResourceState as _lockstep_satellite_v1_ResourceState, ResourceState__Output as _lockstep_satellite_v1_ResourceState__Output } from '../../../lockstep/satellite/v1/ResourceState.ts';
import type { StoragePoolState as _lockstep_satellite_v1_StoragePoolState, StoragePoolState__Output as _lockstep_satellite_v1_StoragePoolState__Output } from '../../../lockstep/satellite/v1/StoragePoolState.ts';

export interface SatelliteStatus {
  /**
   * Everything that there is; otherwise only what has changed, each object whole.
   */
  'full'?: (boolean);
  'resources'?: (_lockstep_satellite_v1_ResourceState)[];
  /**
   * Gone since the last message.
   */
  'removedResources'?: (string)[];
  'storagePools'?: (_lockstep_satellite_v1_StoragePoolState)[];
  'removedStoragePools'?: (string)[];
}

export interface SatelliteStatus__Output {
  /**
   * Everything that there is; otherwise only what has changed, each object whole.
   */
  'full': (boolean);
  'resources': (_lockstep_satellite_v1_ResourceState__Output)[];
  /**
   * Gone since the last message.
   */
  'removedResources': (string)[];
  'storagePools': (_lockstep_satellite_v1_StoragePoolState__Output)[];
  'removedStoragePools': (string)[];
}
