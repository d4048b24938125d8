/** The course of one benchmark on one medium: everyone set up and filled, then round by round, competitors in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asOperationError } from '../common/errors.ts';
import type { BenchOptions } from './arguments.ts';
import { type Competitor, LockstepCluster, startNbdkit, startQemuNbd } from './competitors.ts';
import { CpuClock } from './cpu-time.ts';
import { fill, measure } from './fio.ts';
import { describeMedium, foreignLoad, type Load, requireSpace } from './machine.ts';
import { probeMachine } from './probes.ts';
import type { CopySample, MediumResult, Sample } from './report.ts';
import { CopyPair, measureResync, settleWrites } from './resync.ts';
import type { Workload } from './workloads.ts';

/** Three replicas, two files of the others. */
const COPIES = 5;
/** Metadata, logs, the file of a probe. */
const EXTRA_MIB = 512;

/** Others on the machine took this much of a core: ratios still hold, absolute figures do not. */
const LOADED_CORES = 0.3;

type Say = (line: string) => void;

/** @throws OperationError when somebody cannot be set up; a measurement that fails is noted and the rest goes on. */
export async function runOnMedium(
  parent: string,
  options: BenchOptions,
  signal: AbortSignal,
  say: Say,
): Promise<MediumResult> {
  const { volumeMib, resyncMib, addressBase } = options;
  await requireSpace(parent, COPIES * volumeMib + 2 * resyncMib + EXTRA_MIB);
  // Short: the cluster keeps Unix sockets in there.
  const dir = await mkdtemp(join(parent, 'lsbench-'));
  const medium = { ...(await describeMedium(dir, signal)), dir: parent };
  say(`on ${parent} (${medium.fileSystem})`);
  const toStop: { stop(): Promise<void> }[] = [];
  const kept = <T extends { stop(): Promise<void> }>(started: T): T => {
    toStop.push(started);
    return started;
  };
  try {
    const probes = await probeMachine(dir);
    const cluster = kept(await LockstepCluster.start({ dir, volumeMib, addressBase, signal }));
    const competitors = [
      cluster,
      kept(await startNbdkit(join(dir, 'nbdkit'), volumeMib)),
      kept(await startQemuNbd(join(dir, 'qemu-nbd'), volumeMib)),
    ];
    for (const { name, uri } of competitors) {
      say(`filling the volume of ${name}`);
      await fill({ uri, volumeMib, signal }, volumeMib);
    }
    const pair = options.selection.resync ? kept(await CopyPair.start(dir, resyncMib, signal)) : undefined;
    const course = new Course({ options, competitors, clock: await CpuClock.start(signal), dir, signal, say });
    for (let round = 1; round <= options.rounds; round++) {
      course.loads.push(await foreignLoad());
      for (const workload of options.selection.workloads) await course.everyone(workload, round);
      if (pair !== undefined) await course.copy(cluster, pair, round);
    }
    const { samples, copySamples, failures, loads } = course;
    const loaded = loads.some((load) => load.busyCores >= LOADED_CORES);
    return { medium, probes, loaded, foreignLoad: loads, samples, copies: copySamples, failures };
  } finally {
    for (const started of toStop.reverse()) await started.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface CourseSetting {
  readonly options: BenchOptions;
  readonly competitors: readonly Competitor[];
  readonly clock: CpuClock;
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly say: Say;
}

class Course {
  readonly samples: Sample[] = [];
  readonly copySamples: CopySample[] = [];
  readonly failures: string[] = [];
  readonly loads: Load[] = [];
  private readonly options: BenchOptions;
  private readonly competitors: readonly Competitor[];
  private readonly clock: CpuClock;
  private readonly dir: string;
  private readonly signal: AbortSignal;
  private readonly say: Say;

  constructor(setting: CourseSetting) {
    this.options = setting.options;
    this.competitors = setting.competitors;
    this.clock = setting.clock;
    this.dir = setting.dir;
    this.signal = setting.signal;
    this.say = setting.say;
  }

  /** Another one begins in each round: who comes first meets a cooler machine. */
  async everyone(workload: Workload, round: number): Promise<void> {
    const first = round % this.competitors.length;
    for (const competitor of [...this.competitors.slice(first), ...this.competitors.slice(0, first)]) {
      await this.noting(`round ${round}: ${workload.id} ${competitor.name}`, async () => {
        const sample = await this.one(workload, competitor, round);
        this.samples.push(sample);
        return workload.unit === 'IOPS'
          ? `${Math.round(sample.iops)} IOPS, p50 ${Math.round(sample.p50Us)} µs`
          : `${Math.round(sample.bytesPerSecond / 1e6)} MB/s`;
      });
    }
  }

  private async one(workload: Workload, competitor: Competitor, round: number): Promise<Sample> {
    const { volumeMib, seconds } = this.options;
    await settleWrites(this.dir, this.signal);
    const pids = await competitor.pids();
    const serverBefore = this.clock.secondsOf(pids);
    const clientBefore = this.clock.secondsOfEndedChildren();
    const figures = await measure({ uri: competitor.uri, volumeMib, signal: this.signal }, workload, seconds);
    return {
      workload: workload.id,
      competitor: competitor.name,
      round,
      ...figures,
      serverCpuSeconds: this.clock.secondsOf(pids) - serverBefore,
      clientCpuSeconds: this.clock.secondsOfEndedChildren() - clientBefore,
    };
  }

  async copy(cluster: LockstepCluster, pair: CopyPair, round: number): Promise<void> {
    const { resyncMib } = this.options;
    await this.noting(`round ${round}: resync of ${resyncMib} MiB`, async () => {
      const figures = await measureResync(cluster, resyncMib, this.clock, this.signal);
      this.copySamples.push({ what: 'resync', round, ...figures });
      return `${Math.round(figures.bytes / figures.seconds / 1e6)} MB/s`;
    });
    await this.noting(`round ${round}: nbdcopy of ${resyncMib} MiB`, async () => {
      const figures = await pair.measure(resyncMib, this.clock, this.signal);
      this.copySamples.push({ what: 'nbdcopy', round, ...figures });
      return `${Math.round(figures.bytes / figures.seconds / 1e6)} MB/s`;
    });
  }

  private async noting(what: string, work: () => Promise<string>): Promise<void> {
    try {
      this.say(`${what}: ${await work()}`);
    } catch (error) {
      if (this.signal.aborted) throw error;
      const { message, because } = asOperationError(error);
      this.failures.push(`${what}: ${message}${because === undefined ? '' : ` (${because})`}`);
      this.say(`${what}: FAILED: ${message}${because === undefined ? '' : `\n  ${because}`}`);
    }
  }
}
