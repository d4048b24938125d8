// Original file: lockstep/satellite/v1/satellite.proto


export interface DesiredPeer {
  'nodeId'?: (number);
  'name'?: (string);
  'address'?: (string);
  'replicationPort'?: (number);
  /**
   * A, B or C: protocol of this connection (equal on both ends).
   */
  'protocol'?: (string);
  'diskful'?: (boolean);
  /**
   * This peer's bitmap slot on this node; absent when either side is diskless.
   */
  'bitmapSlot'?: (number);
  /**
   * Net and peer-device options, likewise.
   */
  'options'?: ({[key: string]: string});
  '_bitmapSlot'?: "bitmapSlot";
}

export interface DesiredPeer__Output {
  'nodeId': (number);
  'name': (string);
  'address': (string);
  'replicationPort': (number);
  /**
   * A, B or C: protocol of this connection (equal on both ends).
   */
  'protocol': (string);
  'diskful': (boolean);
  /**
   * This peer's bitmap slot on this node; absent when either side is diskless.
   */
  'bitmapSlot'?: (number);
  /**
   * Net and peer-device options, likewise.
   */
  'options': ({[key: string]: string});
  '_bitmapSlot'?: "bitmapSlot";
}
