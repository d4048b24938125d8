/** `lockstep node`: types, network interfaces, and what a node has. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '../../common/errors.ts';
import type { Node__Output } from '../../proto/gen/lockstep/v1/Node.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { given, parsePort } from '../arguments.ts';
import { type Cli, NODES_FILTER, SHOW_OPTIONS } from '../options.ts';
import { describeNodes } from '../render/node-tree.ts';
import { interfaceTable, nodeInfoTables } from '../render/property-lists.ts';
import type { Session } from '../session.ts';

const ADDRESS_OPTIONS = {
  port: { alias: 'p', type: 'number', describe: 'gRPC port of the satellite on this interface' },
  'communication-type': { type: 'string', choices: ['plain', 'PLAIN'], default: 'plain', describe: 'plain' },
  active: { type: 'boolean', default: false, describe: 'The controller reaches the satellite through it' },
} as const;

const MODIFY_OPTIONS = {
  'node-type': {
    type: 'string',
    demandOption: true,
    describe: 'Satellite, Combined, Controller or Auxiliary',
  },
} as const;

export function nodeMoreCommands(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['modify <name>', 'm'],
      'Another type of node',
      (y) => y.positional('name', { type: 'string', demandOption: true }).options(MODIFY_OPTIONS),
      (argv) =>
        session.change(argv, `modifying node ${argv.name}`, () => {
          const request = { name: argv.name, type: argv['node-type'], requestId: randomUUID() };
          return (client) => client.call(client.nodes, 'modify', request);
        }),
    )
    .command(
      'info',
      'What the satellites can do',
      (y) => y.options({ ...NODES_FILTER, ...SHOW_OPTIONS }),
      (argv) => session.list(argv, (client) => nodesOf(client, argv.nodes ?? []), nodeInfoTables),
    )
    .command(
      ['describe [name]', 'dsc'],
      'What a node has, as a tree',
      (y) => y.positional('name', { type: 'string' }).options(SHOW_OPTIONS),
      (argv) => session.list(argv, (client) => parts(client, argv.name), describeNodes),
    )
    .command(
      ['interface', 'i'],
      'Network interfaces of a node',
      (y) => interfaceCommands(y, session),
      () => undefined,
    );
}

const nodesOf = async (client: ControllerClient, names: string[]): Promise<readonly Node__Output[]> =>
  (await client.call(client.nodes, 'list', { names })).nodes;

export async function requireNode(client: ControllerClient, name: string): Promise<Node__Output> {
  const [node] = await nodesOf(client, [name]);
  if (node !== undefined) return node;
  throw new OperationError('NODE_NOT_FOUND', `There is no node "${name}"`, {
    correction: 'Look at: lockstep node list',
  });
}

async function parts(client: ControllerClient, name: string | undefined) {
  const names = name === undefined ? [] : [(await requireNode(client, name)).name];
  const [nodes, pools, resources] = await Promise.all([
    nodesOf(client, names),
    client.call(client.storagePools, 'list', { nodeNames: names }),
    client.call(client.resources, 'list', { nodeNames: names }),
  ]);
  return nodes.map((node) => ({
    node,
    storagePools: pools.storagePools.filter(({ nodeName }) => nodeName === node.name),
    resources: resources.resources.filter(({ nodeName }) => nodeName === node.name),
  }));
}

function interfaceCommands(cli: Cli, session: Session): Cli {
  return interfaceChanges(cli, session)
    .command(
      ['list <node>', 'l'],
      'Network interfaces of a node',
      (y) => y.positional('node', { type: 'string', demandOption: true }).options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => (await requireNode(client, argv.node)).interfaces,
          (interfaces, style) => interfaceTable(argv.node)(interfaces, style),
        ),
    )
    .command(
      ['delete <node> <interface>', 'd'],
      'Forget a network interface',
      (y) =>
        y
          .positional('node', { type: 'string', demandOption: true })
          .positional('interface', { type: 'string', demandOption: true }),
      (argv) =>
        session.change(argv, `deleting network interface ${argv.interface}`, () => {
          const request = { nodeName: argv.node, name: argv.interface, requestId: randomUUID() };
          return (client) => client.call(client.nodes, 'deleteInterface', request);
        }),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function interfaceChanges(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['create <node> <interface> <ip>', 'c'],
      'Another address of a node',
      (y) =>
        y
          .positional('node', { type: 'string', demandOption: true })
          .positional('interface', { type: 'string', demandOption: true })
          .positional('ip', { type: 'string', demandOption: true })
          .options(ADDRESS_OPTIONS),
      (argv) =>
        session.change(argv, `creating network interface ${argv.interface}`, () => {
          const request = {
            nodeName: argv.node,
            name: argv.interface,
            address: argv.ip,
            active: argv.active,
            requestId: randomUUID(),
            ...given({ satellitePort: parsePort('port', argv.port) }),
          };
          return (client) => client.call(client.nodes, 'createInterface', request);
        }),
    )
    .command(
      ['modify <node> <interface>', 'm'],
      'Another address or port, or make it the active one',
      (y) =>
        y
          .positional('node', { type: 'string', demandOption: true })
          .positional('interface', { type: 'string', demandOption: true })
          .option('ip', { type: 'string', describe: 'New address' })
          .options(ADDRESS_OPTIONS),
      (argv) =>
        session.change(argv, `modifying network interface ${argv.interface}`, () => {
          const request = {
            nodeName: argv.node,
            name: argv.interface,
            address: argv.ip ?? '',
            active: argv.active,
            requestId: randomUUID(),
            ...given({ satellitePort: parsePort('port', argv.port) }),
          };
          return (client) => client.call(client.nodes, 'modifyInterface', request);
        }),
    );
}
