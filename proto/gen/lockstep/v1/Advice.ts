// Original file: lockstep/v1/advice.proto


export interface Advice {
  'resourceName'?: (string);
  /**
   * single-replica, pot-split-brain, diskless-in-use, too-few-replicas, too-many-replicas, no-tiebreaker; in-use (only of
   * maintenance): a client uses the replica with a disk there; waiting: what keeps the controller from making it as wanted.
   */
  'kind'?: (string);
  /**
   * In words.
   */
  'issue'?: (string);
  /**
   * A command, or what to do. Empty: nothing but waiting.
   */
  'possibleFix'?: (string);
}

export interface Advice__Output {
  'resourceName': (string);
  /**
   * single-replica, pot-split-brain, diskless-in-use, too-few-replicas, too-many-replicas, no-tiebreaker; in-use (only of
   * maintenance): a client uses the replica with a disk there; waiting: what keeps the controller from making it as wanted.
   */
  'kind': (string);
  /**
   * In words.
   */
  'issue': (string);
  /**
   * A command, or what to do. Empty: nothing but waiting.
   */
  'possibleFix': (string);
}
