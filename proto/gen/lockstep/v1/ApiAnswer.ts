// Original file: lockstep/v1/answer.proto

import type { Severity as _lockstep_v1_Severity, Severity__Output as _lockstep_v1_Severity__Output } from '../../lockstep/v1/Severity.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from '../../lockstep/v1/PlacementVerdict.ts';

export interface ApiAnswer {
  'severity'?: (_lockstep_v1_Severity);
  /**
   * Stable number, see docs/errors.md: below 1000 outcomes (CREATED = 1 ...), from 1000 on errors and warnings.
   */
  'code'?: (number);
  /**
   * The same as a word: CREATED, RESOURCE_NOT_FOUND ...
   */
  'codeName'?: (string);
  /**
   * One sentence: what happened.
   */
  'message'?: (string);
  /**
   * Why. Empty when there is nothing to add.
   */
  'cause'?: (string);
  /**
   * What to do about it.
   */
  'correction'?: (string);
  /**
   * Longer text, possibly several lines (for instance one line per rejected node).
   */
  'details'?: (string);
  /**
   * The objects concerned, for programs: {"node": "b", "resource": "db", "volume": "0"}.
   */
  'refs'?: ({[key: string]: string});
  /**
   * Of a placement: the places that were taken; of a refusal or a trial, all that were looked at.
   */
  'placement'?: (_lockstep_v1_PlacementVerdict)[];
}

export interface ApiAnswer__Output {
  'severity': (_lockstep_v1_Severity__Output);
  /**
   * Stable number, see docs/errors.md: below 1000 outcomes (CREATED = 1 ...), from 1000 on errors and warnings.
   */
  'code': (number);
  /**
   * The same as a word: CREATED, RESOURCE_NOT_FOUND ...
   */
  'codeName': (string);
  /**
   * One sentence: what happened.
   */
  'message': (string);
  /**
   * Why. Empty when there is nothing to add.
   */
  'cause': (string);
  /**
   * What to do about it.
   */
  'correction': (string);
  /**
   * Longer text, possibly several lines (for instance one line per rejected node).
   */
  'details': (string);
  /**
   * The objects concerned, for programs: {"node": "b", "resource": "db", "volume": "0"}.
   */
  'refs': ({[key: string]: string});
  /**
   * Of a placement: the places that were taken; of a refusal or a trial, all that were looked at.
   */
  'placement': (_lockstep_v1_PlacementVerdict__Output)[];
}
