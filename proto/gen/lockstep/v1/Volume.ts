// Original file: lockstep/v1/volume.proto

import type { PeerVolume as _lockstep_v1_PeerVolume, PeerVolume__Output as _lockstep_v1_PeerVolume__Output } from '../../lockstep/v1/PeerVolume.ts';
import type { Long } from '@grpc/proto-loader';

export interface Volume {
  'resourceName'?: (string);
  'nodeName'?: (string);
  'volumeNumber'?: (number);
  /**
   * Empty on a diskless replica (shown as DfltDisklessStorPool).
   */
  'storagePoolName'?: (string);
  /**
   * Where the data lives on the node: file or device; empty when unknown or diskless.
   */
  'backingPath'?: (string);
  /**
   * How to open it: nbd://address:port/resource/number.
   */
  'devicePath'?: (string);
  /**
   * Space taken on the backing store; absent when unknown.
   */
  'allocatedKib'?: (number | string | Long);
  /**
   * Size that applications see.
   */
  'usableKib'?: (number | string | Long);
  /**
   * DRBD's words (UpToDate, Inconsistent, Diskless ...); absent while the satellite has not reported.
   */
  'diskState'?: (string);
  /**
   * Absent while unknown.
   */
  'inUse'?: (boolean);
  /**
   * DELETE.
   */
  'flags'?: (string)[];
  /**
   * Flags of the resource on this node: DELETE, DISKLESS, DRBD_DISKLESS.
   */
  'resourceFlags'?: (string)[];
  'peers'?: (_lockstep_v1_PeerVolume)[];
  /**
   * False while the node is offline: everything above is what was last known.
   */
  'current'?: (boolean);
  'props'?: ({[key: string]: string});
  '_allocatedKib'?: "allocatedKib";
  '_diskState'?: "diskState";
  '_inUse'?: "inUse";
}

export interface Volume__Output {
  'resourceName': (string);
  'nodeName': (string);
  'volumeNumber': (number);
  /**
   * Empty on a diskless replica (shown as DfltDisklessStorPool).
   */
  'storagePoolName': (string);
  /**
   * Where the data lives on the node: file or device; empty when unknown or diskless.
   */
  'backingPath': (string);
  /**
   * How to open it: nbd://address:port/resource/number.
   */
  'devicePath': (string);
  /**
   * Space taken on the backing store; absent when unknown.
   */
  'allocatedKib'?: (number);
  /**
   * Size that applications see.
   */
  'usableKib': (number);
  /**
   * DRBD's words (UpToDate, Inconsistent, Diskless ...); absent while the satellite has not reported.
   */
  'diskState'?: (string);
  /**
   * Absent while unknown.
   */
  'inUse'?: (boolean);
  /**
   * DELETE.
   */
  'flags': (string)[];
  /**
   * Flags of the resource on this node: DELETE, DISKLESS, DRBD_DISKLESS.
   */
  'resourceFlags': (string)[];
  'peers': (_lockstep_v1_PeerVolume__Output)[];
  /**
   * False while the node is offline: everything above is what was last known.
   */
  'current': (boolean);
  'props': ({[key: string]: string});
  '_allocatedKib'?: "allocatedKib";
  '_diskState'?: "diskState";
  '_inUse'?: "inUse";
}
