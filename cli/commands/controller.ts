/** `lockstep controller` and `lockstep events`: the controller itself, and what happens in the cluster. */
import { open, rename } from 'node:fs/promises';
import { OperationError } from '../../common/errors.ts';
import type { WatchEventsResponse__Output } from '../../proto/gen/lockstep/v1/WatchEventsResponse.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import type { Cli } from '../options.ts';
import { withProgress } from '../progress.ts';
import { apiJson } from '../render/api-json.ts';
import { ALL_SCOPES, drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import { connectionsCell, nodeState, resourceState, usageCell } from '../render/object-states.ts';
import type { Session } from '../session.ts';
import { maxVolumeCommand } from './resource-group.ts';
import { formatKib } from '../size-argument.ts';
import { paint, printable, type Style } from '../terminal.ts';

const EVENT_KINDS = ['node', 'storage-pool', 'resource-definition', 'volume-definition', 'resource'] as const;

export function controllerCommands(cli: Cli, session: Session): Cli {
  const withProperties = propertyCommands(maxVolumeCommand(cli, session), session, 'controller');
  return drbdOptionCommand(withProperties, session, 'controller', ALL_SCOPES)
    .command(
      ['version', 'v'],
      'Version of the controller that answers',
      (y) => y,
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const version = await session.withClient(argv, (client) => client.call(client.controller, 'version', {}));
          if (argv['machine-readable']) terminal.out.write(`${JSON.stringify(apiJson(version), null, 2)}\n`);
          else {
            const who = version.role === 'standby' ? 'standby' : `cluster ${version.controllerId}`;
            const text = `lockstep controller ${version.version}; API ${version.apiVersion}; ${who}`;
            terminal.out.write(`${printable(text)}\n`);
          }
        }),
    )
    .command(
      'which',
      'Address of the controller that leads: the one that commands go to',
      (y) => y,
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const address = await session.withClient(argv, (client) => client.findLeader());
          const text = argv['machine-readable'] ? JSON.stringify({ controller: address }, null, 2) : printable(address);
          terminal.out.write(`${text}\n`);
        }),
    )
    .command(
      ['backupdb <file>', 'bakdb <file>'],
      'Write all records of the store into a file on this machine (back with: lockstep-controller restore)',
      (y) => y.positional('file', { type: 'string', demandOption: true, describe: 'Replaced if it exists' }),
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const work = (client: ControllerClient) => saveWhole(argv.file, client.backup());
          const bytes = await withProgress(terminal, 'reading the store', () => session.withClient(argv, work));
          const done = { file: argv.file, bytes };
          const text = `${printable(argv.file)}: ${bytes} bytes`;
          terminal.out.write(`${argv['machine-readable'] ? JSON.stringify(done, null, 2) : text}\n`);
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

/** Under its name only when all of it is on disk. @returns its length. @throws OperationError. */
async function saveWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600).catch((error: Error) => {
    throw new OperationError('INVALID_ARGUMENT', `the file ${path} cannot be written`, { cause: error.message });
  });
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece);
      bytes += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  return bytes;
}

export function eventsCommand(cli: Cli, session: Session): Cli {
  return cli.command(
    'events [kinds..]',
    'Follow what happens: first what exists, then every change (with -m one JSON object per line)',
    (y) =>
      y.positional('kinds', {
        type: 'string',
        array: true,
        choices: EVENT_KINDS,
        describe: 'Only these kinds of objects',
      }),
    (argv) =>
      session.guarded(argv, false, async (terminal) => {
        await session.withClient(argv, async (client) => {
          for await (const event of client.watch(argv.kinds ?? [])) {
            const line = argv['machine-readable'] ? JSON.stringify(apiJson(event)) : renderEvent(event, terminal.style);
            terminal.out.write(`${line}\n`);
          }
        });
      }),
  );
}

/** `10:00:49 change resource db/alpha InUse Ok UpToDate`. */
function renderEvent(event: WatchEventsResponse__Output, style: Style): string {
  const time = new Date(event.timestampMs).toTimeString().slice(0, 8);
  if (event.action === 'sync') return paint(style, 'dim', `${time} sync: this is all that exists now`);
  const words = [time, event.action, event.kind, event.key, ...describeObject(event)].filter((word) => word !== '');
  return printable(words.join(' ')).replaceAll('\n', ' ');
}

function describeObject(event: WatchEventsResponse__Output): string[] {
  if (event.node) return [nodeState(event.node).text];
  if (event.storagePool) {
    const free = event.storagePool.freeCapacityKib;
    return [event.storagePool.state, free === undefined ? '' : `free:${formatKib(free).replace(' ', '')}`];
  }
  if (event.resourceDefinition) return event.resourceDefinition.flags;
  if (event.volumeDefinition)
    return [formatKib(event.volumeDefinition.sizeKib).replace(' ', ''), ...event.volumeDefinition.flags];
  if (event.resource) {
    const { resource } = event;
    return [
      resource.role ?? '',
      usageCell(resource).text,
      connectionsCell(resource).text,
      resourceState(resource).text,
    ];
  }
  return [];
}
