/**
 * Keeps the last thousand reports. Failures of the controller itself are stored, so that the next leader has them too;
 * refusals stay in memory: a bad request leaves the store as it is, however often it comes.
 */
import { asOperationError } from '../../common/errors.ts';
import { type Answer, fromError } from '../domain/answer.ts';
import type { ErrorReport } from '../domain/error-report.ts';
import { sameName } from '../domain/node.ts';
import type { Clock, Log } from '../ports.ts';
import type { ClusterState } from '../state/cluster-state.ts';

const REPORTS_MAX = 1_000;
const DELETED_AT_ONCE = 100;

export interface ReportFilter {
  /** Empty: all. */
  readonly ids: readonly string[];
  readonly sinceMs: number | undefined;
  readonly toMs: number | undefined;
  /** Empty: all. */
  readonly nodeNames: readonly string[];
}

interface ReportsContext {
  readonly state: ClusterState;
  readonly clock: Clock;
  readonly log: Log;
  /** Number of the leader's term: no other controller has it. */
  readonly epoch: number;
}

export class ErrorReports {
  private readonly context: ReportsContext;
  private readonly term: string;
  /** By id, the oldest first. */
  private readonly remembered = new Map<string, ErrorReport>();
  private count = 0;

  constructor(context: ReportsContext) {
    this.context = context;
    this.term = context.epoch.toString(16).toUpperCase().padStart(8, '0');
  }

  /** What was answered with severity ERROR. */
  refused(operation: string, answers: readonly Answer[]): void {
    for (const answer of answers) if (answer.severity === 'ERROR') this.remember(operation, answer, false);
  }

  /** What nobody has foreseen. @returns the id of the report. */
  failed(operation: string, error: unknown): string {
    const stack = error instanceof Error ? error.stack : undefined;
    const answer = { ...fromError(asOperationError(error)), ...(stack === undefined ? {} : { details: stack }) };
    const report = this.remember(operation, answer, true);
    this.store(report).catch((failure: unknown) => {
      this.context.log.warn({ report: report.id, error: String(failure) }, 'an error report is not stored');
    });
    return report.id;
  }

  /** The newest last. */
  list(filter: ReportFilter): readonly ErrorReport[] {
    const stored = this.context.state.view.errorReports.all();
    const all = new Map([...stored.map((report) => [report.id, report] as const), ...this.remembered]);
    return [...all.values()]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(-REPORTS_MAX)
      .filter((report) => isMeant(filter, report));
  }

  /** @returns how many. */
  async delete(filter: ReportFilter): Promise<number> {
    const meant = this.list(filter);
    for (let at = 0; at < meant.length; at += DELETED_AT_ONCE) {
      const some = meant.slice(at, at + DELETED_AT_ONCE);
      for (const { id } of some) this.remembered.delete(id);
      const { view } = this.context.state;
      if (!some.some(({ id }) => view.errorReports.get(id) !== undefined)) continue;
      await this.context.state.transaction((draft) => {
        for (const { id } of some) {
          const report = draft.errorReports.get(id);
          if (report !== undefined) draft.delete('errorReports', report);
        }
      });
    }
    return meant.length;
  }

  private remember(operation: string, answer: Answer, internal: boolean): ErrorReport {
    this.count += 1;
    const id = `${this.term}-${String(this.count).padStart(6, '0')}`;
    const report = { id, atMs: this.context.clock.wallMs(), operation, internal, answer };
    this.remembered.set(id, report);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REPORTS_MAX && oldest !== undefined) this.remembered.delete(oldest);
    return report;
  }

  private async store(report: ErrorReport): Promise<void> {
    await this.context.state.transaction((draft) => {
      const kept = draft.errorReports.all();
      const tooMany = Math.max(0, kept.length + 1 - REPORTS_MAX);
      for (const old of kept.slice(0, Math.min(tooMany, DELETED_AT_ONCE))) draft.delete('errorReports', old);
      draft.put('errorReports', report);
    });
  }
}

function isMeant({ ids, sinceMs, toMs, nodeNames }: ReportFilter, { id, atMs, answer }: ErrorReport): boolean {
  if (ids.length > 0 && !ids.includes(id)) return false;
  if (atMs < (sinceMs ?? atMs) || atMs > (toMs ?? atMs)) return false;
  const node = answer.refs['node'] ?? '';
  return nodeNames.length === 0 || nodeNames.some((name) => sameName(name, node));
}
