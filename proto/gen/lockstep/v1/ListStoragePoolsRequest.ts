// Original file: lockstep/v1/storage_pool.proto


export interface ListStoragePoolsRequest {
  /**
   * Empty: all.
   */
  'nodeNames'?: (string)[];
  'names'?: (string)[];
}

export interface ListStoragePoolsRequest__Output {
  /**
   * Empty: all.
   */
  'nodeNames': (string)[];
  'names': (string)[];
}
