/**
 * The commands of `lockstepadm`: the verbs of drbdadm for the satellite on this node, spoken over its admin socket.
 * Each command is one request; what comes back is rendered in drbdsetup's form.
 */
import { z } from 'zod';
import type { Argv } from 'yargs';
import { OperationError } from '../../common/errors.ts';
import { renderStatus, statusJson } from '../render/drbd-status.ts';
import { renderEvent2 } from '../render/events2.ts';
import { printable, type Terminal } from '../terminal.ts';
import { adminCall, adminEvents } from './admin-client.ts';
import type { AdminGlobals } from './globals.ts';
import { optionCommands } from './option-commands.ts';
import { replicaCommands } from './replica-commands.ts';
import { sizeCommands } from './size-commands.ts';
import { statusResultSchema } from './status-schema.ts';

type AdminCli = Argv<AdminGlobals>;

export interface AdminSession {
  readonly signal: AbortSignal;
  readonly socketPath: (globals: AdminGlobals) => string;
  /** Runs `work`; a failure becomes a message and an exit code. */
  readonly guarded: (globals: AdminGlobals, work: (terminal: Terminal) => Promise<void>) => Promise<void>;
}

const STATUS_OPTIONS = {
  json: { type: 'boolean', default: false, describe: 'JSON with the keys of drbdsetup status --json' },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'Also what has its usual value' },
  statistics: { alias: 's', type: 'boolean', default: false, describe: 'Counters and amounts (KiB)' },
} as const;
const EVENTS_OPTIONS = {
  now: { type: 'boolean', default: false, describe: 'Only what exists now' },
  json: { type: 'boolean', default: false, describe: 'One JSON object per line' },
  timestamps: { type: 'boolean', default: false, describe: 'Each line begins with the time' },
  statistics: { type: 'boolean', default: false, describe: 'Also counters and amounts (KiB)' },
  full: { type: 'boolean', default: false, describe: 'All keys on every change' },
  diff: { type: 'boolean', default: false, describe: 'Old and new value of what changed: key:old->new' },
} as const;
const FORCE_OPTION = {
  force: { type: 'boolean', default: false, describe: 'Even if its data may not be the newest' },
} as const;
const DISCARD_OPTION = {
  'discard-my-data': {
    type: 'boolean',
    default: false,
    describe: 'After a split brain: what was written here alone is given up',
  },
} as const;
const DUMP_OPTIONS = { json: { type: 'boolean', default: false, describe: 'JSON' } } as const;

export function adminCommands(cli: AdminCli, session: AdminSession): AdminCli {
  let all = eventsCommand(statusCommand(cli, session), session);
  all = all.command(
    'primary <resource>',
    'Make this node the one that may write',
    (y) => y.positional('resource', { type: 'string', demandOption: true }).options(FORCE_OPTION),
    (argv) => act(session, argv, 'primary', () => ({ resource: argv.resource, force: argv.force })),
  );
  for (const [verb, text] of RESOURCE_VERBS) {
    all = all.command(
      `${verb} <resource>`,
      text,
      (y) => y.positional('resource', { type: 'string', demandOption: true }),
      (argv) => act(session, argv, verb, () => ({ resource: argv.resource })),
    );
  }
  all = all.command(
    'connect <resource> <peer>',
    'Connect to a peer (node name)',
    (y) =>
      y
        .positional('resource', { type: 'string', demandOption: true })
        .positional('peer', { type: 'string', demandOption: true })
        .options(DISCARD_OPTION),
    (argv) =>
      act(session, argv, 'connect', () => ({
        resource: argv.resource,
        peer: argv.peer,
        ...(argv.discardMyData ? { discardMyData: true } : {}),
      })),
  );
  for (const [verb, text] of PEER_VERBS) {
    all = all.command(
      `${verb} <resource> <peer>`,
      text,
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('peer', { type: 'string', demandOption: true }),
      (argv) => act(session, argv, verb, () => ({ resource: argv.resource, peer: argv.peer })),
    );
  }
  for (const [verb, text] of VOLUME_VERBS) {
    all = all.command(
      `${verb} <resource> <volume>`,
      text,
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('volume', { type: 'number', demandOption: true }),
      (argv) => act(session, argv, verb, () => ({ resource: argv.resource, volume: volumeNumber(argv.volume) })),
    );
  }
  all = all.command(
    'rename-resource <resource> <new-name>',
    'Call a resource something else on this node, in use or not',
    (y) =>
      y
        .positional('resource', { type: 'string', demandOption: true })
        .positional('new-name', { type: 'string', demandOption: true }),
    (argv) => act(session, argv, 'rename-resource', () => ({ resource: argv.resource, newName: argv.newName })),
  );
  all = replicaCommands(all, (argv, verb, args) => act(session, argv, verb, () => args));
  all = sizeCommands(all, (argv, verb, args) => act(session, argv, verb, args));
  all = optionCommands(all, (argv, request) => act(session, argv, 'set-options', () => ({ ...request() })));
  return showCommands(all, session);
}

const RESOURCE_VERBS = [
  ['secondary', 'Give up the Primary role'],
  ['suspend-io', 'Let requests wait; returns when everything under way is on all replicas'],
  ['resume-io', 'Let requests go on after suspend-io; else, what fencing has frozen'],
  ['outdate', 'Let the data of this node no longer pass for newest'],
] as const;
const PEER_VERBS = [
  ['disconnect', 'End the connection to a peer and stay apart'],
  ['new-peer', 'Use a peer again that was removed with del-peer'],
  ['del-peer', 'Stop using a peer; its bitmap slot goes on tracking what it misses'],
  ['forget-peer', 'Give up the bitmap slot and the vote of a peer that was removed'],
  ['pause-sync', 'Hold up the resync with a peer'],
  ['resume-sync', 'Let the resync with a peer go on'],
] as const;
const VOLUME_VERBS = [
  ['attach', 'Use the local disk of a volume again'],
  ['detach', 'Stop using the local disk of a volume'],
] as const;

function statusCommand(cli: AdminCli, session: AdminSession): AdminCli {
  return cli.command(
    'status [resource]',
    'Roles, disks, connections',
    (y) => y.positional('resource', { type: 'string' }).options(STATUS_OPTIONS),
    (argv) =>
      session.guarded(argv, async (terminal) => {
        const args = argv.resource === undefined ? {} : { resource: argv.resource };
        const result = statusResultSchema.safeParse(await call(session, argv, 'status', args));
        if (!result.success) throw notUnderstood(result.error);
        const resources = [...result.data].sort((a, b) => (a.name < b.name ? -1 : 1));
        if (argv.json) terminal.out.write(`${JSON.stringify(statusJson(resources), null, 2)}\n`);
        else
          terminal.out.write(
            renderStatus(resources, { verbose: argv.verbose, statistics: argv.statistics }, terminal.style),
          );
      }),
  );
}

function eventsCommand(cli: AdminCli, session: AdminSession): AdminCli {
  return cli.command(
    'events2 [resource]',
    'What exists, then every change, as drbdsetup events2',
    (y) => y.positional('resource', { type: 'string' }).options(EVENTS_OPTIONS),
    (argv) =>
      session.guarded(argv, async (terminal) => {
        const { now, statistics, full, diff } = argv;
        const args = {
          now,
          statistics,
          full,
          diff,
          ...(argv.resource === undefined ? {} : { resource: argv.resource }),
        };
        for await (const event of adminEvents(session.socketPath(argv), args, { signal: session.signal })) {
          const at = argv.timestamps ? new Date().toISOString() : undefined;
          const line = argv.json
            ? JSON.stringify(at === undefined ? event : { at, ...event })
            : [at, renderEvent2(event)].filter((word) => word !== undefined).join(' ');
          terminal.out.write(`${line}\n`);
          if (argv.now && event.action === 'exists' && event.object === '-') return;
        }
      }),
  );
}

function showCommands(cli: AdminCli, session: AdminSession): AdminCli {
  return cli
    .command(
      'show-gi <volume>',
      'Generation identifiers: RESOURCE or RESOURCE/VOLUME',
      (y) => y.positional('volume', { type: 'string', demandOption: true }).options(DUMP_OPTIONS),
      (argv) => show(session, argv, 'show-gi', argv.volume, argv.json),
    )
    .command(
      'dump-md <volume>',
      'What the metadata on disk says: RESOURCE or RESOURCE/VOLUME',
      (y) => y.positional('volume', { type: 'string', demandOption: true }).options(DUMP_OPTIONS),
      (argv) => show(session, argv, 'dump-md', argv.volume, argv.json),
    );
}

/** A command that answers with nothing, or with a text. Silent on success, as drbdadm. */
function act(
  session: AdminSession,
  globals: AdminGlobals,
  command: string,
  args: () => Readonly<Record<string, unknown>>,
): Promise<void> {
  return session.guarded(globals, async (terminal) => {
    const result = await call(session, globals, command, args());
    if (typeof result === 'string' && result !== '') terminal.out.write(`${printable(result)}\n`);
  });
}

function show(
  session: AdminSession,
  globals: AdminGlobals,
  command: string,
  volume: string,
  json: boolean,
): Promise<void> {
  return session.guarded(globals, async (terminal) => {
    const result = await call(session, globals, command, volumeArguments(volume));
    terminal.out.write(json ? `${JSON.stringify(result, null, 2)}\n` : renderTree(result));
  });
}

function call(
  session: AdminSession,
  globals: AdminGlobals,
  command: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return adminCall(session.socketPath(globals), command, args, {
    signal: session.signal,
    timeoutMs: globals.timeout * 1000,
  });
}

/** `r0/1`; `r0` alone leaves the volume to the satellite: all of them. */
function volumeArguments(text: string): { readonly resource: string; readonly volume?: number } {
  const slash = text.indexOf('/');
  if (slash === -1) return { resource: text };
  return { resource: text.slice(0, slash), volume: volumeNumber(Number(text.slice(slash + 1) || Number.NaN)) };
}

function volumeNumber(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 65_534) return value;
  throw new OperationError('INVALID_ARGUMENT', 'a volume number is 0 to 65534');
}

function notUnderstood(error: z.ZodError): OperationError {
  return new OperationError(
    'PROTOCOL_ERROR',
    'the satellite answered with a status that lockstepadm does not understand',
    {
      cause: z.prettifyError(error).split('\n').slice(0, 4).join('\n'),
      correction: 'Use lockstepadm and a satellite of the same version.',
    },
  );
}

/** Any answer as indented `key: value` lines, list items behind dashes: for the commands whose answer is for reading only. */
function renderTree(value: unknown): string {
  if (value === null || value === undefined) return '';
  return treeLines(value)
    .map((line) => `${line}\n`)
    .join('');
}

function treeLines(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => treeLines(item).map((line, index) => (index === 0 ? '- ' : '  ') + line));
  }
  if (typeof value !== 'object' || value === null) return [printable(String(value ?? '-'))];
  return Object.entries(value).flatMap(([key, part]) => {
    const name = printable(key);
    if (typeof part !== 'object' || part === null) return [`${name}: ${printable(String(part ?? '-'))}`];
    if (Array.isArray(part) && part.every((item) => typeof item !== 'object'))
      return [`${name}: ${printable(part.join(' ') || '-')}`];
    return [`${name}:`, ...treeLines(part).map((line) => `  ${line}`)];
  });
}
