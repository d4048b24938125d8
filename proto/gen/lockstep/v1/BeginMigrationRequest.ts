// Original file: lockstep/v1/migration.proto


export interface BeginMigrationRequest {
  'resourceName'?: (string);
  'fromNodeName'?: (string);
  'toNodeName'?: (string);
  /**
   * Default 600. After it the window closes by itself, unless both are Primary.
   */
  'timeLimitS'?: (number);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_timeLimitS'?: "timeLimitS";
  '_waitMs'?: "waitMs";
}

export interface BeginMigrationRequest__Output {
  'resourceName': (string);
  'fromNodeName': (string);
  'toNodeName': (string);
  /**
   * Default 600. After it the window closes by itself, unless both are Primary.
   */
  'timeLimitS'?: (number);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_timeLimitS'?: "timeLimitS";
  '_waitMs'?: "waitMs";
}
