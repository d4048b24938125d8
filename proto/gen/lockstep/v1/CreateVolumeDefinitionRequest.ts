// Original file: lockstep/v1/volume_definition.proto

import type { Long } from '@grpc/proto-loader';

export interface CreateVolumeDefinitionRequest {
  'resourceName'?: (string);
  /**
   * Default: the lowest free number.
   */
  'volumeNumber'?: (number);
  'sizeKib'?: (number | string | Long);
  /**
   * Default 4096.
   */
  'blockBytes'?: (number);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_volumeNumber'?: "volumeNumber";
  '_blockBytes'?: "blockBytes";
  '_waitMs'?: "waitMs";
}

export interface CreateVolumeDefinitionRequest__Output {
  'resourceName': (string);
  /**
   * Default: the lowest free number.
   */
  'volumeNumber'?: (number);
  'sizeKib': (number);
  /**
   * Default 4096.
   */
  'blockBytes'?: (number);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_volumeNumber'?: "volumeNumber";
  '_blockBytes'?: "blockBytes";
  '_waitMs'?: "waitMs";
}
