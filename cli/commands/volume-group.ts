/** `lockstep volume-group`: the volumes that resources of a group have. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { given, parseVolumeNumber } from '../arguments.ts';
import { type Cli, SHOW_OPTIONS } from '../options.ts';
import { volumeGroupTable } from '../render/group-lists.ts';
import { drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import type { Session } from '../session.ts';

const CREATE_OPTIONS = {
  vlmnr: { alias: 'n', type: 'string', describe: 'Volume number; default: the lowest free one' },
  gross: { type: 'boolean', default: false, describe: 'Sizes given for it include the metadata' },
} as const;

const named = { type: 'string', demandOption: true } as const;

export function volumeGroupCommands(cli: Cli, session: Session): Cli {
  const kind = 'volume-group';
  const withOptions = drbdOptionCommand(propertyCommands(cli, session, kind), session, kind, ['disk']);
  return createAndDelete(withOptions, session)
    .command(
      ['list <group>', 'l'],
      'Volume groups of a resource group',
      (y) => y.positional('group', named).options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const { resourceGroups } = await client.call(client.resourceGroups, 'list', { names: [argv.group] });
            const [group] = resourceGroups;
            if (group !== undefined) return group.volumeGroups;
            throw new OperationError('RESOURCE_GROUP_NOT_FOUND', `There is no resource group "${argv.group}"`, {
              correction: 'See: lockstep resource-group list',
            });
          },
          volumeGroupTable,
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function createAndDelete(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['create <group>', 'c'],
      'Add a volume to a resource group',
      (y) => y.positional('group', named).options(CREATE_OPTIONS),
      (argv) =>
        session.change(argv, `adding a volume to ${argv.group}`, () => {
          const number = argv.vlmnr === undefined ? undefined : parseVolumeNumber(argv.vlmnr);
          const request = {
            groupName: argv.group,
            gross: argv.gross,
            requestId: randomUUID(),
            ...given({ volumeNumber: number }),
          };
          return (client) => client.call(client.resourceGroups, 'createVolumeGroup', request);
        }),
    )
    .command(
      ['delete <group> <number>', 'd'],
      'Take a volume away from a resource group',
      (y) => y.positional('group', named).positional('number', named),
      (argv) =>
        session.change(argv, `deleting volume group ${argv.group}/${argv.number}`, () => {
          const request = {
            groupName: argv.group,
            volumeNumber: parseVolumeNumber(argv.number),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.resourceGroups, 'deleteVolumeGroup', request);
        }),
    );
}
