// Original file: lockstep/v1/migration.proto


export interface AbortMigrationRequest {
  'resourceName'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface AbortMigrationRequest__Output {
  'resourceName': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
