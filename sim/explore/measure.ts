/** What seeds have met, and what not: measured, for a terminal, for a file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planOf } from '../profiles/registry.ts';
import { runPlan } from '../simulation.ts';
import { Coverage, type CoverageReport } from './coverage.ts';

export interface CoverageOptions {
  readonly seeds: number;
  readonly start: number;
  /** Profiles to run beside each other; empty: the base swarm. */
  readonly profiles: readonly (string | undefined)[];
  readonly onProgress?: (done: number) => void;
}

export function measureCoverage({ seeds, start, profiles, onProgress }: CoverageOptions): CoverageReport {
  const coverage = new Coverage();
  let done = 0;
  for (const profile of profiles) {
    const source = profile === undefined ? undefined : `profile:${profile}`;
    for (let seed = start; seed < start + seeds; seed += 1) {
      runPlan(planOf(source, seed), { watchers: ({ now }) => [coverage.watch(now)] });
      done += 1;
      onProgress?.(done);
    }
  }
  return coverage.report();
}

/** For a terminal. */
export function describeCoverage(report: CoverageReport): string[] {
  const marks = Object.keys(report.marks).length;
  const open = report.unreached.filter((mark) => mark.open !== undefined);
  const missed = report.unreached.filter((mark) => mark.open === undefined);
  const faults = Object.entries(report.byFault).map(([fault, count]) => `${fault} ${count}`);
  return [
    `${report.runs} runs: ${report.states} states of node pairs, ${report.transitions} transitions, ` +
      `${report.transitionsUnderFault} pairs of transition and fault`,
    `transitions by active fault: ${faults.join(', ')}`,
    `${marks - report.unreached.length} of ${marks} marks reached`,
    ...missed.map(({ id, about }) => `  not reached: ${id.padEnd(30)} ${about}`),
    ...open.map(({ id, open: reason }) => `  open:        ${id.padEnd(30)} ${reason}`),
  ];
}

export function saveCoverage(report: CoverageReport, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'coverage.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}
