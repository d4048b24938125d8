// Original file: lockstep/satellite/v1/satellite.proto

import type { PeerDeviceState as _lockstep_satellite_v1_PeerDeviceState, PeerDeviceState__Output as _lockstep_satellite_v1_PeerDeviceState__Output } from '../../../lockstep/satellite/v1/PeerDeviceState.ts';

export interface ConnectionState {
  'peerNodeId'?: (number);
  'peerName'?: (string);
  /**
   * Connected, Connecting, StandAlone ...
   */
  'connectionState'?: (string);
  'peerRole'?: (string);
  /**
   * A, B or C.
   */
  'protocol'?: (string);
  'peerDevices'?: (_lockstep_satellite_v1_PeerDeviceState)[];
}

export interface ConnectionState__Output {
  'peerNodeId': (number);
  'peerName': (string);
  /**
   * Connected, Connecting, StandAlone ...
   */
  'connectionState': (string);
  'peerRole': (string);
  /**
   * A, B or C.
   */
  'protocol': (string);
  'peerDevices': (_lockstep_satellite_v1_PeerDeviceState__Output)[];
}
