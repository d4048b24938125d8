/** The workloads that every competitor runs, as fio knows them. */
import { OperationError } from '../common/errors.ts';

const WORKLOAD_IDS = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6'] as const;
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

export interface Workload {
  readonly id: WorkloadId;
  readonly text: string;
  readonly rw: 'randwrite' | 'randread' | 'write' | 'read';
  readonly blockBytes: number;
  readonly depth: number;
  /** A flush after each write. */
  readonly flushEach: boolean;
  /** Small requests are counted, large ones weighed. */
  readonly unit: 'IOPS' | 'MB/s';
}

const SMALL = { blockBytes: 4096, flushEach: false, unit: 'IOPS' } as const;
const LARGE = { blockBytes: 1_048_576, flushEach: false, unit: 'MB/s' } as const;

export const WORKLOADS: readonly Workload[] = [
  { ...SMALL, id: 'W1', text: '4 KiB random write, depth 1', rw: 'randwrite', depth: 1 },
  { ...SMALL, id: 'W2', text: '4 KiB random write, depth 32', rw: 'randwrite', depth: 32 },
  { ...SMALL, id: 'W3', text: '4 KiB random read, depth 32', rw: 'randread', depth: 32 },
  { ...LARGE, id: 'W4', text: '1 MiB sequential write, depth 8', rw: 'write', depth: 8 },
  { ...LARGE, id: 'W5', text: '1 MiB sequential read, depth 8', rw: 'read', depth: 8 },
  { ...SMALL, id: 'W6', text: '4 KiB random write + flush', rw: 'randwrite', depth: 1, flushEach: true },
];

export interface Selection {
  readonly workloads: readonly Workload[];
  readonly resync: boolean;
}

/** @param text `W1,w4,resync`; undefined = everything. @throws OperationError INVALID_ARGUMENT. */
export function selectWorkloads(text: string | undefined): Selection {
  if (text === undefined) return { workloads: WORKLOADS, resync: true };
  const wanted = new Set(text.split(',').map((word) => word.trim().toUpperCase()));
  const known = new Set<string>([...WORKLOAD_IDS, 'RESYNC']);
  for (const word of wanted) {
    if (known.has(word)) continue;
    throw new OperationError('INVALID_ARGUMENT', `--only: there is no workload "${word}"`, {
      correction: `Choose from ${[...WORKLOAD_IDS, 'resync'].join(', ')}, separated by commas.`,
    });
  }
  return { workloads: WORKLOADS.filter((workload) => wanted.has(workload.id)), resync: wanted.has('RESYNC') };
}
