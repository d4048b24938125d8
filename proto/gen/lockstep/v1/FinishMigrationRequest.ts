// Original file: lockstep/v1/migration.proto


export interface FinishMigrationRequest {
  'resourceName'?: (string);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_waitMs'?: "waitMs";
}

export interface FinishMigrationRequest__Output {
  'resourceName': (string);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_waitMs'?: "waitMs";
}
