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
   * Identity of the cluster, chosen at the first start. A standby leaves it empty.
   */
  'controllerId'?: (string);
  /**
   * "leader", or "standby": then every call but Version and Health fails with FAILED_PRECONDITION, and the metadata
   * "lockstep-leader" names the address of the leader if there is one.
   */
  'role'?: (string);
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
   * Identity of the cluster, chosen at the first start. A standby leaves it empty.
   */
  'controllerId': (string);
  /**
   * "leader", or "standby": then every call but Version and Health fails with FAILED_PRECONDITION, and the metadata
   * "lockstep-leader" names the address of the leader if there is one.
   */
  'role': (string);
}
