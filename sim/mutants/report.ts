/** What a hunt for seeded bugs says: a row for each on the terminal, a summary, and a table for docs/. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

export interface MutantVerdict {
  readonly mutant: Mutant;
  readonly caughtBy: OracleId | undefined;
  /** Caught, and by an oracle that is meant to. */
  readonly expected: boolean;
  /** What repeats it, as `lockstep sim run` takes it. */
  readonly where: string | undefined;
  readonly seeds: number;
  readonly cpuMs: number;
  /** Entries of the plan that are left after shrinking. */
  readonly shrunk?: number;
}

export const HEADING = `${'id'.padEnd(6)} ${'caught by'.padEnd(9)} ${'where'.padEnd(38)} seeds  CPU s  left  seeded bug`;

export function rowOf({ mutant, caughtBy, expected, where, seeds, cpuMs, shrunk }: MutantVerdict): string {
  const note = caughtBy !== undefined && !expected ? ` (expected ${mutant.expected.join(', ')})` : '';
  const cells = [
    mutant.id.padEnd(6),
    (caughtBy ?? 'SURVIVED').padEnd(9),
    (where ?? '').padEnd(38),
    String(seeds).padStart(5),
    seconds(cpuMs).padStart(6),
    String(shrunk ?? '-').padStart(5),
  ];
  return `${cells.join(' ')}  ${mutant.title}${note}`;
}

/** One line: how many were caught, and the medians of those that were. */
export function summaryOf(verdicts: readonly MutantVerdict[]): string {
  const caught = verdicts.filter(({ expected }) => expected);
  const sizes = caught.flatMap(({ shrunk }) => (shrunk === undefined ? [] : [shrunk]));
  const percent = Math.floor((100 * caught.length) / Math.max(1, verdicts.length));
  const parts = [`${caught.length} of ${verdicts.length} seeded bugs caught (${percent} %)`];
  if (caught.length > 0) {
    const seeds = median(caught.map((each) => each.seeds));
    parts.push(`median of ${seeds} seeds`, `of ${seconds(median(caught.map(({ cpuMs }) => cpuMs)))} CPU seconds`);
  }
  if (sizes.length > 0) parts.push(`of ${median(sizes)} entries after shrinking`);
  const survivors = verdicts.filter(({ expected }) => !expected).map(({ mutant }) => mutant.id);
  return `${parts.join(', ')}${survivors.length === 0 ? '' : `; not caught: ${survivors.join(', ')}`}`;
}

/** Markdown, for a file in docs/. */
export function tableOf(verdicts: readonly MutantVerdict[]): string {
  return [
    '# Seeded bugs',
    '',
    'Each is one replacement in one file of the core (`sim/mutants/`); the simulator has to notice it. M numbers re-create known defects, most of them',
    "of DRBD; the others are this project's own. Written by `npx tsx sim/main.ts mutants --shrink 200 --table FILE`.",
    '*Plan*: what noticed it, as `lockstep sim run` takes it, in a tree with the bug. *Seeds*, *CPU s*: spent until then. *Entries*: left of that plan after shrinking.',
    '',
    `${summaryOf(verdicts)}.`,
    '',
    ...rowsOf(verdicts),
    '',
  ].join('\n');
}

/** Markdown: a row for each, under a heading. */
export function rowsOf(verdicts: readonly MutantVerdict[]): string[] {
  const rows = verdicts.map(
    ({ mutant, caughtBy, where, seeds, cpuMs, shrunk }) =>
      `| ${mutant.id} | ${mutant.title.replaceAll('|', '\\|')} | ${caughtBy ?? 'survived'} | ${where === undefined ? '' : `\`${where}\``} | ${seeds} | ${seconds(cpuMs)} | ${shrunk ?? ''} |`,
  );
  return ['| | Seeded bug | Caught by | Plan | Seeds | CPU s | Entries |', '|---|---|---|---|---|---|---|', ...rows];
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** The upper one of the two in the middle. */
function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1] ?? 0;
}
