// Original file: lockstep/v1/key_value_store.proto

import type { KeyValueStore as _lockstep_v1_KeyValueStore, KeyValueStore__Output as _lockstep_v1_KeyValueStore__Output } from '../../lockstep/v1/KeyValueStore.ts';

export interface ListKeyValueStoresResponse {
  'keyValueStores'?: (_lockstep_v1_KeyValueStore)[];
}

export interface ListKeyValueStoresResponse__Output {
  'keyValueStores': (_lockstep_v1_KeyValueStore__Output)[];
}
