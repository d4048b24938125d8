/** `lockstep controller` and `lockstep events`: the controller itself, and what happens in the cluster. */
import type { WatchEventsResponse__Output } from '../../proto/gen/lockstep/v1/WatchEventsResponse.ts';
import type { Cli } from '../options.ts';
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
          else
            terminal.out.write(
              `${printable(`lockstep controller ${version.version}; API ${version.apiVersion}; cluster ${version.controllerId}`)}\n`,
            );
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
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
