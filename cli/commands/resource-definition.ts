/** `lockstep resource-definition`: the replicated thing, without a place. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { given, parsePlaceCount, parseProtocol } from '../arguments.ts';
import { ASYNC_OPTION, type Cli, PASTABLE_OPTION, PROTOCOL_OPTION, RESOURCES_FILTER } from '../options.ts';
import { ALL_SCOPES, drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import { resourceDefinitionTable } from '../render/lists.ts';
import type { Session } from '../session.ts';

const CREATE_OPTIONS = {
  'peer-slots': { type: 'number', describe: 'How many diskful peers a replica can have, 1 to 31 [default: 7]' },
  ...PROTOCOL_OPTION,
} as const;

const PLACE_OPTIONS = {
  'place-count': { type: 'string', default: '', describe: 'N replicas in total, or +N more [default: 2]' },
  'storage-pool': { alias: 's', type: 'string', array: true, describe: 'Only these pools' },
  ...PROTOCOL_OPTION,
  ...ASYNC_OPTION,
} as const;

export function resourceDefinitionCommands(cli: Cli, session: Session): Cli {
  const kind = 'resource-definition';
  const withOptions = drbdOptionCommand(propertyCommands(cli, session, kind), session, kind, ALL_SCOPES);
  return autoPlace(createListDelete(withOptions, session), session).demandCommand(1, 'A sub-command is missing.');
}

function createListDelete(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['create <name>', 'c'],
      'Define a resource',
      (y) => y.positional('name', { type: 'string', demandOption: true }).options(CREATE_OPTIONS),
      (argv) =>
        session.change(argv, `defining ${argv.name}`, () => {
          const request = {
            name: parseName('resource', argv.name),
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
      (y) => y.options({ ...RESOURCES_FILTER, ...PASTABLE_OPTION }),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const request = { names: argv.resources ?? [] };
            return (await client.call(client.resourceDefinitions, 'list', request)).resourceDefinitions;
          },
          resourceDefinitionTable,
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
          ...parsePlaceCount(argv['place-count']),
          storagePoolNames: argv['storage-pool'] ?? [],
          protocol: parseProtocol(argv.protocol),
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.resources, 'autoPlace', request);
      }),
  );
}

function parsePeerSlots(value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= 31)) return value;
  throw new OperationError('INVALID_ARGUMENT', '--peer-slots takes a number from 1 to 31');
}
