/** `lockstep node-connection` and `lockstep resource-connection`: what is set for two nodes, and the ways between them. */
import { randomUUID } from 'node:crypto';
import type { Connection__Output } from '../../proto/gen/lockstep/v1/Connection.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { ASYNC_OPTION, type Cli, SHOW_OPTIONS } from '../options.ts';
import {
  nodeConnectionTable,
  pathProperties,
  propertyTable,
  resourceConnectionTable,
} from '../render/property-lists.ts';
import type { Session } from '../session.ts';
import { peerOptionCommand } from './drbd-options.ts';
import { namesUsage, ownerOf, propertyCommands, withNames } from './properties.ts';

type ConnectionKind = 'node-connection' | 'resource-connection';

export function nodeConnectionCommands(cli: Cli, session: Session): Cli {
  return common(cli, session, 'node-connection')
    .command(
      ['list [node] [other-node]', 'l'],
      'Pairs of nodes for which something is set',
      (y) =>
        y.positional('node', { type: 'string' }).positional('other-node', { type: 'string' }).options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          (client) =>
            connections(
              client,
              '',
              [argv.node, argv['other-node']].filter((name) => name !== undefined),
            ),
          nodeConnectionTable,
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

export function resourceConnectionCommands(cli: Cli, session: Session): Cli {
  return common(cli, session, 'resource-connection')
    .command(
      ['list <resource>', 'l'],
      'All pairs of replicas, and what is set for them',
      (y) => y.positional('resource', { type: 'string', demandOption: true }).options(SHOW_OPTIONS),
      (argv) => session.list(argv, (client) => connections(client, argv.resource, []), resourceConnectionTable),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

const common = (cli: Cli, session: Session, kind: ConnectionKind): Cli =>
  peerOptionCommand(propertyCommands(cli, session, kind), session, kind).command(
    ['path', 'p'],
    'Which network interfaces are used',
    (y) => pathCommands(y, session, kind),
    () => undefined,
  );

async function connections(
  client: ControllerClient,
  resource: string,
  nodeNames: string[],
): Promise<readonly Connection__Output[]> {
  const request = { resourceNames: resource === '' ? [] : [resource], nodeNames };
  return (await client.call(client.connections, 'list', request)).connections;
}

function pathCommands(cli: Cli, session: Session, kind: ConnectionKind): Cli {
  const names = namesUsage(kind);
  const address = (argv: Readonly<Record<string, unknown>>) => {
    const { nodeName = '', otherNodeName = '', resourceName = '' } = ownerOf(kind, argv);
    return { resourceName, nodeA: nodeName, nodeB: otherNodeName };
  };
  return pathChanges(cli, session, kind, address)
    .command(
      [`list ${names}`, 'l'],
      'Paths of a connection',
      (y) => withNames(y, kind).options(SHOW_OPTIONS),
      (argv) =>
        session.list(
          argv,
          async (client) => {
            const { resourceName, nodeA, nodeB } = address(argv);
            return pathProperties(await connections(client, resourceName, [nodeA, nodeB]));
          },
          propertyTable,
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

function pathChanges(
  cli: Cli,
  session: Session,
  kind: ConnectionKind,
  address: (argv: Readonly<Record<string, unknown>>) => { resourceName: string; nodeA: string; nodeB: string },
): Cli {
  const names = namesUsage(kind);
  return cli
    .command(
      [`create ${names} <path> <interface> <other-interface>`, 'c'],
      'Replicate through these interfaces of the two nodes',
      (y) =>
        withNames(y, kind)
          .positional('path', { type: 'string', demandOption: true })
          .positional('interface', { type: 'string', demandOption: true, describe: 'Of the first node' })
          .positional('other-interface', { type: 'string', demandOption: true, describe: 'Of the second node' })
          .options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `creating path ${argv.path}`, () => {
          const request = {
            ...address(argv),
            pathName: argv.path,
            interfaceA: argv.interface,
            interfaceB: argv['other-interface'],
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.connections, 'createPath', request);
        }),
    )
    .command(
      [`delete ${names} <path>`, 'd'],
      'Forget a path',
      (y) => withNames(y, kind).positional('path', { type: 'string', demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(argv, `deleting path ${argv.path}`, () => {
          const request = {
            ...address(argv),
            pathName: argv.path,
            async: argv.async,
            waitMs: session.waitMs(argv),
            requestId: randomUUID(),
          };
          return (client) => client.call(client.connections, 'deletePath', request);
        }),
    );
}
