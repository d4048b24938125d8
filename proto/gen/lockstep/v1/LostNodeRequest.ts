// Original file: lockstep/v1/node.proto


export interface LostNodeRequest {
  'name'?: (string);
  /**
   * Return before the records are gone.
   */
  'async'?: (boolean);
  'requestId'?: (string);
}

export interface LostNodeRequest__Output {
  'name': (string);
  /**
   * Return before the records are gone.
   */
  'async': (boolean);
  'requestId': (string);
}
