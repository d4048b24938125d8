// Original file: lockstep/v1/node.proto


export interface DeleteNodeRequest {
  'name'?: (string);
  'requestId'?: (string);
}

export interface DeleteNodeRequest__Output {
  'name': (string);
  'requestId': (string);
}
