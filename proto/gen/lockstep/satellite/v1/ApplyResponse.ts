// Original file: lockstep/satellite/v1/satellite.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../../lockstep/v1/ApiAnswer.ts';
import type { ObjectResult as _lockstep_satellite_v1_ObjectResult, ObjectResult__Output as _lockstep_satellite_v1_ObjectResult__Output } from '../../../lockstep/satellite/v1/ObjectResult.ts';

export interface ApplyResponse {
  /**
   * An ERROR entry here: nothing was done (STALE_CONTROLLER, WRONG_NODE ...).
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'results'?: (_lockstep_satellite_v1_ObjectResult)[];
  /**
   * After a full one: resources and pools that the satellite holds and the controller did not name.
   */
  'unmanagedResources'?: (string)[];
  'unmanagedStoragePools'?: (string)[];
}

export interface ApplyResponse__Output {
  /**
   * An ERROR entry here: nothing was done (STALE_CONTROLLER, WRONG_NODE ...).
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'results': (_lockstep_satellite_v1_ObjectResult__Output)[];
  /**
   * After a full one: resources and pools that the satellite holds and the controller did not name.
   */
  'unmanagedResources': (string)[];
  'unmanagedStoragePools': (string)[];
}
