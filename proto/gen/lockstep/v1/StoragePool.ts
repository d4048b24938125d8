// Original file: lockstep/v1/storage_pool.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { Long } from '@grpc/proto-loader';

export interface StoragePool {
  'name'?: (string);
  'nodeName'?: (string);
  /**
   * FILE (preallocated files), FILE_THIN (sparse files), DEVICE (one block device per volume).
   */
  'providerKind'?: (string);
  /**
   * FILE and FILE_THIN: directory on the node.
   */
  'directory'?: (string);
  /**
   * DEVICE: paths of block devices (or partitions, LVM volumes) on the node.
   */
  'devices'?: (string)[];
  /**
   * As last reported by the satellite; absent when it has never reported.
   */
  'freeCapacityKib'?: (number | string | Long);
  'totalCapacityKib'?: (number | string | Long);
  'supportsSnapshots'?: (boolean);
  /**
   * Ok, Warning, Error, or Unknown while the node has never reported it.
   */
  'state'?: (string);
  /**
   * What is wrong with the pool, from the satellite.
   */
  'reports'?: (_lockstep_v1_ApiAnswer)[];
  /**
   * <node>:<pool>, as LINSTOR names a private free space manager.
   */
  'freeSpaceMgrName'?: (string);
  /**
   * DELETE while it is going away.
   */
  'flags'?: (string)[];
  'props'?: ({[key: string]: string});
  '_freeCapacityKib'?: "freeCapacityKib";
  '_totalCapacityKib'?: "totalCapacityKib";
}

export interface StoragePool__Output {
  'name': (string);
  'nodeName': (string);
  /**
   * FILE (preallocated files), FILE_THIN (sparse files), DEVICE (one block device per volume).
   */
  'providerKind': (string);
  /**
   * FILE and FILE_THIN: directory on the node.
   */
  'directory': (string);
  /**
   * DEVICE: paths of block devices (or partitions, LVM volumes) on the node.
   */
  'devices': (string)[];
  /**
   * As last reported by the satellite; absent when it has never reported.
   */
  'freeCapacityKib'?: (number);
  'totalCapacityKib'?: (number);
  'supportsSnapshots': (boolean);
  /**
   * Ok, Warning, Error, or Unknown while the node has never reported it.
   */
  'state': (string);
  /**
   * What is wrong with the pool, from the satellite.
   */
  'reports': (_lockstep_v1_ApiAnswer__Output)[];
  /**
   * <node>:<pool>, as LINSTOR names a private free space manager.
   */
  'freeSpaceMgrName': (string);
  /**
   * DELETE while it is going away.
   */
  'flags': (string)[];
  'props': ({[key: string]: string});
  '_freeCapacityKib'?: "freeCapacityKib";
  '_totalCapacityKib'?: "totalCapacityKib";
}
