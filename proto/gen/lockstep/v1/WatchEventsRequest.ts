// Original file: lockstep/v1/event.proto


export interface WatchEventsRequest {
  /**
   * node, storage-pool, resource-definition, volume-definition, resource. Empty: all.
   */
  'kinds'?: (string)[];
}

export interface WatchEventsRequest__Output {
  /**
   * node, storage-pool, resource-definition, volume-definition, resource. Empty: all.
   */
  'kinds': (string)[];
}
