// Original file: lockstep/v1/resource_group.proto


export interface CreateVolumeGroupRequest {
  'groupName'?: (string);
  /**
   * Default: the lowest free number.
   */
  'volumeNumber'?: (number);
  'gross'?: (boolean);
  'requestId'?: (string);
  '_volumeNumber'?: "volumeNumber";
}

export interface CreateVolumeGroupRequest__Output {
  'groupName': (string);
  /**
   * Default: the lowest free number.
   */
  'volumeNumber'?: (number);
  'gross': (boolean);
  'requestId': (string);
  '_volumeNumber'?: "volumeNumber";
}
