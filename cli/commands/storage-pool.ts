/** `lockstep storage-pool`: where a node keeps its replicas. */
import { randomUUID } from 'node:crypto';
import { parseName } from '../../common/ids.ts';
import { lastAndBefore } from '../arguments.ts';
import { ASYNC_OPTION, type Cli, NODES_FILTER, SHOW_OPTIONS, POOLS_FILTER, PROPS_OPTION } from '../options.ts';
import { propertyCommands } from './properties.ts';
import { storagePoolTable } from '../render/lists.ts';
import { propertyColumns } from '../render/property-columns.ts';
import type { Session } from '../session.ts';

export function storagePoolCommands(cli: Cli, session: Session): Cli {
  return propertyCommands(cli, session, 'storage-pool')
    .command(
      ['create', 'c'],
      'Tell a node to keep replicas in a place',
      (y) => {
        let kinds: Cli = y;
        kinds = fileKind(kinds, session, 'file', 'FILE', 'Preallocated files in a directory');
        kinds = fileKind(kinds, session, 'filethin', 'FILE_THIN', 'Sparse files in a directory');
        return deviceKind(kinds, session).demandCommand(1, 'A sub-command is missing: file, filethin or device.');
      },
      () => undefined,
    )
    .command(
      ['list', 'l'],
      'Storage pools and their capacities',
      (y) => y.options({ ...NODES_FILTER, ...POOLS_FILTER, ...PROPS_OPTION, ...SHOW_OPTIONS }),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const request = { nodeNames: argv.nodes ?? [], names: argv['storage-pools'] ?? [] };
            return (await client.call(client.storagePools, 'list', request)).storagePools;
          },
          (pools, style) => storagePoolTable(pools, style, propertyColumns(argv.props)),
        ),
    )
    .command(
      ['delete <nodes-and-name..>', 'd'],
      'Forget an empty pool: NODE… NAME',
      (y) => y.positional('nodes-and-name', { type: 'string', array: true, demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, 'deleting the storage pool', () => {
          const { last: name, before: nodeNames } = lastAndBefore(
            argv['nodes-and-name'],
            'the name of the storage pool',
          );
          const request = { nodeNames, name, async: argv.async, waitMs: session.waitMs(argv), requestId: randomUUID() };
          return (client) => client.call(client.storagePools, 'delete', request);
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function fileKind(cli: Cli, session: Session, word: string, providerKind: string, text: string): Cli {
  return cli.command(
    `${word} <node> <name> <directory>`,
    text,
    (y) =>
      y
        .positional('node', { type: 'string', demandOption: true })
        .positional('name', { type: 'string', demandOption: true })
        .positional('directory', { type: 'string', demandOption: true, describe: 'Absolute path on the node' })
        .options(ASYNC_OPTION),
    (argv) =>
      session.change(argv, `creating storage pool ${argv.name} on ${argv.node}`, () => {
        const request = {
          nodeName: argv.node,
          name: parseName('storage-pool', argv.name),
          providerKind,
          directory: argv.directory,
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.storagePools, 'create', request);
      }),
  );
}

function deviceKind(cli: Cli, session: Session): Cli {
  return cli.command(
    'device <node> <name> <devices..>',
    'Block devices, partitions or LVM volumes: one per volume',
    (y) =>
      y
        .positional('node', { type: 'string', demandOption: true })
        .positional('name', { type: 'string', demandOption: true })
        .positional('devices', { type: 'string', array: true, demandOption: true, describe: 'Paths on the node' })
        .options(ASYNC_OPTION),
    (argv) =>
      session.change(argv, `creating storage pool ${argv.name} on ${argv.node}`, () => {
        const request = {
          nodeName: argv.node,
          name: parseName('storage-pool', argv.name),
          providerKind: 'DEVICE',
          devices: argv.devices,
          async: argv.async,
          waitMs: session.waitMs(argv),
          requestId: randomUUID(),
        };
        return (client) => client.call(client.storagePools, 'create', request);
      }),
  );
}
