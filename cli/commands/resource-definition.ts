/** `lockstep resource-definition`: the replicated thing, without a place. */
import { randomUUID } from 'node:crypto';
import { parseName } from '../../common/ids.ts';
import { given, parsePeerSlots, parseProtocol } from '../arguments.ts';
import { parseWishes, PLACEMENT_OPTIONS, WHAT_IF_OPTION, wholeNumber } from '../placement-options.ts';
import { ASYNC_OPTION, type Cli, SHOW_OPTIONS, PROTOCOL_OPTION, RESOURCES_FILTER } from '../options.ts';
import { ALL_SCOPES, drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import { resourceDefinitionTable } from '../render/lists.ts';
import type { Session } from '../session.ts';

const CREATE_OPTIONS = {
  'peer-slots': { type: 'number', describe: 'How many diskful peers a replica can have, 1 to 31 [default: 7]' },
  'resource-group': { type: 'string', describe: 'Its group [default: DfltRscGrp]' },
  'external-name': { alias: 'e', type: 'string', describe: 'Any text; without NAME one is made' },
  'layer-list': PLACEMENT_OPTIONS['layer-list'],
  ...PROTOCOL_OPTION,
} as const;

const MODIFY_OPTIONS = {
  'peer-slots': CREATE_OPTIONS['peer-slots'],
  'resource-group': { type: 'string', describe: 'Move it to this group' },
} as const;

const LIST_OPTIONS = {
  ...RESOURCES_FILTER,
  'external-name': {
    alias: 'e',
    type: 'boolean',
    default: false,
    describe: 'With external names even if there are none',
  },
  ...SHOW_OPTIONS,
} as const;

const WAIT_OPTIONS = {
  'wait-timeout': { type: 'string', describe: 'Seconds [default: as long as --timeout]' },
} as const;

const PLACE_OPTIONS = {
  ...PLACEMENT_OPTIONS,
  'place-count': { type: 'string', describe: 'N replicas in total, or +N more [default: that of its group]' },
  providers: { ...PLACEMENT_OPTIONS.providers, alias: 'p' },
  'drbd-diskless': { type: 'boolean', default: false, describe: 'Attachments without a disk instead of replicas' },
  ...WHAT_IF_OPTION,
  ...PROTOCOL_OPTION,
  ...ASYNC_OPTION,
} as const;

export function resourceDefinitionCommands(cli: Cli, session: Session): Cli {
  const kind = 'resource-definition';
  const withOptions = drbdOptionCommand(propertyCommands(cli, session, kind), session, kind, ALL_SCOPES);
  const changing = waitSync(modify(createListDelete(withOptions, session), session), session);
  return autoPlace(changing, session).demandCommand(1, 'A sub-command is missing.');
}

function createListDelete(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['create [name]', 'c'],
      'Define a resource',
      (y) => y.positional('name', { type: 'string' }).options(CREATE_OPTIONS),
      (argv) =>
        session.change(argv, `defining ${argv.name ?? argv['external-name'] ?? ''}`, () => {
          const externalName = argv['external-name'] ?? '';
          const nameless = argv.name === undefined && externalName !== '';
          const request = {
            name: nameless ? '' : parseName('resource', argv.name ?? ''),
            externalName,
            resourceGroupName: argv['resource-group'] ?? '',
            layers: parseWishes({ 'layer-list': argv['layer-list'] }).filter.layers ?? [],
            protocol: parseProtocol(argv.protocol),
            requestId: randomUUID(),
            ...given({ peerSlots: parsePeerSlots(argv['peer-slots']) }),
          };
          return (client) => client.call(client.resourceDefinitions, 'create', request);
        }),
    )
    .command(
      ['list', 'l'],
      'Resource definitions',
      (y) => y.options(LIST_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const request = { names: argv.resources ?? [] };
            return (await client.call(client.resourceDefinitions, 'list', request)).resourceDefinitions;
          },
          (definitions, style) => resourceDefinitionTable(definitions, style, argv['external-name']),
        ),
    )
    .command(
      ['delete <names..>', 'd'],
      'Delete definitions with all their volumes, replicas and data',
      (y) => y.positional('names', { type: 'string', array: true, demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `deleting ${argv.names.join(', ')}`, () => async (client) => {
          const answers = [];
          for (const name of argv.names) {
            const request = { name, async: argv.async, waitMs: session.waitMs(argv), requestId: randomUUID() };
            answers.push(...(await client.call(client.resourceDefinitions, 'delete', request)).answers);
          }
          return { answers };
        }),
    );
}

function autoPlace(cli: Cli, session: Session): Cli {
  return cli.command(
    ['auto-place <name>', 'ap'],
    'Let the controller choose nodes for replicas',
    (y) => y.positional('name', { type: 'string', demandOption: true }).options(PLACE_OPTIONS),
    (argv) =>
      session.change(argv, `placing ${argv.name}`, () => {
        const request = {
          resourceName: argv.name,
          ...parseWishes(argv),
          diskless: argv['drbd-diskless'],
          whatIf: argv['what-if'],
          protocol: parseProtocol(argv.protocol),
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.resources, 'autoPlace', request);
      }),
  );
}

function modify(cli: Cli, session: Session): Cli {
  return cli.command(
    ['modify <name>', 'm'],
    'Move a definition to another group, or change its peer slots',
    (y) => y.positional('name', { type: 'string', demandOption: true }).options(MODIFY_OPTIONS),
    (argv) =>
      session.change(argv, `changing ${argv.name}`, () => {
        const request = {
          name: argv.name,
          resourceGroupName: argv['resource-group'] ?? '',
          requestId: randomUUID(),
          ...given({ peerSlots: parsePeerSlots(argv['peer-slots']) }),
        };
        return (client) => client.call(client.resourceDefinitions, 'modify', request);
      }),
  );
}

function waitSync(cli: Cli, session: Session): Cli {
  return cli.command(
    ['wait-sync <name>', 'ws'],
    'Wait until all replicas are UpToDate',
    (y) => y.positional('name', { type: 'string', demandOption: true }).options(WAIT_OPTIONS),
    (argv) =>
      session.change(argv, `waiting for ${argv.name}`, () => {
        const longestMs = session.longestWaitMs(argv);
        const text = argv['wait-timeout'];
        const waitMs = text === undefined ? longestMs : 1000 * wholeNumber('--wait-timeout', text);
        const request = { name: argv.name, waitMs: Math.min(longestMs, waitMs) };
        return (client) => client.call(client.resourceDefinitions, 'waitSync', request);
      }),
  );
}
