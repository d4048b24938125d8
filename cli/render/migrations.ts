/** The table of migrations under way. Pure. */
import type { Migration__Output } from '../../proto/gen/lockstep/v1/Migration.ts';
import type { Style } from '../terminal.ts';
import { naturally, renderTable } from './table.ts';

const COLUMNS = ['Resource', 'From', 'To', 'Begun', 'TimeLimit', 'Primary', 'State'].map((title) => ({ title }));

export function migrationTable(migrations: readonly Migration__Output[], style: Style): string {
  const rows = naturally(migrations, ({ resourceName }) => resourceName).map((each) => [
    each.resourceName,
    each.fromNodeName,
    each.toNodeName,
    new Date(each.beginTimestampMs).toISOString().slice(0, 19).replace('T', ' '),
    `${each.timeLimitS} s`,
    each.primaries.join(', '),
    each.state,
  ]);
  return renderTable(COLUMNS, rows, style);
}
