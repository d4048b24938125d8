/** `lockstep error-reports`: what the controller has refused, and where it failed itself. */
import { OperationError } from '../../common/errors.ts';
import type { ErrorReport__Output } from '../../proto/gen/lockstep/v1/ErrorReport.ts';
import { fromApi } from '../api/answers.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { given } from '../arguments.ts';
import { type Cli, NODES_FILTER, SHOW_OPTIONS } from '../options.ts';
import { renderAnswer } from '../render/messages.ts';
import { renderTable } from '../render/table.ts';
import type { Session } from '../session.ts';
import { printable, type Style } from '../terminal.ts';

const RANGE_OPTIONS = {
  since: { alias: 's', type: 'string', describe: 'Not older: 3d, 12h, 30m, or a date' },
  to: { type: 'string', describe: 'Not newer: 3d, 12h, 30m, or a date' },
  ...NODES_FILTER,
} as const;

const LIST_OPTIONS = {
  ...RANGE_OPTIONS,
  full: { alias: 'f', type: 'boolean', default: false, describe: 'With operation and version' },
  ...SHOW_OPTIONS,
} as const;

interface Range {
  readonly since: string | undefined;
  readonly to: string | undefined;
  readonly nodes: string[] | undefined;
}

export function errorReportCommands(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['list', 'l'],
      'The last reports, the newest last',
      (y) => y.options(LIST_OPTIONS),
      (argv) =>
        session.list(
          argv,
          (client) => reports(client, filterOf(argv, [])),
          (items, style) => reportTable(items, style, argv.full),
        ),
    )
    .command(
      ['show <ids..>', 's'],
      'All that is known of a report',
      (y) => y.positional('ids', { type: 'string', array: true, demandOption: true }).options(SHOW_OPTIONS),
      (argv) => session.list(argv, (client) => named(client, argv.ids), reportTexts),
    )
    .command(
      ['delete [ids..]', 'd'],
      'Forget reports: these, or those of a range',
      (y) => y.positional('ids', { type: 'string', array: true }).options(RANGE_OPTIONS),
      (argv) =>
        session.change(argv, 'deleting reports', () => {
          const filter = filterOf(argv, argv.ids ?? []);
          if (Object.values(filter).every((each) => Array.isArray(each) && each.length === 0)) {
            throw new OperationError('INVALID_ARGUMENT', 'it is not said which reports', {
              correction: 'Name ids, or a range: --to 0m means all up to now.',
            });
          }
          return (client) => client.call(client.errorReports, 'delete', { filter });
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

const filterOf = (range: Range, ids: string[]) => ({
  ids,
  nodeNames: range.nodes ?? [],
  ...given({ sinceMs: parseTime('--since', range.since), toMs: parseTime('--to', range.to) }),
});

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** A time before now, or a date. @throws OperationError INVALID_ARGUMENT. */
function parseTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ago = /^(\d{1,6})([dhms])$/.exec(text);
  const ms = ago === null ? Date.parse(text) : Date.now() - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0);
  if (Number.isFinite(ms)) return ms;
  throw new OperationError('INVALID_ARGUMENT', `${option} takes a time, not "${text}"`, {
    correction: 'Write 3d, 12h, 30m, or a date such as 2026-02-28.',
  });
}

async function reports(client: ControllerClient, filter: ReturnType<typeof filterOf>) {
  return (await client.call(client.errorReports, 'list', { filter })).reports;
}

async function named(client: ControllerClient, ids: string[]): Promise<readonly ErrorReport__Output[]> {
  const found = await reports(client, { ids, nodeNames: [] });
  const missing = ids.find((id) => !found.some((report) => report.id === id));
  if (missing === undefined) return found;
  throw new OperationError('INVALID_ARGUMENT', `There is no error report "${missing}"`, {
    correction: 'Look at: lockstep error-reports list',
  });
}

const timeOf = ({ timestampMs }: ErrorReport__Output): string =>
  new Date(timestampMs).toISOString().replace('T', ' ').slice(0, 19);

function reportTable(items: readonly ErrorReport__Output[], style: Style, full: boolean): string {
  const titles = ['Id', 'Datetime', 'Node', 'Exception', ...(full ? ['Location', 'Version'] : [])];
  const rows = items.map((report) => [
    report.id,
    timeOf(report),
    report.answer?.refs['node'] ?? 'controller',
    `${report.answer?.codeName ?? ''}: ${report.answer?.message ?? ''}`,
    ...(full ? [report.operation, report.version] : []),
  ]);
  return renderTable(
    titles.map((title) => ({ title })),
    rows,
    style,
  );
}

function reportTexts(items: readonly ErrorReport__Output[], style: Style): string {
  return items
    .map((report) => {
      const kind = report.internal ? 'failure of the controller' : 'refusal';
      const head = `${report.id}  ${timeOf(report)}  ${kind}\nOperation: ${report.operation}\nVersion: ${report.version}\n`;
      const answers = report.answer === null ? [] : fromApi([report.answer]);
      return printable(head) + answers.map((answer) => renderAnswer(answer, style)).join('');
    })
    .join('\n');
}
