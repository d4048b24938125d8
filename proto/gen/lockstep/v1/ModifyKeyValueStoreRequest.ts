// Original file: lockstep/v1/key_value_store.proto


export interface ModifyKeyValueStoreRequest {
  'name'?: (string);
  'overrideProps'?: ({[key: string]: string});
  'deleteProps'?: (string)[];
  'deleteNamespaces'?: (string)[];
  'requestId'?: (string);
}

export interface ModifyKeyValueStoreRequest__Output {
  'name': (string);
  'overrideProps': ({[key: string]: string});
  'deleteProps': (string)[];
  'deleteNamespaces': (string)[];
  'requestId': (string);
}
