// Original file: lockstep/v1/volume_definition.proto

import type { Long } from '@grpc/proto-loader';

export interface SetVolumeDefinitionSizeRequest {
  'resourceName'?: (string);
  'volumeNumber'?: (number);
  'sizeKib'?: (number | string | Long);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface SetVolumeDefinitionSizeRequest__Output {
  'resourceName': (string);
  'volumeNumber': (number);
  'sizeKib': (number);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
