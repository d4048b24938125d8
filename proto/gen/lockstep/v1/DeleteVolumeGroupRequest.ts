// Original file: lockstep/v1/resource_group.proto


export interface DeleteVolumeGroupRequest {
  'groupName'?: (string);
  'volumeNumber'?: (number);
  'requestId'?: (string);
}

export interface DeleteVolumeGroupRequest__Output {
  'groupName': (string);
  'volumeNumber': (number);
  'requestId': (string);
}
