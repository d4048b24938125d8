// Original file: lockstep/v1/resource_definition.proto


export interface CreateResourceDefinitionRequest {
  /**
   * Empty: made for the external name.
   */
  'name'?: (string);
  /**
   * Default: that of the resource group, or 7.
   */
  'peerSlots'?: (number);
  /**
   * Default C.
   */
  'protocol'?: (string);
  /**
   * Default DfltRscGrp.
   */
  'resourceGroupName'?: (string);
  /**
   * Any text; empty: none.
   */
  'externalName'?: (string);
  /**
   * Empty, or DRBD, STORAGE.
   */
  'layers'?: (string)[];
  'requestId'?: (string);
  '_peerSlots'?: "peerSlots";
}

export interface CreateResourceDefinitionRequest__Output {
  /**
   * Empty: made for the external name.
   */
  'name': (string);
  /**
   * Default: that of the resource group, or 7.
   */
  'peerSlots'?: (number);
  /**
   * Default C.
   */
  'protocol': (string);
  /**
   * Default DfltRscGrp.
   */
  'resourceGroupName': (string);
  /**
   * Any text; empty: none.
   */
  'externalName': (string);
  /**
   * Empty, or DRBD, STORAGE.
   */
  'layers': (string)[];
  'requestId': (string);
  '_peerSlots'?: "peerSlots";
}
