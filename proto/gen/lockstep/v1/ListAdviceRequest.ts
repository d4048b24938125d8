// Original file: lockstep/v1/advice.proto


export interface ListAdviceRequest {
  /**
   * Empty: all.
   */
  'resourceNames'?: (string)[];
  /**
   * If it is given: what would be if this node were taken down.
   */
  'maintenanceNodeName'?: (string);
  /**
   * Only these kinds. Empty: all.
   */
  'kinds'?: (string)[];
}

export interface ListAdviceRequest__Output {
  /**
   * Empty: all.
   */
  'resourceNames': (string)[];
  /**
   * If it is given: what would be if this node were taken down.
   */
  'maintenanceNodeName': (string);
  /**
   * Only these kinds. Empty: all.
   */
  'kinds': (string)[];
}
