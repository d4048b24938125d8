/** `resize`, `grow-disk`, `bitmap-block-size`: what drbdadm has as `resize`, and what lies under it. */
import type { Argv } from 'yargs';
import { parseSize } from '../size-argument.ts';
import type { AdminGlobals } from './globals.ts';

type SizeCommand = 'resize' | 'grow-disk' | 'bitmap-block-size';
type Args = Readonly<Record<string, unknown>>;
type Run = (globals: AdminGlobals, command: SizeCommand, args: () => Args) => Promise<void>;

const VOLUME = { volume: { type: 'number', default: 0, describe: 'Of this volume' } } as const;
const bytesOf = (text: string): number => 1024 * parseSize(text);

export function sizeCommands(cli: Argv<AdminGlobals>, run: Run): Argv<AdminGlobals> {
  return cli
    .command(
      'resize <resource>',
      'Give the volume the size that all its disks hold, or another one',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .options(VOLUME)
          .option('size', { type: 'string', describe: 'Exactly this, for instance 20G' })
          .option('assume-clean', { type: 'boolean', default: false, describe: 'The new part is alike everywhere' })
          .option('assume-peer-has-space', {
            type: 'boolean',
            default: false,
            describe: 'Also while a replica is away',
          })
          .option('force', { type: 'boolean', default: false, describe: 'It may become smaller' }),
      (argv) =>
        run(argv, 'resize', () => {
          const { resource, volume, size, assumeClean, assumePeerHasSpace, force } = argv;
          const exactly = size === undefined ? {} : { sizeBytes: bytesOf(size) };
          return { resource, volume, ...exactly, assumeClean, assumePeerHasSpace, force };
        }),
    )
    .command(
      'grow-disk <resource> <size>',
      'Make the backing store of a volume on this node larger',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('size', { type: 'string', demandOption: true })
          .options(VOLUME),
      (argv) =>
        run(argv, 'grow-disk', () => ({
          resource: argv.resource,
          volume: argv.volume,
          sizeBytes: bytesOf(argv.size),
        })),
    )
    .command(
      'bitmap-block-size <resource> <size>',
      'What one bit of the bitmap on this node stands for: 4K to 1M',
      (y) =>
        y
          .positional('resource', { type: 'string', demandOption: true })
          .positional('size', { type: 'string', demandOption: true })
          .options(VOLUME),
      (argv) =>
        run(argv, 'bitmap-block-size', () => ({
          resource: argv.resource,
          volume: argv.volume,
          blockBytes: bytesOf(argv.size),
        })),
    );
}
