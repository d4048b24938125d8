/** `lockstep volume-definition`: number and size of the volumes of a resource. */
import { randomUUID } from 'node:crypto';
import { given, parseVolumeNumber } from '../arguments.ts';
import { ASYNC_OPTION, type Cli, SHOW_OPTIONS, RESOURCES_FILTER } from '../options.ts';
import { drbdOptionCommand } from './drbd-options.ts';
import { propertyCommands } from './properties.ts';
import { volumeDefinitionTable } from '../render/lists.ts';
import type { Session } from '../session.ts';
import { parseSize } from '../size-argument.ts';

const CREATE_OPTIONS = {
  vlmnr: { alias: 'n', type: 'string', describe: 'Volume number; default: the lowest free one' },
  'bitmap-block-size': { type: 'string', describe: 'What one bit of the bitmap stands for, 4K to 1M [default: 4K]' },
  ...ASYNC_OPTION,
} as const;

export function volumeDefinitionCommands(cli: Cli, session: Session): Cli {
  const kind = 'volume-definition';
  const withOptions = drbdOptionCommand(propertyCommands(cli, session, kind), session, kind, ['disk']);
  return setSizeCommand(withOptions, session)
    .command(
      ['create <resource> <size>', 'c'],
      'Add a volume to a resource definition',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('size', {
            type: 'string',
            demandOption: true,
            describe: '10G, 512MiB, 20GB, 4096S; no unit: GiB',
          })
          .options(CREATE_OPTIONS),
      (argv) =>
        session.change(argv, `adding a volume to ${argv.resource}`, () => {
          const blockSize = argv['bitmap-block-size'];
          const request = {
            resourceName: argv.resource,
            sizeKib: parseSize(argv.size),
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
            ...given({
              volumeNumber: argv.vlmnr === undefined ? undefined : parseVolumeNumber(argv.vlmnr),
              blockBytes: blockSize === undefined ? undefined : parseSize(blockSize) * 1024,
            }),
          };
          return (client) => client.call(client.volumeDefinitions, 'create', request);
        }),
    )
    .command(
      ['list', 'l'],
      'Volume definitions and their sizes',
      (y) => y.options({ ...RESOURCES_FILTER, ...SHOW_OPTIONS }),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const request = { resourceNames: argv.resources ?? [] };
            return (await client.call(client.volumeDefinitions, 'list', request)).volumeDefinitions;
          },
          volumeDefinitionTable,
        ),
    )
    .command(
      ['delete <resource> <number>', 'd'],
      'Delete a volume and its data on all nodes',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('number', { type: 'string', demandOption: true })
          .options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `deleting volume ${argv.resource}/${argv.number}`, () => {
          const request = {
            resourceName: argv.resource,
            volumeNumber: parseVolumeNumber(argv.number),
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.volumeDefinitions, 'delete', request);
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function setSizeCommand(cli: Cli, session: Session): Cli {
  return cli.command(
    ['set-size <resource> <number> <size>', 'ss'],
    'Make a volume larger on all nodes, while it is in use',
    (y) =>
      y
        .positional('resource', { type: 'string', demandOption: true })
        .positional('number', { type: 'string', demandOption: true })
        .positional('size', {
          type: 'string',
          demandOption: true,
          describe: '10G, 512MiB, 20GB, 4096S; no unit: GiB',
        })
        .options(ASYNC_OPTION),
    (argv) =>
      session.change(argv, `resizing volume ${argv.resource}/${argv.number}`, () => {
        const request = {
          resourceName: argv.resource,
          volumeNumber: parseVolumeNumber(argv.number),
          sizeKib: parseSize(argv.size),
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.volumeDefinitions, 'setSize', request);
      }),
  );
}
