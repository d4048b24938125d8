/** `lockstep completion`, `lockstep list-commands`: help for shells, and what there is. */
import type { Cli } from '../options.ts';
import { type Command, commandLines } from '../shell/grammar.ts';
import { COMPLETION_SCRIPTS } from '../shell/scripts.ts';
import type { Session } from '../session.ts';

const SHELLS = ['bash', 'zsh'] as const;

export function shellCommands(cli: Cli, session: Session, grammar: () => Command): Cli {
  return cli
    .command(
      'completion <shell>',
      'A script for your shell: source <(lockstep completion bash)',
      (y) => y.positional('shell', { choices: SHELLS, demandOption: true }),
      (argv) =>
        session.guarded(argv, false, async (terminal) => void terminal.out.write(COMPLETION_SCRIPTS[argv.shell])),
    )
    .command(
      'list-commands',
      'All commands and their short forms (-t: as a tree)',
      (y) => y.option('tree', { type: 'boolean', default: false, describe: '-t: as a tree' }),
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const lines = commandLines(grammar(), argv.tree);
          const json = (): string => JSON.stringify(lines, null, 2);
          terminal.out.write(`${argv['machine-readable'] ? json() : lines.join('\n')}\n`);
        }),
    );
}

/** Elsewhere `-t` is the timeout. */
export const separateTree = (words: readonly string[]): readonly string[] =>
  words[0] === 'list-commands' ? words.map((word) => (word === '-t' ? '--tree' : word)) : words;
