/** The command line of the benchmark. */
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OperationError } from '../common/errors.ts';
import { type Selection, selectWorkloads } from './workloads.ts';

export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly volumeMib: number;
  readonly resyncMib: number;
  /** Directories on the media to measure, one after the other. */
  readonly media: readonly string[];
  readonly selection: Selection;
  readonly addressBase: string;
  readonly output: string | undefined;
}

type BenchRequest =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly options: BenchOptions };

const FULL = { rounds: 3, seconds: 4, volumeMib: 1024, resyncMib: 512 } as const;
const QUICK = { rounds: 1, seconds: 1, volumeMib: 128, resyncMib: 64 } as const;

const OPTIONS = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  size: { type: 'string' },
  'resync-size': { type: 'string' },
  dir: { type: 'string' },
  tmpfs: { type: 'string' },
  only: { type: 'string' },
  'address-base': { type: 'string' },
  output: { type: 'string' },
  quick: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = `Figures of Lockstep beside nbdkit and qemu-nbd, from one run on one machine.

Usage: node dist/bench/main.js [options]
       node dist/bench/main.js sim [--quick]     figures of the simulator instead

  --rounds N          times that each measurement is made, competitors in turn (default: ${FULL.rounds})
  --seconds S         length of one fio run (default: ${FULL.seconds})
  --size MIB          volume (default: ${FULL.volumeMib})
  --resync-size MIB   what a satellite misses before it is started again (default: ${FULL.resyncMib})
  --dir DIR           where the volumes lie: decides the medium (default: ${tmpdir()})
  --tmpfs DIR         measure here too, for instance /dev/shm
  --only LIST         of W1 to W6 and resync, for instance W1,W4
  --address-base A    satellite N takes the loopback address A.N (default: 127.0.91)
  --output FILE       result as JSON (default: bench/results/<date>-<commit>.json)
  --quick             ${QUICK.rounds} round, ${QUICK.seconds} s, ${QUICK.volumeMib} MiB: to see that it works, not to compare
  -h, --help          this text

The table goes to standard output, progress to standard error. Slow results are results: they never fail the run.
`;

/** @throws OperationError INVALID_ARGUMENT. */
export function readArguments(argv: readonly string[]): BenchRequest {
  const values = parse(argv);
  if (values.help === true) return { kind: 'help', text: HELP };
  const usual = values.quick === true ? QUICK : FULL;
  const volumeMib = wholeNumber('size', values.size, usual.volumeMib, 16, 1_048_576);
  const media = [values.dir ?? tmpdir(), ...(values.tmpfs === undefined ? [] : [values.tmpfs])];
  return {
    kind: 'run',
    options: {
      rounds: wholeNumber('rounds', values.rounds, usual.rounds, 1, 1000),
      seconds: wholeNumber('seconds', values.seconds, usual.seconds, 1, 3600),
      volumeMib,
      resyncMib: wholeNumber('resync-size', values['resync-size'], Math.min(usual.resyncMib, volumeMib), 1, volumeMib),
      media: media.map((dir) => resolve(dir)),
      selection: selectWorkloads(values.only),
      addressBase: values['address-base'] ?? '127.0.91',
      output: values.output,
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string | undefined, usual: number, min: number, max: number): number {
  if (text === undefined) return usual;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalid(`--${flag} takes a whole number from ${min} to ${max}, not "${text}"`);
}

const invalid = (message: string): OperationError =>
  new OperationError('INVALID_ARGUMENT', message, { correction: 'See --help.' });
