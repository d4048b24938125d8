/** `lockstep key-value-store`: free maps for integrations. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { type Cli, SHOW_OPTIONS } from '../options.ts';
import { keyValueStoreTable, propertyTable } from '../render/property-lists.ts';
import type { Session } from '../session.ts';
import { pairs } from './properties.ts';

export function keyValueStoreCommands(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['list', 'l'],
      'Names of the stores',
      (y) => y.options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => (await client.call(client.keyValueStores, 'list', {})).keyValueStores,
          keyValueStoreTable,
        ),
    )
    .command(
      ['show <store>', 's'],
      'What is in a store',
      (y) => y.positional('store', { type: 'string', demandOption: true }).options(SHOW_OPTIONS),
      (argv) => session.list(argv, (client) => content(client, argv.store), propertyTable),
    )
    .command(
      ['modify <store> <key> [value]', 'm'],
      'Set a key; without a value it is deleted',
      (y) =>
        y
          .positional('store', { type: 'string', demandOption: true })
          .positional('key', { type: 'string', demandOption: true })
          .positional('value', { type: 'string', describe: 'None: delete the key' }),
      (argv) =>
        session.change(argv, `changing ${argv.store}`, () => {
          const { store: name, key, value = '' } = argv;
          const change = value === '' ? { deleteProps: [key] } : { overrideProps: { [key]: value } };
          const request = { name, ...change, requestId: randomUUID() };
          return (client) => client.call(client.keyValueStores, 'modify', request);
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

async function content(client: ControllerClient, name: string) {
  const { keyValueStores } = await client.call(client.keyValueStores, 'list', { names: [name] });
  const [found] = keyValueStores;
  if (found !== undefined) return pairs(found.props);
  throw new OperationError('KEY_VALUES_NOT_FOUND', `There is no key-value store "${name}"`, {
    correction: 'Look at: lockstep key-value-store list',
  });
}
