/** `lockstep node`: machines that run a satellite. */
import { randomUUID } from 'node:crypto';
import { parseNodeName } from '../../common/ids.ts';
import { given, parsePort } from '../arguments.ts';
import { type Cli, NODES_FILTER, SHOW_OPTIONS, PROPS_OPTION } from '../options.ts';
import { nodeMoreCommands } from './node-more.ts';
import { propertyCommands } from './properties.ts';
import { nodeTable } from '../render/lists.ts';
import { propertyColumns } from '../render/property-columns.ts';
import type { Session } from '../session.ts';
import { nodeLifeCycle } from './node-life-cycle.ts';

const CREATE_OPTIONS = {
  port: { alias: 'p', type: 'number', describe: 'gRPC port of the satellite [default: 3366]' },
  'replication-port': { type: 'number', describe: 'Replication port [default: 7000]' },
  'nbd-port': { type: 'number', describe: 'NBD port [default: 10809]' },
  'node-type': { type: 'string', default: 'Satellite', describe: 'Satellite, Combined, Controller or Auxiliary' },
  'interface-name': { type: 'string', default: 'default', describe: 'Of the network interface with this address' },
  'communication-type': { type: 'string', choices: ['plain', 'PLAIN'], default: 'plain', describe: 'plain' },
} as const;

const LIST_OPTIONS = {
  ...PROPS_OPTION,
  ...SHOW_OPTIONS,
  'show-aux-props': { type: 'boolean', default: false, describe: 'A column with all properties below Aux/' },
} as const;

export function nodeCommands(cli: Cli, session: Session): Cli {
  return nodeLifeCycle(nodeMoreCommands(propertyCommands(cli, session, 'node'), session), session)
    .command(
      ['create <name> [ip]', 'c'],
      'Register a node and connect to its satellite',
      (y) =>
        y
          .positional('name', { type: 'string', demandOption: true, describe: 'Node name, as the satellite has it' })
          .positional('ip', { type: 'string', describe: 'Address of the satellite; default: the name' })
          .options(CREATE_OPTIONS),
      (argv) =>
        session.change(argv, `registering node ${argv.name}`, () => {
          const request = {
            name: parseNodeName(argv.name),
            address: argv.ip ?? argv.name,
            type: argv['node-type'],
            interfaceName: argv['interface-name'],
            requestId: randomUUID(),
            ...given({
              satellitePort: parsePort('port', argv.port),
              replicationPort: parsePort('replication-port', argv['replication-port']),
              nbdPort: parsePort('nbd-port', argv['nbd-port']),
            }),
          };
          return (client) => client.call(client.nodes, 'create', request);
        }),
    )
    .command(
      ['list', 'l'],
      'Nodes and whether they are online',
      (y) => y.options({ ...NODES_FILTER, ...LIST_OPTIONS }),
      (argv) =>
        session.list(
          argv,
          async (client) => (await client.call(client.nodes, 'list', { names: argv.nodes ?? [] })).nodes,
          (nodes, style) => nodeTable(nodes, style, propertyColumns(argv.props), argv['show-aux-props']),
        ),
    )
    .command(
      ['delete <name>', 'd'],
      'Forget a node that holds nothing',
      (y) => y.positional('name', { type: 'string', demandOption: true }),
      (argv) =>
        session.change(
          argv,
          `deleting node ${argv.name}`,
          () => (client) => client.call(client.nodes, 'delete', { name: argv.name, requestId: randomUUID() }),
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}
