// Original file: lockstep/v1/error_report.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../lockstep/v1/ApiAnswer.ts';
import type { Long } from '@grpc/proto-loader';

export interface ErrorReport {
  /**
   * <number of the leader's term>-<number within it>, both with leading zeroes.
   */
  'id'?: (string);
  'timestampMs'?: (number | string | Long);
  /**
   * What was asked for.
   */
  'operation'?: (string);
  /**
   * A failure of the controller itself, rather than a refusal.
   */
  'internal'?: (boolean);
  'answer'?: (_lockstep_v1_ApiAnswer | null);
  /**
   * Version of the controller program.
   */
  'version'?: (string);
}

export interface ErrorReport__Output {
  /**
   * <number of the leader's term>-<number within it>, both with leading zeroes.
   */
  'id': (string);
  'timestampMs': (number);
  /**
   * What was asked for.
   */
  'operation': (string);
  /**
   * A failure of the controller itself, rather than a refusal.
   */
  'internal': (boolean);
  'answer': (_lockstep_v1_ApiAnswer__Output | null);
  /**
   * Version of the controller program.
   */
  'version': (string);
}
