// Original file: lockstep/v1/key_value_store.proto


export interface ListKeyValueStoresRequest {
  /**
   * Empty: all.
   */
  'names'?: (string)[];
}

export interface ListKeyValueStoresRequest__Output {
  /**
   * Empty: all.
   */
  'names': (string)[];
}
