/** `lockstep node evacuate | restore | lost`: nodes that go and come back. */
import { randomUUID } from 'node:crypto';
import { ASYNC_OPTION, type Cli } from '../options.ts';
import type { Session } from '../session.ts';

const EVACUATE_OPTIONS = {
  target: { type: 'string', array: true, describe: 'Only these nodes may take the replicas' },
  'do-not-target': { type: 'string', array: true, describe: 'These nodes may not' },
} as const;

export function nodeLifeCycle(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['evacuate <name>', 'evac'],
      'Move all replicas of a node elsewhere; add before remove',
      (y) => y.positional('name', { type: 'string', demandOption: true }).options(EVACUATE_OPTIONS),
      (argv) =>
        session.change(argv, `evacuating node ${argv.name}`, () => {
          const request = {
            name: argv.name,
            targets: argv.target ?? [],
            notTargets: argv['do-not-target'] ?? [],
            requestId: randomUUID(),
          };
          return (client) => client.call(client.nodes, 'evacuate', request);
        }),
    )
    .command(
      ['restore <name>', 'rst'],
      'Take back an evacuation or an eviction',
      (y) => y.positional('name', { type: 'string', demandOption: true }),
      (argv) =>
        session.change(
          argv,
          `restoring node ${argv.name}`,
          () => (client) => client.call(client.nodes, 'restore', { name: argv.name, requestId: randomUUID() }),
        ),
    )
    .command(
      ['reconnect <names..>', 'rc'],
      'End the connections to satellites and make them anew',
      (y) => y.positional('names', { type: 'string', array: true, demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(
          argv,
          `connecting ${argv.names.join(', ')} anew`,
          () => (client) => client.call(client.nodes, 'reconnect', { names: argv.names, async: argv.async }),
        ),
    )
    .command(
      ['lost <name>', 'lo'],
      'Give up a node that will not return, with everything on it',
      (y) => y.positional('name', { type: 'string', demandOption: true }).options(ASYNC_OPTION),
      (argv) =>
        session.change(
          argv,
          `giving up node ${argv.name}`,
          () => (client) =>
            client.call(client.nodes, 'lost', { name: argv.name, async: argv.async, requestId: randomUUID() }),
        ),
    );
}
