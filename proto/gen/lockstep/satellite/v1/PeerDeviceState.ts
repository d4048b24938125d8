// Original file: lockstep/satellite/v1/satellite.proto

import type { Long } from '@grpc/proto-loader';

export interface PeerDeviceState {
  'volumeNumber'?: (number);
  /**
   * Off, Established, SyncSource, SyncTarget ...
   */
  'replicationState'?: (string);
  'peerDiskState'?: (string);
  /**
   * 0 .. 100 while a resync runs, absent otherwise.
   */
  'donePercent'?: (number | string);
  'outOfSyncKib'?: (number | string | Long);
  '_donePercent'?: "donePercent";
}

export interface PeerDeviceState__Output {
  'volumeNumber': (number);
  /**
   * Off, Established, SyncSource, SyncTarget ...
   */
  'replicationState': (string);
  'peerDiskState': (string);
  /**
   * 0 .. 100 while a resync runs, absent otherwise.
   */
  'donePercent'?: (number);
  'outOfSyncKib': (number);
  '_donePercent'?: "donePercent";
}
