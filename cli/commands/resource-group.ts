/** `lockstep resource-group`: templates for resources, and what is made of them. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { given, parsePeerSlots } from '../arguments.ts';
import { ASYNC_OPTION, type Cli, GROUPS_FILTER, SHOW_OPTIONS } from '../options.ts';
import { parseWishes, PLACEMENT_OPTIONS, WHAT_IF_OPTION } from '../placement-options.ts';
import { maxVolumeTable, resourceGroupTable, sizeInfoTable } from '../render/group-lists.ts';
import { ALL_SCOPES, drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import type { Session } from '../session.ts';
import { parseSize } from '../size-argument.ts';

const GROUP_OPTIONS = {
  ...PLACEMENT_OPTIONS,
  providers: { ...PLACEMENT_OPTIONS.providers, alias: 'p' },
  description: { alias: 'd', type: 'string', describe: 'For people' },
  'peer-slots': { type: 'number', describe: 'How many diskful peers a replica can have, 1 to 31 [default: 7]' },
} as const;

const SPAWN_OPTIONS = {
  ...PLACEMENT_OPTIONS,
  partial: { alias: 'p', type: 'boolean', default: false, describe: 'Fewer sizes than the group has volumes' },
  'definition-only': { alias: 'd', type: 'boolean', default: false, describe: 'No replicas yet' },
  'external-name': { type: 'string', describe: 'Any text; without NAME one is made' },
  'peer-slots': { type: 'number', describe: 'How many diskful peers a replica can have [default: that of the group]' },
  ...WHAT_IF_OPTION,
  ...ASYNC_OPTION,
} as const;

export function resourceGroupCommands(cli: Cli, session: Session): Cli {
  const kind = 'resource-group';
  const withOptions = drbdOptionCommand(propertyCommands(cli, session, kind), session, kind, ALL_SCOPES);
  const changing = modify(create(withOptions, session), session);
  return queries(adjust(spawn(listAndDelete(changing, session), session), session), session).demandCommand(
    1,
    'A sub-command is missing.',
  );
}

const named = { type: 'string', demandOption: true } as const;

function create(cli: Cli, session: Session): Cli {
  return cli.command(
    ['create <name>', 'c'],
    'Make a resource group',
    (y) => y.positional('name', named).options(GROUP_OPTIONS),
    (argv) =>
      session.change(argv, `making resource group ${argv.name}`, () => {
        const request = {
          name: parseName('resource', argv.name),
          filter: parseWishes(argv).filter,
          requestId: randomUUID(),
          ...given({ description: argv.description, peerSlots: parsePeerSlots(argv['peer-slots']) }),
        };
        return (client) => client.call(client.resourceGroups, 'create', request);
      }),
  );
}

function modify(cli: Cli, session: Session): Cli {
  return cli.command(
    ['modify <name>', 'm'],
    'Change what a group wishes; an option without a value drops a wish',
    (y) => y.positional('name', named).options(GROUP_OPTIONS),
    (argv) =>
      session.change(argv, `changing resource group ${argv.name}`, () => {
        const request = {
          name: argv.name,
          ...parseWishes(argv),
          requestId: randomUUID(),
          ...given({ description: argv.description, peerSlots: parsePeerSlots(argv['peer-slots']) }),
        };
        return (client) => client.call(client.resourceGroups, 'modify', request);
      }),
  );
}

function listAndDelete(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['list', 'l'],
      'Resource groups and what they wish',
      (y) => y.options({ ...GROUPS_FILTER, ...SHOW_OPTIONS }),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const request = { names: argv['resource-groups'] ?? [] };
            return (await client.call(client.resourceGroups, 'list', request)).resourceGroups;
          },
          resourceGroupTable,
        ),
    )
    .command(
      ['delete <name>', 'd'],
      'Delete a group that no resource belongs to',
      (y) => y.positional('name', named),
      (argv) =>
        session.change(argv, `deleting resource group ${argv.name}`, () => {
          const request = { name: argv.name, requestId: randomUUID() };
          return (client) => client.call(client.resourceGroups, 'delete', request);
        }),
    );
}

function spawn(cli: Cli, session: Session): Cli {
  return cli.command(
    ['spawn-resources <group> <resource> [sizes..]', 'spawn'],
    'Make a resource from a group: definition, volumes and replicas, or nothing of it',
    (y) =>
      y
        .positional('group', named)
        .positional('resource', { ...named, describe: 'Name; with --external-name it may be left out' })
        .positional('sizes', { type: 'string', array: true, describe: 'One per volume: 10G, 512MiB; no unit: GiB' })
        .options(SPAWN_OPTIONS),
    (argv) =>
      session.change(argv, `making ${argv.resource}`, () => {
        const externalName = argv['external-name'] ?? '';
        // No name begins with a digit, every size does.
        const nameless = externalName !== '' && /^\d/.test(argv.resource);
        const sizes = [...(nameless ? [argv.resource] : []), ...(argv.sizes ?? [])];
        const request = {
          groupName: argv.group,
          resourceName: nameless ? '' : parseName('resource', argv.resource),
          externalName,
          sizesKib: sizes.map(parseSize),
          partial: argv.partial,
          definitionsOnly: argv['definition-only'],
          ...parseWishes(argv),
          ...given({ peerSlots: parsePeerSlots(argv['peer-slots']) }),
          whatIf: argv['what-if'],
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.resourceGroups, 'spawn', request);
      }),
  );
}

function adjust(cli: Cli, session: Session): Cli {
  return cli.command(
    ['adjust [name]', 'adj'],
    'Place what is missing of the resources of a group, or of all',
    (y) => y.positional('name', { type: 'string' }).options(WHAT_IF_OPTION),
    (argv) =>
      session.change(argv, 'placing what is missing', () => {
        const request = { name: argv.name ?? '', whatIf: argv['what-if'], requestId: randomUUID() };
        return (client) => client.call(client.resourceGroups, 'adjust', request);
      }),
  );
}

function queries(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['query-max-volume-size <group>', 'qmvs'],
      'The largest volume that could be made now, per name of pools',
      (y) => y.positional('group', named).options(SHOW_OPTIONS),
      (argv) =>
        session.question(
          argv,
          () => (client) => client.call(client.resourceGroups, 'queryMaxVolumeSize', { groupName: argv.group }),
          ({ candidates }, style) => maxVolumeTable(candidates, style),
        ),
    )
    .command(
      ['query-size-info <group>', 'qsi'],
      'What the next spawn could get, and where it would go',
      (y) => y.positional('group', named).options({ ...PLACEMENT_OPTIONS, ...SHOW_OPTIONS }),
      (argv) =>
        session.question(
          argv,
          () => {
            const request = { groupName: argv.group, ...parseWishes(argv) };
            return (client) => client.call(client.resourceGroups, 'querySizeInfo', request);
          },
          sizeInfoTable,
        ),
    );
}

/** `lockstep controller query-max-volume-size`: the same question without a group. */
export function maxVolumeCommand(cli: Cli, session: Session): Cli {
  const { 'storage-pool': pool, 'do-not-place-with': avoid, 'do-not-place-with-regex': pattern } = PLACEMENT_OPTIONS;
  const { 'replicas-on-same': same, 'replicas-on-different': different } = PLACEMENT_OPTIONS;
  const options = {
    'storage-pool': pool,
    'do-not-place-with': avoid,
    'do-not-place-with-regex': pattern,
    'replicas-on-same': same,
    'replicas-on-different': different,
    ...SHOW_OPTIONS,
  } as const;
  return cli.command(
    ['query-max-volume-size <replicas>', 'qmvs'],
    'The largest volume with so many replicas that could be made now, per name of pools',
    (y) => y.positional('replicas', named).options(options),
    (argv) =>
      session.question(
        argv,
        () => {
          if (!/^[1-9]\d?$/.test(argv.replicas)) {
            throw new OperationError('INVALID_ARGUMENT', `"${argv.replicas}" is not a number of replicas`);
          }
          const { filter } = parseWishes(argv);
          const request = { filter: { ...filter, placeCount: Number(argv.replicas) } };
          return (client) => client.call(client.resourceGroups, 'queryMaxVolumeSize', request);
        },
        ({ candidates }, style) => maxVolumeTable(candidates, style),
      ),
  );
}
