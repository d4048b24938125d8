// Original file: lockstep/v1/resource_definition.proto


export interface DeleteResourceDefinitionRequest {
  'name'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeleteResourceDefinitionRequest__Output {
  'name': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
