// Original file: lockstep/v1/resource_definition.proto


export interface CreateResourceDefinitionRequest {
  'name'?: (string);
  /**
   * Default 7.
   */
  'peerSlots'?: (number);
  /**
   * Default C.
   */
  'protocol'?: (string);
  'requestId'?: (string);
  '_peerSlots'?: "peerSlots";
}

export interface CreateResourceDefinitionRequest__Output {
  'name': (string);
  /**
   * Default 7.
   */
  'peerSlots'?: (number);
  /**
   * Default C.
   */
  'protocol': (string);
  'requestId': (string);
  '_peerSlots'?: "peerSlots";
}
