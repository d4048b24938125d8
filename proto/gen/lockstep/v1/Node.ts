// Original file: lockstep/v1/node.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { NetInterface as _lockstep_v1_NetInterface, NetInterface__Output as _lockstep_v1_NetInterface__Output } from '../../lockstep/v1/NetInterface.ts';
import type { Long } from '@grpc/proto-loader';

export interface Node {
  'name'?: (string);
  /**
   * CONTROLLER, SATELLITE, COMBINED or AUXILIARY.
   */
  'type'?: (string);
  /**
   * IPv4 or IPv6 address (or host name) of the satellite: control connection, replication and NBD.
   */
  'address'?: (string);
  /**
   * gRPC port of the satellite.
   */
  'satellitePort'?: (number);
  'replicationPort'?: (number);
  'nbdPort'?: (number);
  /**
   * OFFLINE, CONNECTED (handshake or full state under way), ONLINE, VERSION_MISMATCH, FULL_SYNC_FAILED,
   * HOSTNAME_MISMATCH, OTHER_CONTROLLER or UNKNOWN: the words of LINSTOR.
   */
  'connectionStatus'?: (string);
  /**
   * EVICTED, DELETE, EVACUATE.
   */
  'flags'?: (string)[];
  /**
   * Why the node is not ONLINE; absent when it is.
   */
  'problem'?: (_lockstep_v1_ApiAnswer | null);
  /**
   * Version of the satellite program, once it has been connected.
   */
  'satelliteVersion'?: (string);
  /**
   * Milliseconds since 1970.
   */
  'createTimestampMs'?: (number | string | Long);
  'props'?: ({[key: string]: string});
  'interfaces'?: (_lockstep_v1_NetInterface)[];
  '_problem'?: "problem";
}

export interface Node__Output {
  'name': (string);
  /**
   * CONTROLLER, SATELLITE, COMBINED or AUXILIARY.
   */
  'type': (string);
  /**
   * IPv4 or IPv6 address (or host name) of the satellite: control connection, replication and NBD.
   */
  'address': (string);
  /**
   * gRPC port of the satellite.
   */
  'satellitePort': (number);
  'replicationPort': (number);
  'nbdPort': (number);
  /**
   * OFFLINE, CONNECTED (handshake or full state under way), ONLINE, VERSION_MISMATCH, FULL_SYNC_FAILED,
   * HOSTNAME_MISMATCH, OTHER_CONTROLLER or UNKNOWN: the words of LINSTOR.
   */
  'connectionStatus': (string);
  /**
   * EVICTED, DELETE, EVACUATE.
   */
  'flags': (string)[];
  /**
   * Why the node is not ONLINE; absent when it is.
   */
  'problem'?: (_lockstep_v1_ApiAnswer__Output | null);
  /**
   * Version of the satellite program, once it has been connected.
   */
  'satelliteVersion': (string);
  /**
   * Milliseconds since 1970.
   */
  'createTimestampMs': (number);
  'props': ({[key: string]: string});
  'interfaces': (_lockstep_v1_NetInterface__Output)[];
  '_problem'?: "problem";
}
