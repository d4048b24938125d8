// Original file: lockstep/satellite/v1/satellite.proto

import type { Long } from '@grpc/proto-loader';

export interface VolumeState {
  'volumeNumber'?: (number);
  /**
   * UpToDate, Inconsistent, Diskless, Failed ...
   */
  'diskState'?: (string);
  /**
   * What applications see.
   */
  'sizeKib'?: (number | string | Long);
  /**
   * Taken on the backing store, metadata included; 0 when diskless.
   */
  'allocatedKib'?: (number | string | Long);
  /**
   * File or device that holds the data; empty when diskless.
   */
  'backingPath'?: (string);
  /**
   * Name to open over NBD: resource/number.
   */
  'nbdExport'?: (string);
  /**
   * A client has this volume open (read-write or read-only).
   */
  'open'?: (boolean);
  'storagePoolName'?: (string);
}

export interface VolumeState__Output {
  'volumeNumber': (number);
  /**
   * UpToDate, Inconsistent, Diskless, Failed ...
   */
  'diskState': (string);
  /**
   * What applications see.
   */
  'sizeKib': (number);
  /**
   * Taken on the backing store, metadata included; 0 when diskless.
   */
  'allocatedKib': (number);
  /**
   * File or device that holds the data; empty when diskless.
   */
  'backingPath': (string);
  /**
   * Name to open over NBD: resource/number.
   */
  'nbdExport': (string);
  /**
   * A client has this volume open (read-write or read-only).
   */
  'open': (boolean);
  'storagePoolName': (string);
}
