// Original file: lockstep/v1/placement.proto


/**
 * Why a place was taken or not.
 */
export interface PlacementVerdict {
  'node'?: (string);
  /**
   * Empty: the node as a whole.
   */
  'pool'?: (string);
  /**
   * The filter that turned it down: present, leftover, node-state, online, node-list, autoplace-target, layers, do-not-place-with,
   * replicas-on-same, replicas-on-different, x-replicas-on-different, storage-pool, provider, provider-mixing, pool-state,
   * volume-size, free-space, thin-free-space. Empty: none did.
   */
  'filter'?: (string);
  /**
   * In words; "chosen" or "fits" where no filter turned it down.
   */
  'reason'?: (string);
  /**
   * Absent where a filter turned it down.
   */
  'score'?: (number | string);
  '_score'?: "score";
}

/**
 * Why a place was taken or not.
 */
export interface PlacementVerdict__Output {
  'node': (string);
  /**
   * Empty: the node as a whole.
   */
  'pool': (string);
  /**
   * The filter that turned it down: present, leftover, node-state, online, node-list, autoplace-target, layers, do-not-place-with,
   * replicas-on-same, replicas-on-different, x-replicas-on-different, storage-pool, provider, provider-mixing, pool-state,
   * volume-size, free-space, thin-free-space. Empty: none did.
   */
  'filter': (string);
  /**
   * In words; "chosen" or "fits" where no filter turned it down.
   */
  'reason': (string);
  /**
   * Absent where a filter turned it down.
   */
  'score'?: (number);
  '_score'?: "score";
}
