// Original file: lockstep/v1/storage_pool.proto

import type { StoragePool as _lockstep_v1_StoragePool, StoragePool__Output as _lockstep_v1_StoragePool__Output } from '../../lockstep/v1/StoragePool.ts';

export interface ListStoragePoolsResponse {
  'storagePools'?: (_lockstep_v1_StoragePool)[];
}

export interface ListStoragePoolsResponse__Output {
  'storagePools': (_lockstep_v1_StoragePool__Output)[];
}
