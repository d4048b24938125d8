// Original file: lockstep/v1/connection.proto


export interface DeletePathRequest {
  'resourceName'?: (string);
  'nodeA'?: (string);
  'nodeB'?: (string);
  'pathName'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeletePathRequest__Output {
  'resourceName': (string);
  'nodeA': (string);
  'nodeB': (string);
  'pathName': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
