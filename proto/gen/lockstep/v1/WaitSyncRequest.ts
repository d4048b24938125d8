// Original file: lockstep/v1/resource_definition.proto


export interface WaitSyncRequest {
  'name'?: (string);
  /**
   * Default 30000.
   */
  'waitMs'?: (number);
  '_waitMs'?: "waitMs";
}

export interface WaitSyncRequest__Output {
  'name': (string);
  /**
   * Default 30000.
   */
  'waitMs'?: (number);
  '_waitMs'?: "waitMs";
}
