/** Why a place was taken or not: what a refusal to place consists of, for people and for programs. */
import { type ErrorCode, OperationError, type OperationErrorOptions } from '../../common/errors.ts';

export interface PlacementVerdict {
  readonly node: string;
  /** Empty: the node as a whole. */
  readonly pool: string;
  /** The filter that turned it down; empty: none did. */
  readonly filter: string;
  /** In words; `chosen` and `fits` where no filter turned it down. */
  readonly reason: string;
  /** Absent where a filter turned it down. */
  readonly score?: number | undefined;
}

/** A placement that was refused, with what was found about every node. */
export class PlacementError extends OperationError {
  readonly verdicts: readonly PlacementVerdict[];

  constructor(
    code: ErrorCode,
    message: string,
    options: OperationErrorOptions & { readonly verdicts: readonly PlacementVerdict[] },
  ) {
    const { verdicts, ...rest } = options;
    super(code, message, { ...rest, details: verdictTable(verdicts) });
    this.verdicts = verdicts;
  }
}

/** Larger clusters are told as numbers; programs get all of it. */
const LINES_MAX = 60;

/** One line per verdict, in columns. */
function verdictTable(verdicts: readonly PlacementVerdict[]): string {
  const rows = [
    ['Node', 'StoragePool', 'Filter', 'Reason'],
    ...verdicts
      .slice(0, LINES_MAX)
      .map(({ node, pool, filter, reason }) => [node, pool === '' ? '-' : pool, filter === '' ? '-' : filter, reason]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  const more = verdicts.length - LINES_MAX;
  return [...lines, ...(more > 0 ? [`… and ${more} more: -m shows all of them`] : [])].join('\n');
}
