/**
 * `resource-options`, `net-options`, `disk-options`, `peer-device-options`: what drbdsetup has under these names, as
 * NAME=VALUE words. They count at once, until the resource is brought up anew. What exists and in which range the satellite knows.
 */
import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { OperationError } from '../../common/errors.ts';
import type { AdminGlobals } from './globals.ts';

type Values = Readonly<Record<string, string>>;
interface OptionRequest {
  readonly resource: string;
  readonly scope: 'resource' | 'net' | 'disk' | 'peer-device';
  readonly peer?: string;
  readonly volume?: number;
  readonly values: Values;
}

const COMMANDS = [
  ['resource', 'resource-options <resource> <settings..>', 'Quorum, suspension, promotion: NAME=VALUE …'],
  ['net', 'net-options <resource> <settings..>', 'Of all connections, or one with --peer: NAME=VALUE …'],
  ['disk', 'disk-options <resource> <settings..>', 'Of all volumes, or one with --volume: NAME=VALUE …'],
  ['peer-device', 'peer-device-options <resource> <settings..>', 'Of resyncs, of all peers or one: NAME=VALUE …'],
] as const;

export function optionCommands(
  cli: Argv<AdminGlobals>,
  run: (globals: AdminGlobals, request: () => OptionRequest) => Promise<void>,
): Argv<AdminGlobals> {
  let all = cli;
  for (const [scope, usage, text] of COMMANDS) {
    all = all.command(
      usage,
      text,
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('settings', { type: 'string', array: true, demandOption: true })
          .option('peer', { type: 'string', describe: 'Only the connection to this node' })
          .option('volume', { type: 'number', describe: 'Only this volume' }),
      (argv) =>
        run(argv, () => ({
          resource: argv.resource,
          scope,
          ...(argv.peer === undefined ? {} : { peer: argv.peer }),
          ...(argv.volume === undefined ? {} : { volume: argv.volume }),
          values: settings(argv.settings),
        })),
    );
  }
  return all;
}

/** @throws OperationError INVALID_ARGUMENT */
function settings(words: readonly string[]): Values {
  const values: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals <= 0) {
      throw new OperationError('INVALID_ARGUMENT', `"${word}" is not of the form NAME=VALUE`, {
        correction: 'For example: lockstepadm net-options r0 ping-int=5 timeout=60',
      });
    }
    const name = word.slice(0, equals);
    const value = word.slice(equals + 1);
    values[name] = name === 'shared-secret' && value.startsWith('@') ? secretIn(value.slice(1)) : value;
  }
  return values;
}

/** A command line can be read by every user of the machine, a file need not. @throws OperationError INVALID_ARGUMENT */
function secretIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new OperationError('INVALID_ARGUMENT', 'cannot read the file of the shared secret', {
      cause: error instanceof Error ? error.message : String(error),
      correction: 'Write shared-secret=@FILE, or the secret itself, which then must not begin with "@".',
    });
  }
}
