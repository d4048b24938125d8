// Original file: lockstep/v1/error_report.proto

import type { ErrorReport as _lockstep_v1_ErrorReport, ErrorReport__Output as _lockstep_v1_ErrorReport__Output } from '../../lockstep/v1/ErrorReport.ts';

export interface ListErrorReportsResponse {
  'reports'?: (_lockstep_v1_ErrorReport)[];
}

export interface ListErrorReportsResponse__Output {
  'reports': (_lockstep_v1_ErrorReport__Output)[];
}
