// Original file: lockstep/v1/resource.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';

export interface AutoPlaceResourceRequest {
  'resourceName'?: (string);
  /**
   * Short for the fields of `filter`: place_count, additional_place_count and storage_pools.
   */
  'placeCount'?: (number);
  'additionalPlaceCount'?: (number);
  'storagePoolNames'?: (string)[];
  'protocol'?: (string);
  /**
   * What it says replaces what the resource group wishes.
   */
  'filter'?: (_lockstep_v1_SelectFilter | null);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter.
   */
  'clearFilter'?: (string)[];
  /**
   * Attachments without a disk instead of replicas.
   */
  'diskless'?: (boolean);
  /**
   * Only tell what would happen.
   */
  'whatIf'?: (boolean);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_waitMs'?: "waitMs";
}

export interface AutoPlaceResourceRequest__Output {
  'resourceName': (string);
  /**
   * Short for the fields of `filter`: place_count, additional_place_count and storage_pools.
   */
  'placeCount'?: (number);
  'additionalPlaceCount'?: (number);
  'storagePoolNames': (string)[];
  'protocol': (string);
  /**
   * What it says replaces what the resource group wishes.
   */
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter.
   */
  'clearFilter': (string)[];
  /**
   * Attachments without a disk instead of replicas.
   */
  'diskless': (boolean);
  /**
   * Only tell what would happen.
   */
  'whatIf': (boolean);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_placeCount'?: "placeCount";
  '_additionalPlaceCount'?: "additionalPlaceCount";
  '_waitMs'?: "waitMs";
}
