/** One run of fio against an NBD server, and what it found. */
import { z } from 'zod';
import { OperationError } from '../common/errors.ts';
import { runTool } from './tools.ts';
import type { Workload } from './workloads.ts';

interface FioFigures {
  readonly iops: number;
  readonly bytesPerSecond: number;
  readonly bytes: number;
  /** Completion latency of one request; a flush of its own is not in it. */
  readonly p50Us: number;
  readonly p99Us: number;
}

const directionSchema = z.object({
  io_bytes: z.number(),
  bw_bytes: z.number(),
  iops: z.number(),
  clat_ns: z.object({ percentile: z.record(z.string(), z.number()).optional() }),
});
const outputSchema = z.object({
  jobs: z.tuple([z.object({ error: z.number(), read: directionSchema, write: directionSchema })]),
});

/** @param text of `--output-format=json`, possibly after lines of chatter. @throws OperationError INTERNAL. */
export function parseFioOutput(text: string): FioFigures {
  const parsed = outputSchema.safeParse(parseJson(text.slice(Math.max(0, text.search(/^\{/m)))));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new OperationError('INTERNAL', 'fio answered in an unknown form', {
      cause: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      correction: 'Use fio 3.x; its --output-format=json is expected.',
    });
  }
  const job = parsed.data.jobs[0];
  if (job.error !== 0) throw new OperationError('INTERNAL', `fio met the error ${job.error} of the server`);
  const side = job.write.io_bytes > 0 ? job.write : job.read;
  if (side.io_bytes === 0) throw new OperationError('INTERNAL', 'fio moved nothing: no request came back in time');
  return {
    iops: side.iops,
    bytesPerSecond: side.bw_bytes,
    bytes: side.io_bytes,
    p50Us: (side.clat_ns.percentile?.['50.000000'] ?? 0) / 1000,
    p99Us: (side.clat_ns.percentile?.['99.000000'] ?? 0) / 1000,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const HANG_MS = 60_000;
/** A fill on the slowest medium worth measuring still moves a megabyte per second. */
const FILL_MS_PER_MIB = 1_000;

const common = (uri: string, blockBytes: number, depth: number): string[] => [
  '--name=bench',
  '--ioengine=nbd',
  `--uri=${uri}`,
  `--bs=${blockBytes}`,
  `--iodepth=${depth}`,
  '--randrepeat=0',
  '--norandommap',
  '--output-format=json',
];

interface Target {
  readonly uri: string;
  readonly volumeMib: number;
  readonly signal: AbortSignal;
}

export async function measure(target: Target, workload: Workload, seconds: number): Promise<FioFigures> {
  const words = [
    ...common(target.uri, workload.blockBytes, workload.depth),
    `--rw=${workload.rw}`,
    `--size=${target.volumeMib}M`,
    '--time_based',
    `--runtime=${seconds}`,
    ...(workload.flushEach ? ['--fsync=1'] : []),
  ];
  const timeoutMs = seconds * 1000 + HANG_MS;
  return parseFioOutput(await runTool('fio', words, { signal: target.signal, timeoutMs }));
}

/** Writes the first `mib` of the volume once. */
export async function fill(target: Target, mib: number): Promise<FioFigures> {
  const words = [...common(target.uri, 1_048_576, 8), '--rw=write', `--size=${mib}M`];
  const timeoutMs = HANG_MS + mib * FILL_MS_PER_MIB;
  return parseFioOutput(await runTool('fio', words, { signal: target.signal, timeoutMs }));
}
