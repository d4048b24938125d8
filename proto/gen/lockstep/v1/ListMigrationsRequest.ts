// Original file: lockstep/v1/migration.proto


export interface ListMigrationsRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
}

export interface ListMigrationsRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
}
