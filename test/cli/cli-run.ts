/** Runs the command line as a function, and collects what it says. */
import { runProgram } from '../../cli/program.ts';
import { PLAIN, type Terminal } from '../../cli/terminal.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runCli(
  controllers: string,
  words: readonly string[],
  signal = new AbortController().signal,
  said = { out: '', err: '' },
): Promise<CliRun> {
  const terminal: Terminal = {
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
    style: PLAIN,
    animated: false,
    redrawWidth: undefined,
  };
  const code = await runProgram(words, {
    terminalFor: () => terminal,
    environment: { LS_CONTROLLERS: controllers },
    signal,
    helpWidth: 100,
  });
  return { code, ...said };
}

/** The titles of a table. */
export const titlesOf = (table: string): string[] =>
  table
    .split('\n')[1]
    ?.split('|')
    .map((title) => title.trim())
    .slice(1, -1) ?? [];
