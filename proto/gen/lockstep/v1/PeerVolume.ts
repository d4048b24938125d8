// Original file: lockstep/v1/volume.proto

import type { Long } from '@grpc/proto-loader';

/**
 * What a replica says about its link to one peer for one volume.
 */
export interface PeerVolume {
  'peerNodeName'?: (string);
  /**
   * Off, Established, SyncSource, SyncTarget, PausedSyncS, WFBitMapT ... as DRBD names them.
   */
  'replicationState'?: (string);
  /**
   * As this replica sees it.
   */
  'peerDiskState'?: (string);
  /**
   * 0 .. 100 while a resync runs, absent otherwise.
   */
  'donePercent'?: (number | string);
  'outOfSyncKib'?: (number | string | Long);
  '_donePercent'?: "donePercent";
}

/**
 * What a replica says about its link to one peer for one volume.
 */
export interface PeerVolume__Output {
  'peerNodeName': (string);
  /**
   * Off, Established, SyncSource, SyncTarget, PausedSyncS, WFBitMapT ... as DRBD names them.
   */
  'replicationState': (string);
  /**
   * As this replica sees it.
   */
  'peerDiskState': (string);
  /**
   * 0 .. 100 while a resync runs, absent otherwise.
   */
  'donePercent'?: (number);
  'outOfSyncKib': (number);
  '_donePercent'?: "donePercent";
}
