// Original file: lockstep/v1/controller.proto


export interface VersionResponse {
  /**
   * Version of the program.
   */
  'version'?: (string);
  /**
   * Major version of this API.
   */
  'apiVersion'?: (number);
  /**
   * Identity of the cluster, chosen at the first start.
   */
  'controllerId'?: (string);
}

export interface VersionResponse__Output {
  /**
   * Version of the program.
   */
  'version': (string);
  /**
   * Major version of this API.
   */
  'apiVersion': (number);
  /**
   * Identity of the cluster, chosen at the first start.
   */
  'controllerId': (string);
}
