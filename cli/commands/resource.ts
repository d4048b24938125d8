/** `lockstep resource` (replicas and diskless attachments on nodes) and `lockstep volume` (their volumes). */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { lastAndBefore, parsePlaceCount, parseProtocol } from '../arguments.ts';
import {
  ASYNC_OPTION,
  type Cli,
  NODES_FILTER,
  SHOW_OPTIONS,
  POOLS_FILTER,
  PROPS_OPTION,
  PROTOCOL_OPTION,
  RESOURCES_FILTER,
} from '../options.ts';
import { peerOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import { parseWishes, PLACEMENT_OPTIONS, WHAT_IF_OPTION } from '../placement-options.ts';
import { resourceTable, volumeTable } from '../render/lists.ts';
import { propertyColumns } from '../render/property-columns.ts';
import { isFaulty } from '../render/object-states.ts';
import type { Session } from '../session.ts';
import { diskCommands } from './disks.ts';
import { requireNode } from './node-more.ts';

const CREATE_OPTIONS = {
  ...PLACEMENT_OPTIONS,
  'storage-pool': {
    ...PLACEMENT_OPTIONS['storage-pool'],
    describe: 'Pool of the new replicas [default: DfltStorPool]',
  },
  providers: { ...PLACEMENT_OPTIONS.providers, alias: 'p' },
  'auto-place': {
    type: 'string',
    describe: 'Let the controller choose: N replicas in total, +N more; no value: as its group wishes',
  },
  diskless: {
    alias: ['d', 'drbd-diskless'],
    type: 'boolean',
    default: false,
    describe: 'Attach over the network, without a disk',
  },
  ...WHAT_IF_OPTION,
  ...PROTOCOL_OPTION,
  ...ASYNC_OPTION,
} as const;

const WISHES_OF_AUTO_PLACE = [
  'place-count',
  'do-not-place-with',
  'do-not-place-with-regex',
  'replicas-on-same',
  'replicas-on-different',
  'x-replicas-on-different',
  'diskless-on-remaining',
  'providers',
  'scatter-width',
] as const;

const AVAILABLE_OPTIONS = {
  diskful: { type: 'boolean', default: false, describe: 'With a disk in any case' },
  'layer-list': PLACEMENT_OPTIONS['layer-list'],
  ...WHAT_IF_OPTION,
  ...ASYNC_OPTION,
} as const;

const LIST_OPTIONS = {
  ...NODES_FILTER,
  ...RESOURCES_FILTER,
  faulty: { type: 'boolean', default: false, describe: 'Only those that need a look' },
  ...PROPS_OPTION,
  ...SHOW_OPTIONS,
} as const;

const INVOLVED_OPTIONS = {
  'in-use': { alias: 'i', type: 'boolean', default: false, describe: 'Only those in use on this node' },
  diskful: { alias: 'd', type: 'boolean', default: false, describe: 'Only those with a disk on this node' },
  ...SHOW_OPTIONS,
} as const;

export function resourceCommands(cli: Cli, session: Session): Cli {
  const withProperties = peerOptionCommand(propertyCommands(cli, session, 'resource'), session, 'resource-connection');
  const withInvolved = involved(diskCommands(withProperties, session), session);
  const withLists = volumeList(resourceList(withInvolved, session), session, ['list-volumes', 'lv']);
  const placing = makeAvailable(resourceCreate(withLists, session), session);
  return resourceDelete(placing, session).demandCommand(1, 'A sub-command is missing.');
}

export function volumeCommands(cli: Cli, session: Session): Cli {
  const withProperties = propertyCommands(cli, session, 'volume');
  return volumeList(withProperties, session, ['list', 'l']).demandCommand(1, 'A sub-command is missing.');
}

function resourceCreate(cli: Cli, session: Session): Cli {
  return cli.command(
    ['create <nodes-and-name..>', 'c'],
    'Place a resource: NODE… NAME, or NAME --auto-place N',
    (y) => y.positional('nodes-and-name', { type: 'string', array: true, demandOption: true }).options(CREATE_OPTIONS),
    (argv) =>
      session.change(argv, 'placing the resource', () => {
        const { last: resourceName, before: nodeNames } = lastAndBefore(
          argv['nodes-and-name'],
          'the name of the resource',
        );
        const common = {
          resourceName,
          protocol: parseProtocol(argv.protocol),
          whatIf: argv['what-if'],
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        const { filter, clearFilter } = parseWishes(argv);
        const autoPlaceText = argv['auto-place'];
        if (autoPlaceText !== undefined) {
          if (nodeNames.length > 0) {
            throw new OperationError('INVALID_ARGUMENT', '--auto-place does not go with node names', {
              correction: 'Name the nodes, or let the controller choose them.',
            });
          }
          if (argv['place-count'] !== undefined) {
            throw new OperationError('INVALID_ARGUMENT', 'The number of replicas is given twice', {
              correction: 'Leave --place-count out: --auto-place N says it.',
            });
          }
          const wanted = { ...filter, ...parsePlaceCount(autoPlaceText) };
          const request = { ...common, filter: wanted, clearFilter, diskless: argv.diskless };
          return (client) => client.call(client.resources, 'autoPlace', request);
        }
        if (nodeNames.length === 0) {
          throw new OperationError('INVALID_ARGUMENT', `no node is named for resource ${resourceName}`, {
            correction: `Write: lockstep resource create NODE ${resourceName}, or: lockstep resource create ${resourceName} --auto-place 3`,
          });
        }
        const wish = WISHES_OF_AUTO_PLACE.find((option) => argv[option] !== undefined);
        if (wish !== undefined) {
          throw new OperationError('INVALID_ARGUMENT', `--${wish} goes only with --auto-place`, {
            correction: 'Leave it out, or let the controller choose the nodes.',
          });
        }
        const [pool, secondPool] = filter.storagePools ?? [];
        if (secondPool !== undefined) {
          throw new OperationError('INVALID_ARGUMENT', 'Several pools go only with --auto-place', {
            correction: 'Name one pool, or let the controller choose.',
          });
        }
        const request = { ...common, nodeNames, storagePoolName: pool ?? '', diskless: argv.diskless };
        return (client) => client.call(client.resources, 'create', request);
      }),
  );
}

function makeAvailable(cli: Cli, session: Session): Cli {
  return cli.command(
    ['make-available <node> <resource>', 'mkavail'],
    'Make sure that a node can use a resource, with or without a disk',
    (y) =>
      y
        .positional('node', { type: 'string', demandOption: true })
        .positional('resource', { type: 'string', demandOption: true })
        .options(AVAILABLE_OPTIONS),
    (argv) =>
      session.change(argv, `making ${argv.resource} available`, () => {
        const request = {
          resourceName: argv.resource,
          nodeName: argv.node,
          diskful: argv.diskful,
          layers: parseWishes({ 'layer-list': argv['layer-list'] }).filter.layers ?? [],
          whatIf: argv['what-if'],
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.resources, 'makeAvailable', request);
      }),
  );
}

function resourceDelete(cli: Cli, session: Session): Cli {
  return cli.command(
    ['delete <nodes-and-name..>', 'd'],
    'Remove replicas and their data: NODE… NAME',
    (y) =>
      y
        .positional('nodes-and-name', { type: 'string', array: true, demandOption: true })
        .option('keep-tiebreaker', { type: 'boolean', default: false, describe: 'Leave a tie-breaker where it is' })
        .options(ASYNC_OPTION),
    (argv) =>
      session.change(argv, 'removing replicas', () => {
        const { last: resourceName, before: nodeNames } = lastAndBefore(
          argv['nodes-and-name'],
          'the name of the resource',
        );
        if (nodeNames.length === 0) {
          throw new OperationError('INVALID_ARGUMENT', `no node is named for resource ${resourceName}`, {
            correction: `Write: lockstep resource delete NODE ${resourceName}; all of it goes with: lockstep resource-definition delete ${resourceName}`,
          });
        }
        const request = {
          resourceName,
          nodeNames,
          keepTiebreaker: argv['keep-tiebreaker'],
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.resources, 'delete', request);
      }),
  );
}

function resourceList(cli: Cli, session: Session): Cli {
  return cli.command(
    ['list', 'l'],
    'Replicas, who uses them, their connections and states',
    (y) => y.options(LIST_OPTIONS),
    (argv) =>
      session.list(
        argv,
        async (client) => {
          const request = { nodeNames: argv.nodes ?? [], resourceNames: argv.resources ?? [] };
          const { resources } = await client.call(client.resources, 'list', request);
          return argv.faulty ? resources.filter(isFaulty) : resources;
        },
        (resources, style) => resourceTable(resources, style, propertyColumns(argv.props)),
      ),
  );
}

function involved(cli: Cli, session: Session): Cli {
  return cli.command(
    ['involved <node>', 'inv'],
    'All replicas of the resources that a node takes part in',
    (y) => y.positional('node', { type: 'string', demandOption: true }).options(INVOLVED_OPTIONS),
    (argv) =>
      session.list(
        argv,
        async (client) => {
          const { name } = await requireNode(client, argv.node);
          const { resources: own } = await client.call(client.resources, 'list', { nodeNames: [name] });
          const resourceNames = own
            .filter((entry) => !argv['in-use'] || entry.inUse === true)
            .filter((entry) => !argv.diskful || !entry.flags.includes('DISKLESS'))
            .map((entry) => entry.resourceName);
          if (resourceNames.length === 0) return [];
          return (await client.call(client.resources, 'list', { resourceNames })).resources;
        },
        (resources, style) => resourceTable(resources, style, propertyColumns(undefined)),
      ),
  );
}

function volumeList(cli: Cli, session: Session, names: readonly string[]): Cli {
  return cli.command(
    names,
    'Volumes of replicas: place, device, space, state, replication',
    (y) => y.options({ ...NODES_FILTER, ...RESOURCES_FILTER, ...POOLS_FILTER, ...SHOW_OPTIONS }),
    (argv) =>
      session.list(
        argv,
        async (client) => {
          const request = {
            nodeNames: argv.nodes ?? [],
            resourceNames: argv.resources ?? [],
            storagePoolNames: argv['storage-pools'] ?? [],
          };
          return (await client.call(client.volumes, 'list', request)).volumes;
        },
        volumeTable,
      ),
  );
}
