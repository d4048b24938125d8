// Original file: lockstep/v1/node.proto


export interface RestoreNodeRequest {
  'name'?: (string);
  'requestId'?: (string);
}

export interface RestoreNodeRequest__Output {
  'name': (string);
  'requestId': (string);
}
