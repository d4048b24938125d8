/**
 * Tables in the drawing of the LINSTOR client: an outer frame without junctions, a double rule below the titles, a
 * dotted rule between groups of rows. cli-table3 aligns and wraps (it knows wide characters and colours);
 * its rules are then redrawn, since it has one kind of rule only.
 */
import Table from 'cli-table3';
import { type Colour, paint, printable, type Style } from '../terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Several lines are allowed in a cell. */
export type Cell = string | { readonly text: string; readonly colour: Colour | undefined };

interface TableOptions {
  /** Rows with the same text in this column belong together; a rule is drawn between groups. Default 0, the first column. */
  readonly groupBy?: number | 'none';
}

interface Drawing {
  readonly top: readonly [string, string, string];
  readonly header: readonly [string, string, string];
  readonly group: readonly [string, string, string];
  readonly bottom: readonly [string, string, string];
  readonly bar: string;
}

const UTF8: Drawing = {
  top: ['╭', '─', '╮'],
  header: ['╞', '═', '╡'],
  group: ['╞', '┄', '╡'],
  bottom: ['╰', '─', '╯'],
  bar: '┊',
};
const ASCII: Drawing = {
  top: ['+', '-', '+'],
  header: ['|', '=', '|'],
  group: ['|', '-', '|'],
  bottom: ['+', '-', '+'],
  bar: '|',
};

/** Marks a rule drawn by cli-table3; no cell can contain it, because `printable` replaces control characters. */
const RULE = '\u0001';

/** @returns whole lines, the last one ended too. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  options: TableOptions = {},
): string {
  const drawing = style.utf8 ? UTF8 : ASCII;
  const widths = style.widthMax === undefined ? undefined : fitWidths(columns, rows, style.widthMax);
  const table = new Table({
    head: columns.map((column, index) => paintLines(style, 'bold', wrap(column.title, widths?.[index]))),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 1 },
    chars: {
      top: RULE,
      'top-mid': RULE,
      'top-left': RULE,
      'top-right': RULE,
      bottom: RULE,
      'bottom-mid': RULE,
      'bottom-left': RULE,
      'bottom-right': RULE,
      mid: RULE,
      'mid-mid': RULE,
      'left-mid': RULE,
      'right-mid': RULE,
      left: drawing.bar,
      right: drawing.bar,
      middle: drawing.bar,
    },
  });
  for (const row of rows) table.push(row.map((cell, index) => paintCell(style, cell, widths?.[index])));

  const ruleAfterRow = groupEnds(rows, options.groupBy ?? 0);
  const lines: string[] = [];
  const drawn = table.toString().split('\n');
  let rules = 0;
  for (const [index, line] of drawn.entries()) {
    if (!line.startsWith(RULE)) {
      lines.push(line);
      continue;
    }
    const isLast = index === drawn.length - 1;
    const rule = rules === 0 ? drawing.top : isLast ? drawing.bottom : rules === 1 ? drawing.header : drawing.group;
    const wanted = rules <= 1 || isLast || ruleAfterRow.has(rules - 2);
    rules++;
    if (isLast && rows.length === 0) lines.push(ruleLine(drawing.header, line.length));
    if (wanted) lines.push(ruleLine(rule, line.length));
  }
  return lines.map((line) => `${line}\n`).join('');
}

const ruleLine = ([left, fill, right]: readonly [string, string, string], length: number): string =>
  left + fill.repeat(length - 2) + right;

const cellText = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text);

function paintCell(style: Style, cell: Cell, width: number | undefined): string {
  return paintLines(style, typeof cell === 'string' ? undefined : cell.colour, wrap(cellText(cell), width));
}

/** Each line is coloured by itself, so that a frame drawn beside it stays plain. */
const paintLines = (style: Style, colour: Colour | undefined, lines: readonly string[]): string =>
  lines.map((line) => paint(style, colour, line)).join('\n');

/** Before colours come in: a cut through a colour code would spill over the table. */
function wrap(text: string, width: number | undefined): string[] {
  const lines = text.split('\n');
  if (width === undefined) return lines;
  return lines.flatMap((line) => {
    const characters = [...line];
    const pieces: string[] = [];
    do pieces.push(characters.splice(0, width).join(''));
    while (characters.length > 0);
    return pieces;
  });
}

/** Indices of rows after which a group ends. None when every group is a single row: rules would only add noise. */
function groupEnds(rows: readonly (readonly Cell[])[], groupBy: number | 'none'): ReadonlySet<number> {
  const ends = new Set<number>();
  if (groupBy === 'none') return ends;
  const keys = rows.map((row) => cellText(row[groupBy] ?? ''));
  if (new Set(keys).size === keys.length) return ends;
  for (let row = 0; row + 1 < keys.length; row++) if (keys[row] !== keys[row + 1]) ends.add(row);
  return ends;
}

/** Takes characters from the widest column until the table fits. Widths are those of the texts, padding not counted. */
function fitWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[], widthMax: number): number[] {
  const widths = columns.map((column, index) => {
    const texts = [column.title, ...rows.flatMap((row) => cellText(row[index] ?? '').split('\n'))];
    return Math.max(...texts.map((text) => [...text].length));
  });
  const total = (): number => widths.reduce((sum, width) => sum + width + PADDING_AND_BAR, 1);
  while (total() > widthMax) {
    const widest = Math.max(...widths);
    if (widest <= COLUMN_WIDTH_MIN) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

const PADDING_AND_BAR = 3;
const COLUMN_WIDTH_MIN = 4;

/** `a2` before `a10`, case ignored: the order of every list. */
const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function naturally<T>(items: readonly T[], ...keys: readonly ((item: T) => string)[]): T[] {
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const order = NATURAL.compare(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  });
}
