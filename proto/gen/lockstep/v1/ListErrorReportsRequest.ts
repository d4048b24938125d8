// Original file: lockstep/v1/error_report.proto

import type { ErrorReportFilter as _lockstep_v1_ErrorReportFilter, ErrorReportFilter__Output as _lockstep_v1_ErrorReportFilter__Output } from '../../lockstep/v1/ErrorReportFilter.ts';

export interface ListErrorReportsRequest {
  'filter'?: (_lockstep_v1_ErrorReportFilter | null);
}

export interface ListErrorReportsRequest__Output {
  'filter': (_lockstep_v1_ErrorReportFilter__Output | null);
}
