// Original file: lockstep/satellite/v1/satellite.proto

import type { Long } from '@grpc/proto-loader';

export interface DesiredVolume {
  'volumeNumber'?: (number);
  'sizeKib'?: (number | string | Long);
  'diskful'?: (boolean);
  /**
   * Empty when diskless.
   */
  'storagePoolName'?: (string);
  /**
   * Bitmap granularity: fixed when the replica is made.
   */
  'blockBytes'?: (number);
  /**
   * Bitmap slots to reserve: fixed when the replica is made. 1 .. 31.
   */
  'peerSlots'?: (number);
  /**
   * 16 hex digits: fresh metadata starts UpToDate with this generation, because all first replicas read as zeroes.
   * Empty: fresh metadata starts JUST_CREATED. Without meaning once the metadata exists.
   */
  'initialGeneration'?: (string);
  /**
   * Remove the volume and its data from this node.
   */
  'delete'?: (boolean);
  /**
   * Disk options by DRBD's names and in its words. What is missing is as the satellite was started with.
   */
  'options'?: ({[key: string]: string});
}

export interface DesiredVolume__Output {
  'volumeNumber': (number);
  'sizeKib': (number);
  'diskful': (boolean);
  /**
   * Empty when diskless.
   */
  'storagePoolName': (string);
  /**
   * Bitmap granularity: fixed when the replica is made.
   */
  'blockBytes': (number);
  /**
   * Bitmap slots to reserve: fixed when the replica is made. 1 .. 31.
   */
  'peerSlots': (number);
  /**
   * 16 hex digits: fresh metadata starts UpToDate with this generation, because all first replicas read as zeroes.
   * Empty: fresh metadata starts JUST_CREATED. Without meaning once the metadata exists.
   */
  'initialGeneration': (string);
  /**
   * Remove the volume and its data from this node.
   */
  'delete': (boolean);
  /**
   * Disk options by DRBD's names and in its words. What is missing is as the satellite was started with.
   */
  'options': ({[key: string]: string});
}
