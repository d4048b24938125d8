/**
 * `verify`, `invalidate`, `invalidate-remote`: what compares replicas and makes one anew. Of all volumes, or one with --volume.
 * They return when it has begun; `status` and `events2` show how far it is.
 */
import type { Argv } from 'yargs';
import type { AdminGlobals } from './globals.ts';

type ReplicaCommand = 'verify' | 'invalidate' | 'invalidate-remote';
type Run = (globals: AdminGlobals, command: ReplicaCommand, args: Readonly<Record<string, unknown>>) => Promise<void>;

const VOLUME = { volume: { type: 'number', describe: 'Only this volume' } } as const;
const RESET_BITMAP = {
  'reset-bitmap': {
    type: 'boolean',
    default: true,
    describe: 'All blocks; with no, only those that are marked, as after a verify',
  },
} as const;

export function replicaCommands(cli: Argv<AdminGlobals>, run: Run): Argv<AdminGlobals> {
  return cli
    .command(
      'verify <resource> <peer>',
      'Compare the data with that of a peer, and mark what differs',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('peer', { type: 'string', demandOption: true })
          .options(VOLUME)
          .option('start', { type: 'number', describe: 'First byte; otherwise where the last one was broken off' })
          .option('stop', { type: 'number', describe: 'The byte to stop before' }),
      (argv) => {
        const { resource, peer, volume, start, stop } = argv;
        return run(argv, 'verify', given({ resource, peer, volume, start, stop }));
      },
    )
    .command(
      'invalidate <resource>',
      'Give up the data on this node, and copy it from a peer',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .options({ ...VOLUME, ...RESET_BITMAP })
          .option('peer', { type: 'string', describe: 'Copy from this node; otherwise from the best one' }),
      (argv) => {
        const { resource, peer, volume, resetBitmap } = argv;
        return run(argv, 'invalidate', given({ resource, peer, volume, resetBitmap }));
      },
    )
    .command(
      'invalidate-remote <resource> <peer>',
      'Give up the data on a peer, and copy it from this node',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('peer', { type: 'string', demandOption: true })
          .options({ ...VOLUME, ...RESET_BITMAP }),
      (argv) => {
        const { resource, peer, volume, resetBitmap } = argv;
        return run(argv, 'invalidate-remote', given({ resource, peer, volume, resetBitmap }));
      },
    );
}

/** Without what was not said. */
const given = (args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
