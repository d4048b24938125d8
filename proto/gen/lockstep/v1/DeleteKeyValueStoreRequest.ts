// Original file: lockstep/v1/key_value_store.proto


export interface DeleteKeyValueStoreRequest {
  'name'?: (string);
  'requestId'?: (string);
}

export interface DeleteKeyValueStoreRequest__Output {
  'name': (string);
  'requestId': (string);
}
