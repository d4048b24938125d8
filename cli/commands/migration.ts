/** `lockstep migration`: a virtual machine moves, and for a while two nodes may have its disk open. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { ASYNC_OPTION, type Cli, type Globals, SHOW_OPTIONS } from '../options.ts';
import { migrationTable } from '../render/migrations.ts';
import type { Session } from '../session.ts';

const BEGIN_OPTIONS = {
  'time-limit': { type: 'number', default: 600, describe: 'Seconds after which only one node is allowed again' },
  ...ASYNC_OPTION,
} as const;

export function migrationCommands(cli: Cli, session: Session): Cli {
  return endings(cli, session)
    .command(
      ['begin <resource> <from> <to>', 'b'],
      'Let the target open the disk while the source has it',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('from', { type: 'string', demandOption: true, describe: 'Where the machine runs' })
          .positional('to', { type: 'string', demandOption: true, describe: 'Where it goes' })
          .options(BEGIN_OPTIONS),
      (argv) =>
        session.change(argv, `opening ${argv.resource} for a migration`, () => {
          const request = {
            resourceName: argv.resource,
            fromNodeName: argv.from,
            toNodeName: argv.to,
            timeLimitS: parseTimeLimit(argv['time-limit']),
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.migrations, 'begin', request);
        }),
    )
    .command(
      ['list', 'l'],
      'Migrations under way',
      (y) => y.options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => (await client.call(client.migrations, 'list', {})).migrations,
          migrationTable,
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function endings(cli: Cli, session: Session): Cli {
  const request = (argv: Globals & { readonly resource: string; readonly async: boolean }) => ({
    resourceName: argv.resource,
    async: argv.async,
    waitMs: session.waitMs(argv),
    requestId: randomUUID(),
  });
  return cli
    .command(
      ['finish <resource>', 'f'],
      'The machine has moved: only one node may have the disk open again',
      (y) => y.positional('resource', { type: 'string', demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `finishing the migration of ${argv.resource}`, () => {
          const finish = request(argv);
          return (client) => client.call(client.migrations, 'finish', finish);
        }),
    )
    .command(
      ['abort <resource>', 'a'],
      'The machine stays: the same, as soon as the target has let go',
      (y) => y.positional('resource', { type: 'string', demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `calling off the migration of ${argv.resource}`, () => {
          const abort = request(argv);
          return (client) => client.call(client.migrations, 'abort', abort);
        }),
    );
}

/** @throws OperationError INVALID_ARGUMENT: the encoding has no room for what is no whole number. */
function parseTimeLimit(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds < 2 ** 32) return seconds;
  throw new OperationError('INVALID_ARGUMENT', '--time-limit is not a whole number of seconds', {
    correction: 'Use 1 to 86400.',
  });
}
