/**
 * `drbd-options` and `drbd-peer-options`: one option per setting of DRBD, generated from the table that controller and
 * satellites read, and `--unset-…` for each. They set the properties of the same names.
 */
import { OperationError } from '../../common/errors.ts';
import {
  OPTION_TABLE,
  type OptionEntry,
  type OptionScope,
  parseOption,
  rangeOf,
} from '../../common/options/option-table.ts';
import { optionKey } from '../../common/options/property-keys.ts';
import { ASYNC_OPTION, type Cli } from '../options.ts';
import type { Session } from '../session.ts';
import { namesUsage, ownerOf, type PropertyKind, sendChange, withNames } from './properties.ts';

export const ALL_SCOPES: readonly OptionScope[] = ['resource', 'net', 'disk', 'peer-device'];
const PEER_SCOPES: readonly OptionScope[] = ['net', 'peer-device'];

const NAMES = ['drbd-options', 'opt', 'drbd-peer-options', 'popt'];

/** DRBD has a timeout of its own; that of the command line means what stands before the verb. */
const OWN_TIMEOUT = 'net-timeout';
const flagOf = ({ name }: OptionEntry): string => (name === 'timeout' ? OWN_TIMEOUT : name);

/** `rd opt db --timeout 60` means DRBD's, as in LINSTOR. */
export function separateTimeouts(words: readonly string[]): readonly string[] {
  const verb = words.findIndex((word) => NAMES.includes(word));
  if (verb === -1) return words;
  return words.map((word, index) => (index > verb ? word.replace(/^--timeout(?==|$)/, `--${OWN_TIMEOUT}`) : word));
}

export const drbdOptionCommand = (
  cli: Cli,
  session: Session,
  kind: PropertyKind,
  scopes: readonly OptionScope[],
): Cli => optionCommand(cli, session, kind, scopes, ['drbd-options', 'opt']);

export const peerOptionCommand = (cli: Cli, session: Session, kind: 'node-connection' | 'resource-connection'): Cli =>
  optionCommand(cli, session, kind, PEER_SCOPES, ['drbd-peer-options', 'popt']);

function optionCommand(
  cli: Cli,
  session: Session,
  kind: PropertyKind,
  scopes: readonly OptionScope[],
  [name, alias]: readonly [string, string],
): Cli {
  const options = OPTION_TABLE.filter(({ scope, key }) => scopes.includes(scope) && key !== 'bitmap');
  return cli.command(
    [`${name} ${namesUsage(kind)}`.trim(), alias],
    'Options of DRBD: set them, in use or not',
    (y) => withFlags(withNames(y, kind), options).options(ASYNC_OPTION),
    (argv) =>
      session.change(argv, 'setting options', () => {
        const change = changeOf(options, argv as Readonly<Record<string, unknown>>);
        return sendChange(session, argv, ownerOf(kind, argv), change);
      }),
  );
}

/** The parser takes them in place; their values are read by name, because there is no type for a generated list. */
function withFlags(cli: Cli, options: readonly OptionEntry[]): Cli {
  for (const option of options) {
    const allowed = option.key === 'protocol' ? 'A, B or C' : rangeOf(option);
    cli.option(flagOf(option), { type: 'string', describe: allowed, group: `Options of ${option.scope}:` });
    cli.option(`unset-${option.name}`, {
      type: 'boolean',
      describe: 'Delete it',
      group: 'Back to what is inherited:',
    });
  }
  return cli;
}

/** @throws OperationError INVALID_ARGUMENT. */
function changeOf(options: readonly OptionEntry[], argv: Readonly<Record<string, unknown>>) {
  const overrideProps: Record<string, string> = {};
  const deleteProps: string[] = [];
  for (const option of options) {
    const value = argv[flagOf(option)];
    if (typeof value === 'string') overrideProps[optionKey(option)] = checked(option, value);
    else if (value !== undefined) throw new OperationError('INVALID_ARGUMENT', `--${flagOf(option)} was given twice`);
    if (argv[`unset-${option.name}`] === true) deleteProps.push(optionKey(option));
  }
  if (Object.keys(overrideProps).length + deleteProps.length > 0) return { overrideProps, deleteProps };
  throw new OperationError('INVALID_ARGUMENT', 'no option is given', {
    correction: 'Give at least one, or look at all of them with --help.',
  });
}

function checked(option: OptionEntry, value: string): string {
  // "configured" is what stands without the option.
  const text = option.key === 'protocol' ? value.toUpperCase() : value;
  try {
    parseOption(option, text);
    return text;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    throw new OperationError('INVALID_ARGUMENT', error.message, {
      ...(error.because === undefined ? {} : { cause: error.because }),
      ...(error.correction === undefined ? {} : { correction: error.correction }),
    });
  }
}
