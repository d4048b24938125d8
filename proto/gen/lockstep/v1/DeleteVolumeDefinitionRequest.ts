// Original file: lockstep/v1/volume_definition.proto


export interface DeleteVolumeDefinitionRequest {
  'resourceName'?: (string);
  'volumeNumber'?: (number);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeleteVolumeDefinitionRequest__Output {
  'resourceName': (string);
  'volumeNumber': (number);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
