// Original file: lockstep/v1/resource.proto

import type { ResourceConnection as _lockstep_v1_ResourceConnection, ResourceConnection__Output as _lockstep_v1_ResourceConnection__Output } from '../../lockstep/v1/ResourceConnection.ts';
import type { Volume as _lockstep_v1_Volume, Volume__Output as _lockstep_v1_Volume__Output } from '../../lockstep/v1/Volume.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { EffectiveProperty as _lockstep_v1_EffectiveProperty, EffectiveProperty__Output as _lockstep_v1_EffectiveProperty__Output } from '../../lockstep/v1/EffectiveProperty.ts';
import type { Long } from '@grpc/proto-loader';

export interface Resource {
  'resourceName'?: (string);
  'nodeName'?: (string);
  /**
   * 0 .. 31, unique and stable within the resource.
   */
  'nodeId'?: (number);
  /**
   * DELETE, DISKLESS and DRBD_DISKLESS (both on a diskless one), TIE_BREAKER, DISK_ADDING, DISK_REMOVING, EVACUATE.
   */
  'flags'?: (string)[];
  /**
   * DRBD, STORAGE.
   */
  'layers'?: (string)[];
  /**
   * Primary, Secondary, Unknown; absent while the satellite has not reported.
   */
  'role'?: (string);
  /**
   * A client has it open for writing; absent while unknown.
   */
  'inUse'?: (boolean);
  'connections'?: (_lockstep_v1_ResourceConnection)[];
  'volumes'?: (_lockstep_v1_Volume)[];
  'createTimestampMs'?: (number | string | Long);
  /**
   * False while the node is offline: states are what was last known.
   */
  'current'?: (boolean);
  /**
   * What the satellite could not do for this resource.
   */
  'problems'?: (_lockstep_v1_ApiAnswer)[];
  'props'?: ({[key: string]: string});
  /**
   * What counts for it, with what it inherits; only when it was asked for.
   */
  'effectiveProps'?: ({[key: string]: _lockstep_v1_EffectiveProperty});
  '_role'?: "role";
  '_inUse'?: "inUse";
}

export interface Resource__Output {
  'resourceName': (string);
  'nodeName': (string);
  /**
   * 0 .. 31, unique and stable within the resource.
   */
  'nodeId': (number);
  /**
   * DELETE, DISKLESS and DRBD_DISKLESS (both on a diskless one), TIE_BREAKER, DISK_ADDING, DISK_REMOVING, EVACUATE.
   */
  'flags': (string)[];
  /**
   * DRBD, STORAGE.
   */
  'layers': (string)[];
  /**
   * Primary, Secondary, Unknown; absent while the satellite has not reported.
   */
  'role'?: (string);
  /**
   * A client has it open for writing; absent while unknown.
   */
  'inUse'?: (boolean);
  'connections': (_lockstep_v1_ResourceConnection__Output)[];
  'volumes': (_lockstep_v1_Volume__Output)[];
  'createTimestampMs': (number);
  /**
   * False while the node is offline: states are what was last known.
   */
  'current': (boolean);
  /**
   * What the satellite could not do for this resource.
   */
  'problems': (_lockstep_v1_ApiAnswer__Output)[];
  'props': ({[key: string]: string});
  /**
   * What counts for it, with what it inherits; only when it was asked for.
   */
  'effectiveProps': ({[key: string]: _lockstep_v1_EffectiveProperty__Output});
  '_role'?: "role";
  '_inUse'?: "inUse";
}
