// Original file: lockstep/v1/node.proto


export interface DeleteNetInterfaceRequest {
  'nodeName'?: (string);
  'name'?: (string);
  'requestId'?: (string);
}

export interface DeleteNetInterfaceRequest__Output {
  'nodeName': (string);
  'name': (string);
  'requestId': (string);
}
