/**
 * Resync speed: a satellite is killed, the volume overwritten, the satellite started, and its own log tells when it was
 * SyncTarget. Beside it nbdcopy moves as many bytes from one nbdkit to another: one read, one write, one hop.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { devKill, devStart, requireCluster } from '../cli/dev/cluster.ts';
import { assert } from '../common/assert.ts';
import { OperationError } from '../common/errors.ts';
import { type Competitor, type LockstepCluster, startNbdkit } from './competitors.ts';
import type { CpuClock } from './cpu-time.ts';
import { fill } from './fio.ts';
import { runTool } from './tools.ts';

interface CopyFigures {
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('replication'), time: z.number(), from: z.string(), to: z.string() }),
  z.object({ kind: z.literal('resync-end'), time: z.number(), side: z.string(), blocks: z.number() }),
]);

interface ResyncSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly blocks: number;
}

/** @param log of the target since its start. @returns undefined when it was no target, or still is one. */
export function resyncSpan(log: string): ResyncSpan | undefined {
  let startMs: number | undefined;
  let endMs: number | undefined;
  let blocks = 0;
  for (const line of log.split('\n')) {
    if (!line.startsWith('{')) continue;
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) continue;
    const entry = parsed.data;
    if (entry.kind === 'resync-end') {
      if (entry.side === 'target') blocks += entry.blocks;
    } else if (entry.to === 'SyncTarget') startMs ??= entry.time;
    else if (entry.from === 'SyncTarget') endMs = entry.time;
  }
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs, blocks };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const VICTIM = 'sat3';
const BLOCK_BYTES = 4096;
const SAMPLE_MS = 20;

/** @throws OperationError when the replicas do not come in sync, or nothing had to be moved. */
export async function measureResync(
  cluster: LockstepCluster,
  mib: number,
  clock: CpuClock,
  signal: AbortSignal,
): Promise<CopyFigures> {
  await devKill(cluster.dir, VICTIM);
  await fill({ uri: cluster.uri, volumeMib: mib, signal }, mib);
  await settleWrites(cluster.dir, signal);
  const { satellites } = await requireCluster(cluster.dir);
  const victim = satellites.find((satellite) => satellite.name === VICTIM);
  assert(victim !== undefined, 'the cluster has three satellites');
  const logOffset = (await stat(victim.logPath)).size;
  const samples: CpuSample[] = [];
  // The start of the process costs as much CPU as a small resync: what is counted are the samples within the span.
  const sample = async (): Promise<void> => {
    samples.push({ timeMs: Date.now(), seconds: clock.secondsOf(await cluster.pids()) });
  };
  let starting = true;
  const started = devStart(cluster.dir, VICTIM, signal).finally(() => {
    starting = false;
  });
  while (starting) {
    await sample();
    await Promise.race([started, delay(SAMPLE_MS)]);
  }
  await started;
  await cluster.untilHealthy(sample);
  await sample();
  const span = resyncSpan((await readFile(victim.logPath)).subarray(logOffset).toString('utf8'));
  if (span === undefined || span.blocks === 0) {
    throw new OperationError('INTERNAL', 'the log of the restarted satellite tells of no resync', {
      correction: `Look at ${victim.logPath}.`,
    });
  }
  return {
    bytes: span.blocks * BLOCK_BYTES,
    seconds: Math.max(1, span.endMs - span.startMs) / 1000,
    cpuSeconds: secondsWithin(samples, span),
  };
}

interface CpuSample {
  readonly timeMs: number;
  readonly seconds: number;
}

/** Growth from the last sample at or before the span to the first at or after it; the nearest ones where there is none. */
export function secondsWithin(samples: readonly CpuSample[], span: Omit<ResyncSpan, 'blocks'>): number {
  const before = samples.findLast((sample) => sample.timeMs <= span.startMs) ?? samples[0];
  const after = samples.find((sample) => sample.timeMs >= span.endMs) ?? samples.at(-1);
  return (after?.seconds ?? 0) - (before?.seconds ?? 0);
}

/** Two nbdkit servers with files of the same size, for nbdcopy between them. */
export class CopyPair {
  private readonly source: Competitor;
  private readonly target: Competitor;
  private readonly dir: string;

  private constructor(source: Competitor, target: Competitor, dir: string) {
    this.source = source;
    this.target = target;
    this.dir = dir;
  }

  static async start(dir: string, mib: number, signal: AbortSignal): Promise<CopyPair> {
    const source = await startNbdkit(join(dir, 'copy-source'), mib);
    const target = await startNbdkit(join(dir, 'copy-target'), mib);
    // Both full: a hole would not be copied, and a target that overwrites is what a resync is.
    for (const { uri } of [source, target]) await fill({ uri, volumeMib: mib, signal }, mib);
    return new CopyPair(source, target, dir);
  }

  async measure(mib: number, clock: CpuClock, signal: AbortSignal): Promise<CopyFigures> {
    await settleWrites(this.dir, signal);
    const pids = [...(await this.source.pids()), ...(await this.target.pids())];
    const cpu = (): number => clock.secondsOf(pids) + clock.secondsOfEndedChildren();
    const cpuBefore = cpu();
    const startedNs = process.hrtime.bigint();
    await runTool('nbdcopy', [this.source.uri, this.target.uri], { signal, timeoutMs: 600_000 });
    const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
    return { bytes: mib * 1_048_576, seconds, cpuSeconds: cpu() - cpuBefore };
  }

  async stop(): Promise<void> {
    await this.source.stop();
    await this.target.stop();
  }
}

/** What one competitor has left in the page cache must not be written back at the expense of the next. */
export async function settleWrites(dir: string, signal: AbortSignal): Promise<void> {
  await runTool('sync', ['--file-system', dir], { signal, timeoutMs: 600_000 });
}
