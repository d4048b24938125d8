// Original file: lockstep/v1/error_report.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Which reports are meant: those for which all of it holds.
 */
export interface ErrorReportFilter {
  'ids'?: (string)[];
  /**
   * Milliseconds since 1970.
   */
  'sinceMs'?: (number | string | Long);
  'toMs'?: (number | string | Long);
  /**
   * Of these nodes.
   */
  'nodeNames'?: (string)[];
  '_sinceMs'?: "sinceMs";
  '_toMs'?: "toMs";
}

/**
 * Which reports are meant: those for which all of it holds.
 */
export interface ErrorReportFilter__Output {
  'ids': (string)[];
  /**
   * Milliseconds since 1970.
   */
  'sinceMs'?: (number);
  'toMs'?: (number);
  /**
   * Of these nodes.
   */
  'nodeNames': (string)[];
  '_sinceMs'?: "sinceMs";
  '_toMs'?: "toMs";
}
