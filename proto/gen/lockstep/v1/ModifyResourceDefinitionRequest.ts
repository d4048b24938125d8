// Original file: lockstep/v1/resource_definition.proto


export interface ModifyResourceDefinitionRequest {
  'name'?: (string);
  /**
   * Empty: as it is.
   */
  'resourceGroupName'?: (string);
  /**
   * Of replicas that are made from now on.
   */
  'peerSlots'?: (number);
  'requestId'?: (string);
  '_peerSlots'?: "peerSlots";
}

export interface ModifyResourceDefinitionRequest__Output {
  'name': (string);
  /**
   * Empty: as it is.
   */
  'resourceGroupName': (string);
  /**
   * Of replicas that are made from now on.
   */
  'peerSlots'?: (number);
  'requestId': (string);
  '_peerSlots'?: "peerSlots";
}
