// Original file: lockstep/v1/resource.proto


export interface DeleteResourceRequest {
  'resourceName'?: (string);
  'nodeNames'?: (string)[];
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeleteResourceRequest__Output {
  'resourceName': (string);
  'nodeNames': (string)[];
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
