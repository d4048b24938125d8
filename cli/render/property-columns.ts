/** Columns that a list gets on request: one per property, as LINSTOR's `--props KEY[=TITLE]`. Pure. */
import type { Cell, Column } from './table.ts';

interface WithProps {
  readonly props: Readonly<Record<string, string>>;
}

/** Behind the other columns of a list. */
export interface PropertyColumns {
  readonly columns: readonly Column[];
  cells(item: WithProps): readonly Cell[];
}

export const NO_PROPERTY_COLUMNS: PropertyColumns = { columns: [], cells: () => [] };

/** @param wanted `KEY` or `KEY=TITLE` */
export function propertyColumns(wanted: readonly string[] | undefined): PropertyColumns {
  if (wanted === undefined) return NO_PROPERTY_COLUMNS;
  const pairs = wanted.map((word) => {
    const at = word.indexOf('=');
    return at === -1 ? { key: word, title: word } : { key: word.slice(0, at), title: word.slice(at + 1) };
  });
  return {
    columns: pairs.map(({ title }) => ({ title })),
    cells: ({ props }) => pairs.map(({ key }) => props[key] ?? ''),
  };
}

const AUX = 'Aux/';

/** The properties of the user, one per line. */
export const auxCell = ({ props }: WithProps): string =>
  Object.keys(props)
    .filter((key) => key.startsWith(AUX))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => `${key}=${props[key]}`)
    .join('\n');
