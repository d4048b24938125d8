// Original file: lockstep/v1/resource_group.proto


export interface DeleteResourceGroupRequest {
  'name'?: (string);
  'requestId'?: (string);
}

export interface DeleteResourceGroupRequest__Output {
  'name': (string);
  'requestId': (string);
}
