/**
 * Settings of the controller: one table gives the flags, the environment variables, the keys of the TOML file and the
 * text of `--help`. A flag wins over the environment, the environment over the file, the file over the default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { OperationError } from '../common/errors.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface ControllerConfig {
  readonly dataDir: string;
  readonly address: string;
  /** 0: any free one (the READY line tells which). */
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

interface Setting {
  readonly flag: string;
  readonly value: string;
  readonly text: string;
  readonly shownDefault: string;
}

const SETTINGS: readonly Setting[] = [
  {
    flag: 'data-dir',
    value: 'DIR',
    text: 'the store: one controller per directory',
    shownDefault: '/var/lib/lockstep for root, else $XDG_STATE_HOME/lockstep',
  },
  { flag: 'address', value: 'IP', text: 'address that the port is bound to', shownDefault: '127.0.0.1' },
  { flag: 'port', value: 'N', text: 'gRPC, for people and drivers', shownDefault: '3372' },
  { flag: 'log-level', value: 'LEVEL', text: LOG_LEVELS.join(', '), shownDefault: 'info' },
];
const CONFIG_FILE = 'controller.toml';

const environmentName = (flag: string): string => `LOCKSTEP_${flag.replaceAll('-', '_').toUpperCase()}`;
const fileKey = (flag: string): string => flag.replaceAll('-', '_');

type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigRequest =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly config: ControllerConfig };

/** @throws OperationError INVALID_ARGUMENT that names the flag, variable or key at fault. */
export function readConfig(argv: readonly string[], environment: Environment): ConfigRequest {
  const flags = parseFlags(argv);
  if (flags['help'] !== undefined) return { kind: 'help', text: helpText() };
  const dataDirEarly = resolve(flags['data-dir'] ?? environment['LOCKSTEP_DATA_DIR'] ?? defaultDataDir(environment));
  const file = readFile(flags['config'] ?? environment['LOCKSTEP_CONFIG'], join(dataDirEarly, CONFIG_FILE));
  const chosen = (flag: string): { text: string; origin: string } | undefined => {
    const byFlag = flags[flag];
    if (byFlag !== undefined) return { text: byFlag, origin: `--${flag}` };
    const byEnvironment = environment[environmentName(flag)];
    if (byEnvironment !== undefined) return { text: byEnvironment, origin: environmentName(flag) };
    const byFile = file.values[fileKey(flag)];
    return byFile === undefined ? undefined : { text: byFile, origin: `${fileKey(flag)} in ${file.path}` };
  };
  const logLevel = chosen('log-level');
  const config: ControllerConfig = {
    dataDir: resolve(chosen('data-dir')?.text ?? dataDirEarly),
    address: chosen('address')?.text ?? '127.0.0.1',
    port: parsePort(chosen('port') ?? { text: '3372', origin: 'default' }),
    logLevel: parseLevel(logLevel ?? { text: 'info', origin: 'default' }),
  };
  return { kind: 'run', config };
}

function parseFlags(argv: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    [...SETTINGS.map((setting) => setting.flag), 'config'].map((flag) => [flag, { type: 'string' as const }]),
  );
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: { ...options, help: { type: 'boolean', short: 'h' }, 'print-ready': { type: 'boolean' } },
    });
    const texts = Object.entries(values).map(([flag, value]) => [
      flag,
      value === undefined ? undefined : String(value),
    ]);
    return Object.fromEntries(texts) as Record<string, string | undefined>;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function readFile(named: string | undefined, standard: string): { path: string; values: Record<string, string> } {
  const path = named === undefined ? standard : resolve(named);
  if (named === undefined && !existsSync(path)) return { path, values: {} };
  try {
    const schema = z.record(z.string(), z.union([z.string(), z.number(), z.bigint()]));
    const values = schema.parse(parseToml(readFileSync(path, 'utf8')));
    const unknown = Object.keys(values).find((key) => !SETTINGS.some((setting) => fileKey(setting.flag) === key));
    if (unknown !== undefined) throw new Error(`"${unknown}" is not a key of this file`);
    return { path, values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])) };
  } catch (error) {
    throw invalid(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsePort({ text, origin }: { text: string; origin: string }): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw invalid(`${origin}: "${text}" is not a port number`);
}

function parseLevel({ text, origin }: { text: string; origin: string }): ControllerConfig['logLevel'] {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw invalid(`${origin}: "${text}" is not a log level`);
}

function defaultDataDir(environment: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/lockstep';
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'lockstep');
}

function invalid(cause: string): OperationError {
  return new OperationError('INVALID_ARGUMENT', 'The controller cannot start with these settings', {
    cause,
    correction: 'See: lockstep-controller --help',
  });
}

function helpText(): string {
  const rows = SETTINGS.map((setting) => {
    const flag = `--${setting.flag} ${setting.value}`.padEnd(20);
    const environment = environmentName(setting.flag).padEnd(20);
    return `  ${flag} ${environment} ${fileKey(setting.flag).padEnd(10)} ${setting.text} [${setting.shownDefault}]`;
  });
  return [
    'lockstep-controller: control plane of Lockstep. A flag wins over the environment, that over the file.',
    '',
    `  ${'flag'.padEnd(20)} ${'environment'.padEnd(20)} ${'file key'.padEnd(10)} meaning [default]`,
    ...rows,
    `  ${'--config FILE'.padEnd(20)} ${'LOCKSTEP_CONFIG'.padEnd(20)} ${''.padEnd(10)} TOML file with these keys [<data-dir>/${CONFIG_FILE} if present]`,
    '',
    'When it serves, one line "READY {json}" goes to standard output (--print-ready is the default and only says so);',
    'the log goes to standard error. SIGTERM or SIGINT end it in good order, a second one at once.',
    '',
  ].join('\n');
}
