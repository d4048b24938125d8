/** The command line `lockstepadm` as a function: words in, exit code out. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { asOperationError } from '../../common/errors.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { answerOf, renderAnswer } from '../render/messages.ts';
import type { Environment } from '../session.ts';
import { printable, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { type AdminSession, adminCommands } from './commands.ts';
import { ADMIN_OPTIONS, type AdminGlobals } from './globals.ts';

interface AdminProgramOptions {
  readonly terminalFor: (options: {
    readonly color: boolean;
    readonly utf8: boolean;
    readonly pastable: boolean;
  }) => Terminal;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly helpWidth: number;
}

/** @returns the exit code: 0, 2 wrong arguments, 10 refused by the satellite, 20 no satellite, 21 timeout, 130 Ctrl-C. */
export async function runAdminProgram(words: readonly string[], options: AdminProgramOptions): Promise<number> {
  let exitCode: number = EXIT.ok;
  const session: AdminSession = {
    signal: options.signal,
    socketPath: (globals) =>
      globals.socket ?? options.environment['LOCKSTEP_ADMIN_SOCKET'] ?? defaultSocket(options.environment),
    guarded: async (globals: AdminGlobals, work) => {
      const terminal = options.terminalFor({ color: globals.color, utf8: true, pastable: false });
      try {
        await work(terminal);
      } catch (error) {
        if (options.signal.aborted) {
          exitCode = EXIT.interrupted;
          return;
        }
        const failure = asOperationError(error);
        exitCode = exitCodeOf(failure.code);
        terminal.err.write(renderAnswer(answerOf(failure), terminal.style));
      }
      if (options.signal.aborted) exitCode = EXIT.interrupted;
    },
  };
  const base = yargs()
    .scriptName('lockstepadm')
    .usage('$0 <command> …\n\nThe satellite on this node, in the words of drbdadm.')
    .options(ADMIN_OPTIONS);
  const cli = adminCommands(base, session)
    .demandCommand(1, 'A command is missing.')
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .strict()
    .locale('en')
    .wrap(options.helpWidth)
    .exitProcess(false);

  const terminal = options.terminalFor({ color: true, utf8: true, pastable: false });
  if (words.length === 0) {
    terminal.out.write(`${await cli.getHelp()}\n`);
    return EXIT.ok;
  }
  await cli.parseAsync([...words], {}, (error: Error | undefined | null, _argv: unknown, output: string) => {
    if (error) {
      exitCode = EXIT.argument;
      terminal.err.write(`Error: ${printable(error.message)}\nSee: lockstepadm --help\n`);
    } else if (output !== '') terminal.out.write(`${output}\n`);
  });
  return exitCode;
}

/** Where a satellite with the default data directory has its socket (design: contract table). */
function defaultSocket(environment: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/lockstep/admin.sock';
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'lockstep', 'admin.sock');
}
