// Original file: lockstep/v1/key_value_store.proto


export interface KeyValueStore {
  /**
   * Case counts.
   */
  'name'?: (string);
  'props'?: ({[key: string]: string});
}

export interface KeyValueStore__Output {
  /**
   * Case counts.
   */
  'name': (string);
  'props': ({[key: string]: string});
}
