// Original file: lockstep/satellite/v1/satellite.proto

import type { VolumeState as _lockstep_satellite_v1_VolumeState, VolumeState__Output as _lockstep_satellite_v1_VolumeState__Output } from '../../../lockstep/satellite/v1/VolumeState.ts';
import type { ConnectionState as _lockstep_satellite_v1_ConnectionState, ConnectionState__Output as _lockstep_satellite_v1_ConnectionState__Output } from '../../../lockstep/satellite/v1/ConnectionState.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../../lockstep/v1/ApiAnswer.ts';

export interface ResourceState {
  'name'?: (string);
  'nodeId'?: (number);
  /**
   * Primary or Secondary.
   */
  'role'?: (string);
  /**
   * Some client has a volume open read-write, or an operator promoted it.
   */
  'inUse'?: (boolean);
  'mayPromote'?: (boolean);
  'promotionScore'?: (number);
  'volumes'?: (_lockstep_satellite_v1_VolumeState)[];
  'connections'?: (_lockstep_satellite_v1_ConnectionState)[];
  /**
   * What went wrong on this node and stays wrong: metadata refused, backing store failed ...
   */
  'problems'?: (_lockstep_v1_ApiAnswer)[];
}

export interface ResourceState__Output {
  'name': (string);
  'nodeId': (number);
  /**
   * Primary or Secondary.
   */
  'role': (string);
  /**
   * Some client has a volume open read-write, or an operator promoted it.
   */
  'inUse': (boolean);
  'mayPromote': (boolean);
  'promotionScore': (number);
  'volumes': (_lockstep_satellite_v1_VolumeState__Output)[];
  'connections': (_lockstep_satellite_v1_ConnectionState__Output)[];
  /**
   * What went wrong on this node and stays wrong: metadata refused, backing store failed ...
   */
  'problems': (_lockstep_v1_ApiAnswer__Output)[];
}
