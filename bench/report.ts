/** From samples to what people and later runs read: medians, ratios, the table, the JSON. */
import { renderTable } from '../cli/render/table.ts';
import type { Style } from '../cli/terminal.ts';
import { COMPETITORS, type CompetitorName } from './competitors.ts';
import type { Load, Machine, Medium } from './machine.ts';
import type { Probes } from './probes.ts';
import { median, ratio } from './statistics.ts';
import { WORKLOADS, type WorkloadId } from './workloads.ts';

export const GIB = 1_073_741_824;

/** One fio run. */
export interface Sample {
  readonly workload: WorkloadId;
  readonly competitor: CompetitorName;
  readonly round: number;
  readonly iops: number;
  readonly bytesPerSecond: number;
  readonly bytes: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly serverCpuSeconds: number;
  /** fio itself. */
  readonly clientCpuSeconds: number;
}

/** One resync of Lockstep, or one run of nbdcopy. */
export interface CopySample {
  readonly what: 'resync' | 'nbdcopy';
  readonly round: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface MediumResult {
  readonly medium: Medium;
  readonly probes: Probes;
  /** Others kept the machine busy: only ratios mean something. */
  readonly loaded: boolean;
  /** Before each round. */
  readonly foreignLoad: readonly Load[];
  readonly samples: readonly Sample[];
  readonly copies: readonly CopySample[];
  /** Measurements that ended with an error. */
  readonly failures: readonly string[];
}

export interface Result {
  readonly version: 1;
  readonly date: string;
  readonly commit: string;
  /** Of the code that served: differs from the commit's when the tree had changes. */
  readonly codeHash: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly secondsPerRun: number;
  readonly volumeMib: number;
  readonly resyncMib: number;
  readonly media: readonly MediumResult[];
}

interface Summary {
  readonly iops: number;
  readonly bytesPerSecond: number;
  readonly p50Us: number;
  /** Servers and client. */
  readonly cpuSecondsPerGib: number;
}

/** Medians over the rounds; undefined when no round succeeded. */
export function summarize(
  samples: readonly Sample[],
  workload: WorkloadId,
  competitor: CompetitorName,
): Summary | undefined {
  const own = samples.filter((sample) => sample.workload === workload && sample.competitor === competitor);
  if (own.length === 0) return undefined;
  return {
    iops: median(own.map((sample) => sample.iops)),
    bytesPerSecond: median(own.map((sample) => sample.bytesPerSecond)),
    p50Us: median(own.map((sample) => sample.p50Us)),
    cpuSecondsPerGib: median(
      own.map((sample) => ((sample.serverCpuSeconds + sample.clientCpuSeconds) * GIB) / sample.bytes),
    ),
  };
}

const COLUMNS = [
  { title: 'Workload' },
  { title: 'lockstep, 3 copies', align: 'right' },
  { title: 'nbdkit file, 1', align: 'right' },
  { title: 'qemu-nbd, 1', align: 'right' },
  { title: '/ nbdkit', align: 'right' },
  { title: '/ qemu-nbd', align: 'right' },
  { title: 'CPU s/GiB', align: 'right' },
] as const;

/** Cells: IOPS (p50 µs) or MB/s; ratios of Lockstep to the others; CPU of all three in the order of the columns. */
export function resultTable(result: MediumResult, style: Style): string {
  const rows = WORKLOADS.flatMap((workload): string[][] => {
    const summaries = COMPETITORS.map((competitor) => summarize(result.samples, workload.id, competitor));
    if (summaries.every((summary) => summary === undefined)) return [];
    const figure = (summary: Summary | undefined): number | undefined =>
      workload.unit === 'IOPS' ? summary?.iops : summary?.bytesPerSecond;
    const cells = summaries.map((summary) => {
      if (summary === undefined) return 'failed';
      return workload.unit === 'IOPS'
        ? `${count(summary.iops)} (${count(summary.p50Us)} µs)`
        : `${count(summary.bytesPerSecond / 1e6)} MB/s`;
    });
    const [lockstep, ...others] = summaries;
    return [
      [
        `${workload.id} ${workload.text}`,
        ...cells,
        ...others.map((other) => times(ratio(figure(lockstep), figure(other)))),
        summaries.map((summary) => decimal(summary?.cpuSecondsPerGib)).join(' / '),
      ],
    ];
  });
  return renderTable(COLUMNS, [...rows, ...copyRow(result.copies)], style, { groupBy: 'none' });
}

function copyRow(copies: readonly CopySample[]): string[][] {
  if (copies.length === 0) return [];
  const [resync, nbdcopy] = (['resync', 'nbdcopy'] as const).map((what) => {
    const own = copies.filter((copy) => copy.what === what);
    if (own.length === 0) return undefined;
    return {
      bytesPerSecond: median(own.map((copy) => copy.bytes / copy.seconds)),
      cpuSecondsPerGib: median(own.map((copy) => (copy.cpuSeconds * GIB) / copy.bytes)),
    };
  });
  const speed = (summary: typeof resync, note: string): string =>
    summary === undefined ? 'failed' : `${count(summary.bytesPerSecond / 1e6)} MB/s${note}`;
  return [
    [
      'Resync; nbdcopy of the same bytes',
      speed(resync, ''),
      speed(nbdcopy, ' (nbdcopy)'),
      '',
      times(ratio(resync?.bytesPerSecond, nbdcopy?.bytesPerSecond)),
      '',
      `${decimal(resync?.cpuSecondsPerGib)} / ${decimal(nbdcopy?.cpuSecondsPerGib)}`,
    ],
  ];
}

/** The probes as a line, and what they make of a synchronous write with three copies. */
export function probeText(probes: Probes): string {
  const light = 2 * probes.loopbackRoundTripUs + probes.writeSyncUs;
  return [
    `Probes: loopback round trip ${decimal(probes.loopbackRoundTripUs)} µs; 4 KiB pwrite ${decimal(probes.writeSyncUs)} µs`,
    ` (thread pool ${decimal(probes.writePoolUs)}), fdatasync ${decimal(probes.fdatasyncUs)} µs; CRC32C of 4 KiB`,
    ` ${decimal(probes.crc32cOf4KibUs)} µs; copy of 1 MiB ${decimal(probes.copyOf1MibUs)} µs.`,
    `\nSpeed of light of W1 with three copies (two round trips, one write): ${count(light)} µs.\n`,
  ].join('');
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const decimal = (value: number | undefined): string =>
  value === undefined ? '-' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const times = (value: number | undefined): string => (value === undefined ? '-' : `${value.toFixed(2)}×`);
