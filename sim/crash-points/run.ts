/**
 * All crash points of one plan, spread over several processes. The parent hands out ranges of points, the children (this
 * program with `crash-points-range`) answer one JSON line per failure and one per range.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../common/errors.ts';
import type { OracleId } from '../oracles/violation.ts';
import type { Plan } from '../plan.ts';
import { savePlan } from '../plan-files.ts';
import { runPlan } from '../simulation.ts';
import { ownProgram } from '../sweep.ts';
import { type CrashCase, casesOf, crashPlan, doubleCrashes, pointsOf } from './enumerate.ts';

/** A child takes a second to start. */
const RANGES_PER_JOB = 2;

export interface CrashFailure {
  readonly case: CrashCase;
  /** `CRASH`: the simulator itself, or the core, threw. */
  readonly oracle: OracleId | 'CRASH';
  readonly sentence: string;
}

export interface CrashPointSummary {
  readonly plan: string;
  readonly points: number;
  readonly runs: number;
  readonly events: number;
  readonly cpuMs: number;
  readonly failures: readonly CrashFailure[];
}

interface Part {
  runs: number;
  events: number;
  cpuMs: number;
  readonly failures: CrashFailure[];
}

export interface CrashPointOptions {
  /** Also crashes during the recovery from each crash. */
  readonly double: boolean;
  readonly jobs: number;
  readonly onProgress?: (pointsDone: number, points: number, failures: number) => void;
}

/** @throws OperationError when the plan fails without any crash, or a process of ours ends early. */
export async function runCrashPoints(plan: Plan, options: CrashPointOptions): Promise<CrashPointSummary> {
  const { violation } = runPlan(plan);
  if (violation !== undefined) {
    throw new OperationError('INVALID_ARGUMENT', `${plan.name} fails without any crash`, {
      cause: `${violation.oracle}: ${violation.sentence}`,
      correction: 'Run it with `lockstep sim run` and shrink it first.',
    });
  }
  const points = pointsOf(plan).length;
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-crash-points-'));
  const file = savePlan(plan, folder, 'plan');
  const total: Part = { runs: 0, events: 0, cpuMs: 0, failures: [] };
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < points) {
      const first = next;
      const count = Math.min(Math.ceil(points / (options.jobs * RANGES_PER_JOB)), points - first);
      next += count;
      const part = await inChild(file, first, count, options.double);
      total.runs += part.runs;
      total.events += part.events;
      total.cpuMs += part.cpuMs;
      total.failures.push(...part.failures);
      done += count;
      options.onProgress?.(done, points, total.failures.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, worker));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  total.failures.sort((a, b) => a.case.point.index - b.case.point.index);
  return { plan: plan.name, points, ...total };
}

async function inChild(file: string, first: number, count: number, double: boolean): Promise<Part> {
  const range = ['--first', String(first), '--count', String(count), '--double', String(double)];
  const child: ChildProcess = spawn(
    process.execPath,
    [...ownProgram(undefined), 'crash-points-range', file, ...range],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Where the loader for TypeScript is found.
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    },
  );
  const exited = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
    child.on('error', () => resolve(-1));
  });
  let part: Part | undefined;
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) part = JSON.parse(line) as Part;
  const code = await exited;
  if (part === undefined)
    throw new OperationError('INTERNAL', `the process for crash points from ${first + 1} ended with code ${code}`);
  return part;
}

/** What a child does. @param first counted from 0 */
export function crashRange(plan: Plan, first: number, count: number, double: boolean): Part {
  const part: Part = { runs: 0, events: 0, cpuMs: 0, failures: [] };
  for (const point of pointsOf(plan).slice(first, first + count)) {
    for (const each of casesOf(point)) {
      attempt(plan, each, part);
      if (double) for (const again of doubleCrashes(plan, each)) attempt(plan, again, part);
    }
  }
  const cpu = process.cpuUsage();
  part.cpuMs = Math.round((cpu.user + cpu.system) / 1_000);
  return part;
}

function attempt(plan: Plan, each: CrashCase, part: Part): void {
  part.runs += 1;
  try {
    const { violation, statistics } = runPlan(crashPlan(plan, each));
    part.events += statistics.events;
    if (violation !== undefined) part.failures.push({ case: each, ...violation });
  } catch (error) {
    const sentence = error instanceof Error ? (error.stack ?? error.message) : String(error);
    part.failures.push({ case: each, oracle: 'CRASH', sentence });
  }
}
