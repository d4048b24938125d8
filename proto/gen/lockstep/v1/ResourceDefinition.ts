// Original file: lockstep/v1/resource_definition.proto

import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from '../../lockstep/v1/VolumeDefinition.ts';

export interface ResourceDefinition {
  'name'?: (string);
  /**
   * "DfltRscGrp".
   */
  'resourceGroupName'?: (string);
  /**
   * Top first: DRBD, STORAGE.
   */
  'layers'?: (string)[];
  /**
   * Bitmap slots reserved on each replica: how many diskful peers a replica can have. 1 .. 31.
   */
  'peerSlots'?: (number);
  /**
   * A, B or C: protocol of the connections, unless a replica asks for a weaker one.
   */
  'protocol'?: (string);
  /**
   * DELETE while it is going away.
   */
  'flags'?: (string)[];
  'volumeDefinitions'?: (_lockstep_v1_VolumeDefinition)[];
  /**
   * Empty: none. Wherever the name is asked for, this one does as well.
   */
  'externalName'?: (string);
  'props'?: ({[key: string]: string});
}

export interface ResourceDefinition__Output {
  'name': (string);
  /**
   * "DfltRscGrp".
   */
  'resourceGroupName': (string);
  /**
   * Top first: DRBD, STORAGE.
   */
  'layers': (string)[];
  /**
   * Bitmap slots reserved on each replica: how many diskful peers a replica can have. 1 .. 31.
   */
  'peerSlots': (number);
  /**
   * A, B or C: protocol of the connections, unless a replica asks for a weaker one.
   */
  'protocol': (string);
  /**
   * DELETE while it is going away.
   */
  'flags': (string)[];
  'volumeDefinitions': (_lockstep_v1_VolumeDefinition__Output)[];
  /**
   * Empty: none. Wherever the name is asked for, this one does as well.
   */
  'externalName': (string);
  'props': ({[key: string]: string});
}
