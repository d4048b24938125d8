/** Error reports between proto/lockstep/v1 and the controller's own types. */
import type { DeleteErrorReportsResponse } from '../../proto/gen/lockstep/v1/DeleteErrorReportsResponse.ts';
import type { ErrorReport as ReportMessage } from '../../proto/gen/lockstep/v1/ErrorReport.ts';
import type { ErrorReportFilter__Output } from '../../proto/gen/lockstep/v1/ErrorReportFilter.ts';
import { success } from '../domain/answer.ts';
import type { ErrorReport } from '../domain/error-report.ts';
import type { ErrorReports, ReportFilter } from '../service/error-reports.ts';
import { renderAnswer } from './render.ts';

export const renderReport = (report: ErrorReport, version: string): ReportMessage => ({
  id: report.id,
  timestampMs: report.atMs,
  operation: report.operation,
  internal: report.internal,
  answer: renderAnswer(report.answer),
  version,
});

export const reportFilterOf = (filter: ErrorReportFilter__Output | null): ReportFilter => ({
  ids: filter?.ids ?? [],
  sinceMs: filter?.sinceMs,
  toMs: filter?.toMs,
  nodeNames: filter?.nodeNames ?? [],
});

export async function deleteReports(reports: ErrorReports, filter: ReportFilter): Promise<DeleteErrorReportsResponse> {
  const count = await reports.delete(filter);
  return { answers: [renderAnswer(success('DELETED', `${count} error report${count === 1 ? '' : 's'} deleted`))] };
}
