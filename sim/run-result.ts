/** What one run of a plan is told, and what it tells. */
import type { Copies } from './oracles/acknowledgement.ts';
import type { OracleWorld } from './oracles/standing.ts';
import type { OracleId } from './oracles/violation.ts';
import type { PersistencePoint } from './persistence-points.ts';
import type { TraceLine } from './trace.ts';
import type { Watcher } from './watcher.ts';

export interface RunStatistics {
  readonly events: number;
  readonly virtualMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly resyncs: number;
  readonly resyncBlocks: number;
  readonly deaths: number;
  readonly promotions: number;
  /** Acknowledged writes whose loss an event of the plan excused. */
  readonly inDoubt: number;
  /** Where the copies of UpToDate peers were when a write was acknowledged. */
  readonly copies: Copies;
}

export interface RunOptions {
  readonly recording?: boolean;
  /** Called at every persistence point at which the plan's entries can still happen. */
  readonly onPoint?: (point: PersistencePoint) => void;
  /** More of those who follow the run. They must not change it. */
  readonly watchers?: (world: OracleWorld) => readonly Watcher[];
}

export interface RunResult {
  /** Rolling trace hash, 16 hex digits. */
  readonly hash: string;
  readonly violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
  readonly statistics: RunStatistics;
  /** Only when recording. */
  readonly lines: readonly TraceLine[];
}
