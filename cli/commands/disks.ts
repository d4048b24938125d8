/** `lockstep resource toggle-disk | migrate`: disks of replicas come, go and move. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import { ASYNC_OPTION, type Cli } from '../options.ts';
import type { Session } from '../session.ts';

const TOGGLE_OPTIONS = {
  'storage-pool': { alias: 's', type: 'string', describe: 'Pool of the new disk' },
  dflt: { alias: 'default-storage-pool', type: 'boolean', default: false, describe: 'The usual pool' },
  diskless: { alias: 'd', type: 'boolean', default: false, describe: 'Remove the disk' },
  'migrate-from': { type: 'string', describe: 'The replica of this node goes once the new one is UpToDate' },
  ...ASYNC_OPTION,
} as const;

const MIGRATE_OPTIONS = {
  'storage-pool': { alias: 's', type: 'string', describe: 'Pool on the new node [default: as on the old one]' },
  ...ASYNC_OPTION,
} as const;

export function diskCommands(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['toggle-disk <node> <resource>', 'td'],
      'Give a diskless replica a disk, or take the disk of one',
      (y) =>
        y
          .positional('node', { type: 'string', demandOption: true })
          .positional('resource', { type: 'string', demandOption: true })
          .options(TOGGLE_OPTIONS),
      (argv) =>
        session.change(argv, `changing the disk on ${argv.node}`, () => {
          if (argv.diskless && (argv['storage-pool'] !== undefined || argv['migrate-from'] !== undefined)) {
            throw new OperationError('INVALID_ARGUMENT', '--diskless goes with neither a pool nor --migrate-from');
          }
          const request = {
            resourceName: argv.resource,
            nodeName: argv.node,
            storagePoolName: argv['storage-pool'] ?? '',
            diskless: argv.diskless,
            migrateFrom: argv['migrate-from'] ?? '',
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.resources, 'toggleDisk', request);
        }),
    )
    .command(
      ['retry <resource> [nodes..]'],
      'Try at once what has failed on the satellites',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('nodes', { type: 'string', array: true, default: [] as string[] })
          .options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `trying ${argv.resource} again`, () => {
          const { resource: resourceName, nodes: nodeNames, async } = argv;
          const request = { resourceName, nodeNames, async, waitMs: session.waitMs(argv) };
          return (client) => client.call(client.resources, 'retry', request);
        }),
    )
    .command(
      ['migrate <from> <to> <resource>', 'mig'],
      'Move a replica to another node: the old one goes when the new one is UpToDate',
      (y) =>
        y
          .positional('from', { type: 'string', demandOption: true })
          .positional('to', { type: 'string', demandOption: true })
          .positional('resource', { type: 'string', demandOption: true })
          .options(MIGRATE_OPTIONS),
      (argv) =>
        session.change(argv, `moving ${argv.resource} to ${argv.to}`, () => {
          const request = {
            resourceName: argv.resource,
            fromNodeName: argv.from,
            toNodeName: argv.to,
            storagePoolName: argv['storage-pool'] ?? '',
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.resources, 'migrate', request);
        }),
    );
}
