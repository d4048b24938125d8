/**
 * `node dist/bench/main.js sim`: how fast the simulator is, in CPU seconds of one core, all oracles on. Slow is a result;
 * a violation fails the run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { OperationError } from '../common/errors.ts';
import { scopeOf } from '../sim/exhaustive/scope.ts';
import { search } from '../sim/exhaustive/search.ts';
import { generatePlan } from '../sim/generate.ts';
import { type Plan, PLAN_VERSION } from '../sim/plan.ts';
import { runPlan } from '../sim/simulation.ts';
import { codeHash, commitOf, projectRoot } from './machine.ts';

const HELP = `Figures of the simulator, per CPU second of one core.

Usage: node dist/bench/main.js sim [--quick]
`;
const FULL = { seconds: 600, resources: 100, resourceSeconds: 600, seeds: 200, searchSeconds: 40 } as const;
const QUICK = { seconds: 300, resources: 100, resourceSeconds: 60, seeds: 40, searchSeconds: 5 } as const;

const IOPS = 100;
/** What an answer takes on average, of reads and writes together. */
const ANSWER_US = 450;

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: number;
  readonly cpuSeconds: number;
}

/** @returns the exit code */
export function simFigures(words: readonly string[]): number {
  const [first, ...rest] = words;
  if (rest.length > 0 || (first !== undefined && first !== '--quick')) {
    process.stdout.write(HELP);
    return first === '--help' || first === '-h' ? 0 : 2;
  }
  const size = first === '--quick' ? QUICK : FULL;
  // What the compiler has to learn about the code is no part of the figures.
  for (let seed = 1; seed <= 20; seed += 1) runPlan(generatePlan(seed));
  for (let seed = 1; seed <= 3; seed += 1) runPlan(steadyPlan('warm-up', seed, 60, IOPS));
  const figures = [...oneVolume(size.seconds), manyVolumes(size), shortSeeds(size.seeds), states(size.searchSeconds)];
  const root = projectRoot();
  const date = new Date().toISOString();
  const result = {
    version: 1,
    date,
    commit: commitOf(root),
    codeHash: codeHash(root),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, kernel: release(), node: process.version },
    loadAverage: loadavg()[0],
    figures,
  };
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `sim-${date.slice(0, 19).replaceAll(':', '')}-${result.commit}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
  for (const { what, value, unit, aim } of figures)
    process.stdout.write(`${what.padEnd(58)} ${String(value).padStart(9)} ${unit.padEnd(26)} aim ${aim}\n`);
  process.stdout.write(`\nStored in ${path}\n`);
  return 0;
}

/** User and system time of this process: others on the machine do not count. */
function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function run(plan: Plan): { readonly events: number; readonly seconds: number } {
  const { violation, statistics } = runPlan(plan);
  if (violation !== undefined)
    throw new OperationError('INTERNAL', `${plan.name}: ${violation.oracle}`, { cause: violation.sentence });
  return { events: statistics.events, seconds: statistics.virtualMs / 1_000 };
}

function oneVolume(seconds: number): Figure[] {
  let done = { events: 0, seconds: 0 };
  const cpuSeconds = cpuSecondsOf(() => {
    done = run(steadyPlan('one-volume', 1, seconds, IOPS));
  });
  const iops = Math.round((seconds * IOPS) / done.seconds);
  const what = `3 nodes, 1 volume, ${iops} IOPS`;
  return [
    figure(what, done.events / cpuSeconds, 'core events/s', 500_000, cpuSeconds),
    figure(what, done.seconds / cpuSeconds, 'simulated s/s', 600, cpuSeconds),
  ];
}

/** Resources share nothing in the simulator: those of twelve nodes run one after the other, and their costs add up. */
function manyVolumes(size: { readonly resources: number; readonly resourceSeconds: number }): Figure {
  let simulated = 0;
  const cpuSeconds = cpuSecondsOf(() => {
    for (let seed = 1; seed <= size.resources; seed += 1)
      simulated += run(steadyPlan('many-volumes', seed, size.resourceSeconds, 5)).seconds;
  });
  const what = `${size.resources} resources of 3 replicas (12 nodes), 5 IOPS each`;
  return figure(what, simulated / size.resources / cpuSeconds, 'simulated s/s', 80, cpuSeconds);
}

function shortSeeds(seeds: number): Figure {
  const cpuSeconds = cpuSecondsOf(() => {
    for (let seed = 1; seed <= seeds; seed += 1) run(generatePlan(seed));
  });
  return figure(`seeds 1 to ${seeds} of the swarm`, seeds / cpuSeconds, 'seeds/s', 10, cpuSeconds);
}

function states(seconds: number): Figure {
  const begun = process.cpuUsage().user;
  const goesOn = (): boolean => (process.cpuUsage().user - begun) / 1e6 < seconds;
  let found = 0;
  const cpuSeconds = cpuSecondsOf(() => {
    const { states: visited, counterexample } = search(scopeOf({ writes: 2, crashes: 1, opens: 1 }), { goesOn });
    if (counterexample !== undefined)
      throw new OperationError('INTERNAL', counterexample.oracle, { cause: counterexample.sentence });
    found = visited;
  });
  return figure(
    'exhaustive search, 2 nodes, 1 block, 2 writes, 1 crash',
    found / cpuSeconds,
    'states/s',
    20_000,
    cpuSeconds,
  );
}

function figure(what: string, value: number, unit: string, aim: number, cpuSeconds: number): Figure {
  return { what, value: Math.round(value * 10) / 10, unit, aim, cpuSeconds: Math.round(cpuSeconds * 100) / 100 };
}

/** A client that writes at that pace, without failures. */
function steadyPlan(name: string, seed: number, seconds: number, iops: number): Plan {
  return {
    version: PLAN_VERSION,
    name,
    seed,
    nodes: [{ diskful: true }, { diskful: true }, { diskful: true }],
    volumes: [{ blocks: 1_024, blockBytes: 4_096 }],
    sectorBytes: 4_096,
    protocol: 'C',
    network: { delayUs: 100, jitterUs: 50, bytesPerMs: 1_000_000, spikePermille: 0, spikeUs: 0, codec: false },
    disk: { latencyUs: 100, jitterUs: 50, flushUs: 500 },
    clockPpm: 200,
    shuffle: true,
    workload: {
      operations: seconds * iops,
      depth: 1,
      // On average half of it passes between an answer and the next request.
      thinkUs: Math.max(1, Math.round((1_000_000 / iops - ANSWER_US) * 2)),
      mix: [30, 65, 2, 3],
      fuaPercent: 1,
      maxSectors: 8,
      hotPercent: 50,
      hotSpots: 8,
    },
    entries: [],
    durationMs: seconds * 2_000,
  };
}
