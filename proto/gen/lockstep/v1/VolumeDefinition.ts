// Original file: lockstep/v1/volume_definition.proto

import type { Long } from '@grpc/proto-loader';

export interface VolumeDefinition {
  'resourceName'?: (string);
  'volumeNumber'?: (number);
  'sizeKib'?: (number | string | Long);
  /**
   * Granularity of the bitmap, 4096 .. 1048576, a power of two.
   */
  'blockBytes'?: (number);
  /**
   * DELETE while it is going away.
   */
  'flags'?: (string)[];
  'props'?: ({[key: string]: string});
}

export interface VolumeDefinition__Output {
  'resourceName': (string);
  'volumeNumber': (number);
  'sizeKib': (number);
  /**
   * Granularity of the bitmap, 4096 .. 1048576, a power of two.
   */
  'blockBytes': (number);
  /**
   * DELETE while it is going away.
   */
  'flags': (string)[];
  'props': ({[key: string]: string});
}
