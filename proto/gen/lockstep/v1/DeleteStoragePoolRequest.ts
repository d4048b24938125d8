// Original file: lockstep/v1/storage_pool.proto


export interface DeleteStoragePoolRequest {
  'nodeNames'?: (string)[];
  'name'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface DeleteStoragePoolRequest__Output {
  'nodeNames': (string)[];
  'name': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
