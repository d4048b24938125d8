// Original file: lockstep/v1/placement.proto


/**
 * Where replicas are wanted. An empty list or an absent value wishes nothing, or leaves what the template wishes.
 */
export interface SelectFilter {
  /**
   * Diskful replicas in all, those that exist included.
   */
  'placeCount'?: (number);
  /**
   * So many more than there are. Excludes place_count.
   */
  'additionalPlaceCount'?: (number);
  'nodeNames'?: (string)[];
  'storagePools'?: (string)[];
  'disklessStoragePools'?: (string)[];
  /**
   * Names of resources whose nodes are avoided.
   */
  'doNotPlaceWith'?: (string)[];
  /**
   * Found anywhere in the names of resources, without case.
   */
  'doNotPlaceWithRegex'?: (string);
  /**
   * Properties of nodes, with their prefix: Aux/zone, or Aux/zone=a.
   */
  'replicasOnSame'?: (string)[];
  'replicasOnDifferent'?: (string)[];
  /**
   * At most so many replicas per value of the property; one value at most stays partly filled.
   */
  'xReplicasOnDifferent'?: ({[key: string]: number});
  /**
   * An attachment without a disk on every other node.
   */
  'disklessOnRemaining'?: (boolean);
  /**
   * DRBD, STORAGE.
   */
  'layers'?: (string)[];
  /**
   * FILE, FILE_THIN, DEVICE.
   */
  'providers'?: (string)[];
  /**
   * Copysets: over how many other nodes the replicas of one node are spread at most; absent: over any.
   */
  'scatterWidth'?: (number);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_doNotPlaceWithRegex'?: "doNotPlaceWithRegex";
  '_disklessOnRemaining'?: "disklessOnRemaining";
  '_scatterWidth'?: "scatterWidth";
}

/**
 * Where replicas are wanted. An empty list or an absent value wishes nothing, or leaves what the template wishes.
 */
export interface SelectFilter__Output {
  /**
   * Diskful replicas in all, those that exist included.
   */
  'placeCount'?: (number);
  /**
   * So many more than there are. Excludes place_count.
   */
  'additionalPlaceCount'?: (number);
  'nodeNames': (string)[];
  'storagePools': (string)[];
  'disklessStoragePools': (string)[];
  /**
   * Names of resources whose nodes are avoided.
   */
  'doNotPlaceWith': (string)[];
  /**
   * Found anywhere in the names of resources, without case.
   */
  'doNotPlaceWithRegex'?: (string);
  /**
   * Properties of nodes, with their prefix: Aux/zone, or Aux/zone=a.
   */
  'replicasOnSame': (string)[];
  'replicasOnDifferent': (string)[];
  /**
   * At most so many replicas per value of the property; one value at most stays partly filled.
   */
  'xReplicasOnDifferent': ({[key: string]: number});
  /**
   * An attachment without a disk on every other node.
   */
  'disklessOnRemaining'?: (boolean);
  /**
   * DRBD, STORAGE.
   */
  'layers': (string)[];
  /**
   * FILE, FILE_THIN, DEVICE.
   */
  'providers': (string)[];
  /**
   * Copysets: over how many other nodes the replicas of one node are spread at most; absent: over any.
   */
  'scatterWidth'?: (number);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_doNotPlaceWithRegex'?: "doNotPlaceWithRegex";
  '_disklessOnRemaining'?: "disklessOnRemaining";
  '_scatterWidth'?: "scatterWidth";
}
