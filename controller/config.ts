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
  /** HOST:PORT where clients find this controller; undefined: address and port. */
  readonly advertise: string | undefined;
  /** Undefined: the embedded store in the data directory. */
  readonly etcd: EtcdConfig | undefined;
}

export interface EtcdConfig {
  readonly endpoints: readonly string[];
  readonly prefix: string;
  readonly user: { readonly name: string; readonly password: string } | undefined;
  /** Paths of PEM files. */
  readonly tls:
    | { readonly ca: string; readonly cert: string | undefined; readonly key: string | undefined }
    | undefined;
  readonly leaseSeconds: number;
}

/** What to do: serve, or one of the commands that work on the store. */
export type ControllerTask =
  | { readonly kind: 'serve' }
  | { readonly kind: 'backup'; readonly file: string }
  | { readonly kind: 'restore'; readonly file: string; readonly force: boolean }
  | { readonly kind: 'check'; readonly repair: boolean };

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
    text: 'the embedded store: one controller per directory',
    shownDefault: '/var/lib/lockstep for root, else $XDG_STATE_HOME/lockstep',
  },
  { flag: 'address', value: 'IP', text: 'address that the port is bound to', shownDefault: '127.0.0.1' },
  { flag: 'port', value: 'N', text: 'gRPC, for people and drivers', shownDefault: '3372' },
  {
    flag: 'advertise',
    value: 'HOST:PORT',
    text: 'where clients are sent when this controller leads',
    shownDefault: 'address and port',
  },
  { flag: 'store', value: 'KIND', text: 'embedded, or etcd for several controllers', shownDefault: 'embedded' },
  {
    flag: 'etcd-endpoints',
    value: 'URL,...',
    text: 'members of the etcd cluster',
    shownDefault: 'http://127.0.0.1:2379',
  },
  {
    flag: 'etcd-prefix',
    value: 'TEXT',
    text: 'before every key: one per Lockstep cluster',
    shownDefault: '/lockstep/',
  },
  { flag: 'etcd-user', value: 'NAME', text: 'for etcd with authentication', shownDefault: 'none' },
  { flag: 'etcd-password', value: 'TEXT', text: 'better in the file than as a flag', shownDefault: 'none' },
  { flag: 'etcd-ca', value: 'FILE', text: 'PEM: who signs the certificates of etcd', shownDefault: 'none' },
  { flag: 'etcd-cert', value: 'FILE', text: 'PEM: certificate of this client', shownDefault: 'none' },
  { flag: 'etcd-key', value: 'FILE', text: 'PEM: its private key', shownDefault: 'none' },
  {
    flag: 'leader-lease',
    value: 'SECONDS',
    text: 'after so long without a sign of the leader another takes over',
    shownDefault: '5',
  },
  { flag: 'log-level', value: 'LEVEL', text: LOG_LEVELS.join(', '), shownDefault: 'info' },
];
const CONFIG_FILE = 'controller.toml';

const environmentName = (flag: string): string => `LOCKSTEP_${flag.replaceAll('-', '_').toUpperCase()}`;
const fileKey = (flag: string): string => flag.replaceAll('-', '_');

type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigRequest =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly config: ControllerConfig; readonly task: ControllerTask };

/** @returns the text of a setting and where it stands. */
type Chosen = (flag: string) => Given | undefined;
interface Given {
  readonly text: string;
  readonly origin: string;
}

/** @throws OperationError INVALID_ARGUMENT that names the flag, variable or key at fault. */
export function readConfig(argv: readonly string[], environment: Environment): ConfigRequest {
  const { flags, words } = parseWords(argv);
  if (flags['help'] !== undefined) return { kind: 'help', text: helpText() };
  const dataDirEarly = resolve(flags['data-dir'] ?? environment['LOCKSTEP_DATA_DIR'] ?? defaultDataDir(environment));
  const file = readFile(flags['config'] ?? environment['LOCKSTEP_CONFIG'], join(dataDirEarly, CONFIG_FILE));
  const chosen: Chosen = (flag) => {
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
    advertise: parseAdvertised(chosen('advertise')),
    etcd: parseEtcd(chosen),
  };
  return { kind: 'run', config, task: parseTask(words, flags) };
}

function parseTask(words: readonly string[], flags: Readonly<Record<string, string | undefined>>): ControllerTask {
  const [verb, file, ...rest] = words;
  const stray = (flag: string): never => {
    throw invalid(`--${flag} does not belong to ${verb === undefined ? 'serving' : `"${verb}"`}`);
  };
  if (flags['force'] !== undefined && verb !== 'restore') stray('force');
  if (flags['repair'] !== undefined && verb !== 'check') stray('repair');
  if (verb === undefined) return { kind: 'serve' };
  if (verb === 'check' && file === undefined) return { kind: 'check', repair: flags['repair'] !== undefined };
  if ((verb === 'backup' || verb === 'restore') && file !== undefined && rest.length === 0) {
    const path = resolve(file);
    return verb === 'backup'
      ? { kind: 'backup', file: path }
      : { kind: 'restore', file: path, force: flags['force'] !== undefined };
  }
  throw invalid(
    `"${words.join(' ').slice(0, 200)}" is not a command: backup FILE, restore FILE [--force], check [--repair]`,
  );
}

function parseWords(argv: readonly string[]): { flags: Record<string, string | undefined>; words: readonly string[] } {
  const options = Object.fromEntries(
    [...SETTINGS.map((setting) => setting.flag), 'config'].map((flag) => [flag, { type: 'string' as const }]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        ...options,
        help: { type: 'boolean', short: 'h' },
        'print-ready': { type: 'boolean' },
        force: { type: 'boolean' },
        repair: { type: 'boolean' },
      },
    });
    const texts = Object.entries(values).map(([flag, value]) => [
      flag,
      value === undefined ? undefined : String(value),
    ]);
    return { flags: Object.fromEntries(texts) as Record<string, string | undefined>, words: positionals };
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function readFile(named: string | undefined, standard: string): { path: string; values: Record<string, string> } {
  const path = named === undefined ? standard : resolve(named);
  if (named === undefined && !existsSync(path)) return { path, values: {} };
  try {
    const schema = z.record(z.string(), z.union([z.string(), z.number(), z.bigint(), z.array(z.string())]));
    const values = schema.parse(parseToml(readFileSync(path, 'utf8')));
    const unknown = Object.keys(values).find((key) => !SETTINGS.some((setting) => fileKey(setting.flag) === key));
    if (unknown !== undefined) throw new Error(`"${unknown}" is not a key of this file`);
    return { path, values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])) };
  } catch (error) {
    throw invalid(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseAdvertised(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  const match = /^(?:\[[0-9A-Fa-f:.%a-z]+\]|[^:[\]/\s]+):(\d{1,5})$/.exec(given.text);
  const port = Number(match?.[1] ?? 0);
  if (port >= 1 && port <= 65_535) return given.text;
  throw invalid(`${given.origin}: "${given.text}" is not HOST:PORT`);
}

/** Settings of etcd without `--store etcd` are a mistake that would go unnoticed until somebody misses his data. */
function parseEtcd(chosen: Chosen): EtcdConfig | undefined {
  const store = chosen('store') ?? { text: 'embedded', origin: 'default' };
  if (store.text !== 'embedded' && store.text !== 'etcd') {
    throw invalid(`${store.origin}: "${store.text}" is not a store: embedded or etcd`);
  }
  if (store.text === 'embedded') {
    const stray = SETTINGS.map(({ flag }) =>
      flag.startsWith('etcd-') || flag === 'leader-lease' ? chosen(flag) : undefined,
    ).find((given) => given !== undefined);
    if (stray !== undefined) throw invalid(`${stray.origin} is for --store etcd`);
    return undefined;
  }
  const text = (flag: string): string | undefined => chosen(flag)?.text;
  const [name, password, ca, cert, key] = ['user', 'password', 'ca', 'cert', 'key'].map((word) => text(`etcd-${word}`));
  if ((name === undefined) !== (password === undefined)) throw invalid('--etcd-user and --etcd-password go together');
  if ((cert === undefined) !== (key === undefined)) throw invalid('--etcd-cert and --etcd-key go together');
  if (cert !== undefined && ca === undefined) throw invalid('--etcd-cert takes --etcd-ca as well');
  const tls = ca === undefined ? undefined : { ca: resolve(ca), cert: resolved(cert), key: resolved(key) };
  return {
    endpoints: parseEndpoints(
      chosen('etcd-endpoints') ?? { text: '127.0.0.1:2379', origin: 'default' },
      tls !== undefined,
    ),
    prefix: parsePrefix(chosen('etcd-prefix') ?? { text: '/lockstep/', origin: 'default' }),
    user: name === undefined || password === undefined ? undefined : { name, password },
    tls,
    leaseSeconds: parseLease(chosen('leader-lease') ?? { text: '5', origin: 'default' }),
  };
}

const resolved = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));

function parseEndpoints({ text, origin }: Given, secure: boolean): string[] {
  const scheme = secure ? 'https' : 'http';
  const endpoints = text
    .split(',')
    .map((each) => each.trim().replace(/\/+$/, ''))
    .filter((each) => each !== '')
    .map((each) => (each.includes('://') ? each : `${scheme}://${each}`));
  const wrong = endpoints.find((each) => !/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[^:[\]/\s]+):\d{1,5}$/.test(each));
  if (endpoints.length === 0 || wrong !== undefined) {
    throw invalid(`${origin}: "${wrong ?? text}" is not a list of URLs such as http://10.0.0.1:2379`);
  }
  if (new Set(endpoints.map((each) => each.startsWith('https:'))).size > 1) {
    throw invalid(`${origin}: either all of them are https, or none`);
  }
  if (secure && endpoints.some((each) => each.startsWith('http:'))) throw invalid(`${origin}: TLS takes https URLs`);
  return endpoints;
}

function parsePrefix({ text, origin }: Given): string {
  if (/^[!-~]{1,200}$/.test(text)) return text.endsWith('/') ? text : `${text}/`;
  throw invalid(`${origin}: a prefix is 1 to 200 printable characters without blanks`);
}

function parseLease({ text, origin }: Given): number {
  const seconds = Number(text);
  if (/^[0-9]{1,3}$/.test(text) && seconds >= 1 && seconds <= 600) return seconds;
  throw invalid(`${origin}: "${text}" is not a number of seconds from 1 to 600`);
}

function parsePort({ text, origin }: Given): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw invalid(`${origin}: "${text}" is not a port number`);
}

function parseLevel({ text, origin }: Given): ControllerConfig['logLevel'] {
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
    const flag = `--${setting.flag} ${setting.value}`.padEnd(24);
    const environment = environmentName(setting.flag).padEnd(24);
    return `  ${flag} ${environment} ${fileKey(setting.flag).padEnd(14)} ${setting.text} [${setting.shownDefault}]`;
  });
  return [
    'lockstep-controller: control plane of Lockstep. A flag wins over the environment, that over the file.',
    '',
    '  lockstep-controller                         serve',
    '  lockstep-controller backup FILE             write all records of the store into FILE',
    '  lockstep-controller restore FILE [--force]  the opposite, into an empty store; --force: in place of what is there',
    '  lockstep-controller check [--repair]        read the store, name what is wrong; --repair moves it aside, deletes nothing',
    '',
    `  ${'flag'.padEnd(24)} ${'environment'.padEnd(24)} ${'file key'.padEnd(14)} meaning [default]`,
    ...rows,
    `  ${'--config FILE'.padEnd(24)} ${'LOCKSTEP_CONFIG'.padEnd(24)} ${''.padEnd(14)} TOML file with these keys [<data-dir>/${CONFIG_FILE} if present]`,
    '',
    'When it serves, one line "READY {json}" goes to standard output (--print-ready is the default and only says so);',
    'the log goes to standard error. SIGTERM or SIGINT end it in good order, a second one at once.',
    '',
  ].join('\n');
}
