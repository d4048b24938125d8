// Original file: lockstep/v1/resource_definition.proto


export interface ListResourceDefinitionsRequest {
  /**
   * Empty: all.
   */
  'names'?: (string)[];
}

export interface ListResourceDefinitionsRequest__Output {
  /**
   * Empty: all.
   */
  'names': (string)[];
}
