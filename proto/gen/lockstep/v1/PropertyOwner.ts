// Original file: lockstep/v1/property.proto


/**
 * Which object: its kind, and the names that this kind needs. Names compare without case.
 */
export interface PropertyOwner {
  /**
   * controller, node, storage-pool, resource-group, volume-group, resource-definition, volume-definition, resource, volume,
   * node-connection or resource-connection.
   */
  'kind'?: (string);
  /**
   * node, storage-pool, resource, volume; the one end of a connection.
   */
  'nodeName'?: (string);
  /**
   * The other end of a connection. The order of the two does not matter.
   */
  'otherNodeName'?: (string);
  'storagePoolName'?: (string);
  'resourceGroupName'?: (string);
  /**
   * resource-definition, volume-definition, resource, volume, resource-connection.
   */
  'resourceName'?: (string);
  /**
   * volume-group, volume-definition, volume.
   */
  'volumeNumber'?: (number);
}

/**
 * Which object: its kind, and the names that this kind needs. Names compare without case.
 */
export interface PropertyOwner__Output {
  /**
   * controller, node, storage-pool, resource-group, volume-group, resource-definition, volume-definition, resource, volume,
   * node-connection or resource-connection.
   */
  'kind': (string);
  /**
   * node, storage-pool, resource, volume; the one end of a connection.
   */
  'nodeName': (string);
  /**
   * The other end of a connection. The order of the two does not matter.
   */
  'otherNodeName': (string);
  'storagePoolName': (string);
  'resourceGroupName': (string);
  /**
   * resource-definition, volume-definition, resource, volume, resource-connection.
   */
  'resourceName': (string);
  /**
   * volume-group, volume-definition, volume.
   */
  'volumeNumber': (number);
}
