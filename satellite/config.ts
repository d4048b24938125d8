/**
 * Settings of one satellite: one table gives the flags, the environment variables, the keys of the TOML file and the
 * text of `--help`. A flag wins over the environment, the environment over the file, the file over the default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { OperationError } from '../common/errors.ts';
import { parseNodeName } from '../common/ids.ts';
import { optionNamed, parseOption, secretConflict } from '../common/options/option-table.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../common/options/options.ts';
import type { TlsIdentity } from './transport/tls.ts';

export interface SatelliteConfig {
  readonly name: string;
  readonly dataDir: string;
  readonly address: string;
  readonly port: number;
  readonly replicationPort: number;
  readonly nbdPort: number;
  readonly nbdSocket: string;
  readonly adminSocket: string;
  /** 0: no limit. */
  readonly maxParallelResyncs: number;
  /** Directory of the administrator's programs (docs/handlers.md). */
  readonly handlers: string;
  readonly handlerTimeoutMs: number;
  /** Undefined: links with tls cannot be made. */
  readonly tls: TlsIdentity | undefined;
  /** What a resource has that says nothing of its own. */
  readonly replication: ReplicationOptions;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Setting {
  readonly flag: string;
  readonly value: string;
  readonly text: string;
  readonly shownDefault: string;
}

const SETTINGS: readonly Setting[] = [
  { flag: 'name', value: 'NODE', text: 'name of this node, as the controller knows it', shownDefault: 'the host name' },
  {
    flag: 'data-dir',
    value: 'DIR',
    text: 'state of this satellite: one satellite per directory',
    shownDefault: '/var/lib/lockstep for root, else $XDG_STATE_HOME/lockstep',
  },
  { flag: 'address', value: 'IP', text: 'address that the ports below are bound to', shownDefault: '127.0.0.1' },
  { flag: 'port', value: 'N', text: 'gRPC, for the controller', shownDefault: '3366' },
  { flag: 'replication-port', value: 'N', text: 'replication between satellites', shownDefault: '7000' },
  { flag: 'nbd-port', value: 'N', text: 'NBD, for clients', shownDefault: '10809' },
  { flag: 'nbd-socket', value: 'PATH', text: 'NBD on a Unix socket', shownDefault: '<data-dir>/nbd.sock' },
  { flag: 'admin-socket', value: 'PATH', text: 'Unix socket of lockstepadm', shownDefault: '<data-dir>/admin.sock' },
  {
    flag: 'max-parallel-resyncs',
    value: 'N',
    text: 'resyncs of this node that run at the same time',
    shownDefault: '0: no limit',
  },
  {
    flag: 'handlers',
    value: 'DIR',
    text: 'programs named as DRBD names its handlers, for all resources or in a folder per resource',
    shownDefault: '<data-dir>/handlers',
  },
  {
    flag: 'handler-timeout',
    value: 'SECONDS',
    text: 'a handler that runs longer is killed, and counts as broken',
    shownDefault: '120',
  },
  {
    flag: 'options',
    value: 'NAME=VALUE,…',
    text: 'replication options of all resources, in the words of drbdsetup',
    shownDefault: 'those of DRBD',
  },
  {
    flag: 'tls-cert',
    value: 'FILE',
    text: 'certificate of this satellite (PEM), for replication with the option tls',
    shownDefault: 'none: tls is refused',
  },
  { flag: 'tls-key', value: 'FILE', text: 'its private key (PEM)', shownDefault: 'none' },
  {
    flag: 'tls-ca',
    value: 'FILE',
    text: 'the authority that has signed the certificates of all satellites, and nothing else (PEM)',
    shownDefault: 'none',
  },
  { flag: 'log-level', value: 'LEVEL', text: LOG_LEVELS.join(', '), shownDefault: 'info' },
];
const CONFIG_FLAG: Setting = {
  flag: 'config',
  value: 'FILE',
  text: 'TOML file with the keys above',
  shownDefault: '<data-dir>/satellite.toml if present',
};

const environmentName = (flag: string): string => `LOCKSTEP_${flag.replaceAll('-', '_').toUpperCase()}`;
const fileKey = (flag: string): string => flag.replaceAll('-', '_');

export type ConfigRequest =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly config: SatelliteConfig };

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws OperationError INVALID_ARGUMENT that names the flag, variable or key at fault. */
export function readConfig(argv: readonly string[], environment: Environment): ConfigRequest {
  const flags = parseFlags(argv);
  if (flags['help'] !== undefined) return { kind: 'help', text: helpText() };
  const early = (flag: string): string | undefined => flags[flag] ?? environment[environmentName(flag)];
  const configFile = early('config');
  const dataDirHint = early('data-dir') ?? defaultDataDir(environment);
  const file = readConfigFile(configFile, join(dataDirHint, 'satellite.toml'));
  const raw: Record<string, string> = {};
  for (const { flag } of SETTINGS) {
    const value = early(flag) ?? file[fileKey(flag)];
    if (value !== undefined) raw[flag] = value;
  }
  return { kind: 'run', config: validated(raw, environment) };
}

function parseFlags(argv: readonly string[]): Readonly<Record<string, string>> {
  const options: Record<string, { type: 'string' } | { type: 'boolean'; short: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const { flag } of [...SETTINGS, CONFIG_FLAG]) options[flag] = { type: 'string' };
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false });
    return Object.fromEntries(Object.entries(values).map(([flag, value]) => [flag, String(value)]));
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** An explicitly named file must exist; the one in the data directory is optional. Unknown keys are refused: they are typos. */
function readConfigFile(named: string | undefined, usual: string): Readonly<Record<string, string>> {
  if (named === undefined && !existsSync(usual)) return {};
  const path = named ?? usual;
  let parsed: Record<string, unknown>;
  try {
    parsed = parseToml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw invalid(
      `cannot use the configuration file ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const known = new Set(SETTINGS.map(({ flag }) => fileKey(flag)));
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (!known.has(key)) throw invalid(`${path}: unknown key "${key}"`);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw invalid(`${path}: "${key}" must be a string or a number`);
    values[key] = String(value);
  }
  return values;
}

const port = (flag: string) =>
  z.coerce
    .number({ error: `--${flag} must be a number` })
    .int(`--${flag} must be a whole number`)
    .min(0, `--${flag} must be 0 to 65535`)
    .max(65_535, `--${flag} must be 0 to 65535`);

function validated(raw: Readonly<Record<string, string>>, environment: Environment): SatelliteConfig {
  const dataDir = resolve(raw['data-dir'] ?? defaultDataDir(environment));
  const schema = z.object({
    name: z.string().transform(parseNodeName),
    address: z.string().min(1, '--address is empty'),
    port: port('port'),
    replicationPort: port('replication-port'),
    nbdPort: port('nbd-port'),
    nbdSocket: socketPath('nbd-socket'),
    adminSocket: socketPath('admin-socket'),
    maxParallelResyncs: z.coerce.number().int().min(0, '--max-parallel-resyncs must be 0 or more').max(1_000_000),
    handlers: z.string(),
    handlerTimeoutMs: z.coerce
      .number()
      .min(1, '--handler-timeout must be 1 to 3600')
      .max(3_600, '--handler-timeout must be 1 to 3600')
      .transform((seconds) => seconds * 1_000),
    replication: z.string().transform(replicationOptions),
    logLevel: z.enum(LOG_LEVELS, { error: `--log-level must be one of ${LOG_LEVELS.join(', ')}` }),
  });
  const result = schema.safeParse({
    name: raw['name'] ?? hostname(),
    address: raw['address'] ?? '127.0.0.1',
    port: raw['port'] ?? 3366,
    replicationPort: raw['replication-port'] ?? 7000,
    nbdPort: raw['nbd-port'] ?? 10_809,
    nbdSocket: resolve(raw['nbd-socket'] ?? join(dataDir, 'nbd.sock')),
    adminSocket: resolve(raw['admin-socket'] ?? join(dataDir, 'admin.sock')),
    maxParallelResyncs: raw['max-parallel-resyncs'] ?? 0,
    handlers: resolve(raw['handlers'] ?? join(dataDir, 'handlers')),
    handlerTimeoutMs: raw['handler-timeout'] ?? 120,
    replication: raw['options'] ?? '',
    logLevel: raw['log-level'] ?? 'info',
  });
  if (!result.success) throw invalid(result.error.issues.map((issue) => issue.message).join('; '));
  const tls = tlsIdentity(raw);
  if (result.data.replication.tls && tls === undefined)
    throw invalid('tls=yes needs --tls-cert, --tls-key and --tls-ca');
  return { dataDir, ...result.data, tls };
}

/** Read once: other files count from the next start on. @throws OperationError INVALID_ARGUMENT */
function tlsIdentity(raw: Readonly<Record<string, string>>): TlsIdentity | undefined {
  const flags = ['tls-cert', 'tls-key', 'tls-ca'] as const;
  const missing = flags.filter((flag) => (raw[flag] ?? '') === '');
  if (missing.length === flags.length) return undefined;
  if (missing.length > 0)
    throw invalid(`TLS needs all of --tls-cert, --tls-key and --tls-ca: --${missing[0]} is missing`);
  const [cert, key, ca] = flags.map((flag) => readNamed(flag, raw[flag] ?? ''));
  return cert === undefined || key === undefined || ca === undefined ? undefined : { cert, key, ca };
}

function readNamed(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalid(`--${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws OperationError OPTION_* */
function replicationOptions(text: string): ReplicationOptions {
  const values: Record<string, number | boolean | string> = {};
  const words = text.split(',').filter((each) => each.trim() !== '');
  for (const [at, word] of words.entries()) {
    const [name = '', ...value] = word.trim().split('=');
    // The word itself is not shown: it may be the rest of a secret with a comma.
    if (value.length === 0) throw invalid(`--options: word ${at + 1} of ${words.length} is not of the form NAME=VALUE`);
    const option = optionNamed(name);
    values[option.key] = parseOption(option, value.join('='));
  }
  const options = { ...DEFAULT_OPTIONS, ...(values as Partial<ReplicationOptions>) };
  const conflict = secretConflict(options);
  if (conflict !== undefined)
    throw new OperationError('OPTION_CONFLICT', conflict, { correction: 'Set both, on all nodes alike.' });
  return options;
}

/** Linux keeps a Unix socket's path in 108 bytes; a longer one is cut silently by some programs and refused by others. */
function socketPath(flag: string) {
  const text = `--${flag}: the path of a Unix socket has at most 107 bytes; choose a shorter --data-dir or --${flag}`;
  return z.string().refine((path) => Buffer.byteLength(path) <= 107, text);
}

function defaultDataDir(environment: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/lockstep';
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'lockstep');
}

function invalid(message: string): OperationError {
  return new OperationError('INVALID_ARGUMENT', message, { correction: 'See lockstep-satellite --help.' });
}

function helpText(): string {
  const rows = [...SETTINGS, CONFIG_FLAG].map((setting) => {
    const head = `  --${setting.flag} ${setting.value}`.padEnd(26);
    const key = setting.flag === 'config' ? '' : `, file: ${fileKey(setting.flag)}`;
    return `${head}${setting.text}\n${' '.repeat(28)}(default: ${setting.shownDefault}; env: ${environmentName(setting.flag)}${key})`;
  });
  return [
    'lockstep-satellite: the per-node program of Lockstep. It stores replicas, replicates them and serves them over NBD.',
    '',
    'Usage: lockstep-satellite [options]',
    '',
    ...rows,
    '  -h, --help              this text',
    '',
    'A flag wins over its environment variable, that over the file, that over the default.',
    'When everything serves, one line "READY {json}" goes to standard output; the log goes to standard error.',
    'SIGTERM and SIGINT end it cleanly (at most 8 s), a second one at once.',
    '',
  ].join('\n');
}
