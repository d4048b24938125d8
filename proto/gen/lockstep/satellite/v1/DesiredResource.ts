// Original file: lockstep/satellite/v1/satellite.proto

import type { DesiredVolume as _lockstep_satellite_v1_DesiredVolume, DesiredVolume__Output as _lockstep_satellite_v1_DesiredVolume__Output } from '../../../lockstep/satellite/v1/DesiredVolume.ts';
import type { DesiredPeer as _lockstep_satellite_v1_DesiredPeer, DesiredPeer__Output as _lockstep_satellite_v1_DesiredPeer__Output } from '../../../lockstep/satellite/v1/DesiredPeer.ts';

/**
 * Always the whole resource of this node: peers that are missing here are removed online;
 * volumes are removed only by their delete flag.
 */
export interface DesiredResource {
  'name'?: (string);
  'nodeId'?: (number);
  'volumes'?: (_lockstep_satellite_v1_DesiredVolume)[];
  'peers'?: (_lockstep_satellite_v1_DesiredPeer)[];
  /**
   * Remove the resource and all its data from this node. A resource that is not there is deleted already: success.
   * Refused (RESOURCE_IN_USE) while a client has it open.
   */
  'delete'?: (boolean);
  /**
   * Resource options, likewise. A difference counts at once; a refused one is a problem of the resource.
   */
  'options'?: ({[key: string]: string});
}

/**
 * Always the whole resource of this node: peers that are missing here are removed online;
 * volumes are removed only by their delete flag.
 */
export interface DesiredResource__Output {
  'name': (string);
  'nodeId': (number);
  'volumes': (_lockstep_satellite_v1_DesiredVolume__Output)[];
  'peers': (_lockstep_satellite_v1_DesiredPeer__Output)[];
  /**
   * Remove the resource and all its data from this node. A resource that is not there is deleted already: success.
   * Refused (RESOURCE_IN_USE) while a client has it open.
   */
  'delete': (boolean);
  /**
   * Resource options, likewise. A difference counts at once; a refused one is a problem of the resource.
   */
  'options': ({[key: string]: string});
}
