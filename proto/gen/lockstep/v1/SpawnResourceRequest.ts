// Original file: lockstep/v1/resource_group.proto

import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from '../../lockstep/v1/SelectFilter.ts';
import type { Long } from '@grpc/proto-loader';

export interface SpawnResourceRequest {
  'groupName'?: (string);
  /**
   * Empty: made for the external name.
   */
  'resourceName'?: (string);
  /**
   * One per volume group; a group without any takes as many as there are.
   */
  'sizesKib'?: (number | string | Long)[];
  /**
   * Fewer sizes than volume groups are no mistake.
   */
  'partial'?: (boolean);
  /**
   * No replicas yet.
   */
  'definitionsOnly'?: (boolean);
  /**
   * Any text; empty: none.
   */
  'externalName'?: (string);
  /**
   * Default: that of the group.
   */
  'peerSlots'?: (number);
  /**
   * What it says replaces what the group wishes.
   */
  'filter'?: (_lockstep_v1_SelectFilter | null);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter.
   */
  'clearFilter'?: (string)[];
  /**
   * Only tell what would happen.
   */
  'whatIf'?: (boolean);
  'async'?: (boolean);
  'waitMs'?: (number);
  'requestId'?: (string);
  '_peerSlots'?: "peerSlots";
  '_waitMs'?: "waitMs";
}

export interface SpawnResourceRequest__Output {
  'groupName': (string);
  /**
   * Empty: made for the external name.
   */
  'resourceName': (string);
  /**
   * One per volume group; a group without any takes as many as there are.
   */
  'sizesKib': (number)[];
  /**
   * Fewer sizes than volume groups are no mistake.
   */
  'partial': (boolean);
  /**
   * No replicas yet.
   */
  'definitionsOnly': (boolean);
  /**
   * Any text; empty: none.
   */
  'externalName': (string);
  /**
   * Default: that of the group.
   */
  'peerSlots'?: (number);
  /**
   * What it says replaces what the group wishes.
   */
  'filter': (_lockstep_v1_SelectFilter__Output | null);
  /**
   * Wishes to drop, by the names of the fields of SelectFilter.
   */
  'clearFilter': (string)[];
  /**
   * Only tell what would happen.
   */
  'whatIf': (boolean);
  'async': (boolean);
  'waitMs'?: (number);
  'requestId': (string);
  '_peerSlots'?: "peerSlots";
  '_waitMs'?: "waitMs";
}
