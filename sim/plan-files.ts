/** Plans on disk: named scenarios and the parity pack and those for seeded bugs (YAML, beside this file), plan files of failures and recordings (JSON or YAML). */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { OperationError } from '../common/errors.ts';
import { expandSteps } from './steps.ts';
import { PLAN_VERSION, type Plan, parsePlan } from './plan.ts';

/** Beside the sources; a build keeps the YAML files in the source tree. */
type Folder = 'scenarios' | 'parity' | 'hunts' | '../test/sim/regressions';

function folderNamed(name: Folder): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../sim/${name}`, import.meta.url));
}

/** Before the name of a plan of the parity pack; where no scenario has that name, it may be left out. */
const PARITY_PREFIX = 'parity:';

/** Before the name of a plan that is there for one seeded bug (sim/mutants). */
const HUNT_PREFIX = 'hunt:';

/** Before the name of a plan in which a violation showed once (test/sim/regressions). */
const REGRESSION_PREFIX = 'regression:';

/** What a scenario need not say. */
const DEFAULTS = {
  version: PLAN_VERSION,
  seed: 1,
  volumes: [{ blocks: 256, blockBytes: 4_096 }],
  sectorBytes: 512,
  protocol: 'C',
  network: { delayUs: 100, jitterUs: 100, bytesPerMs: 1_000_000, spikePermille: 0, spikeUs: 0, codec: true },
  disk: { latencyUs: 100, jitterUs: 50, flushUs: 500 },
  clockPpm: 200,
  shuffle: true,
  entries: [],
  durationMs: 10_000,
};
const WORKLOAD_DEFAULTS = {
  operations: 300,
  depth: 4,
  thinkUs: 20_000,
  mix: [20, 60, 5, 10],
  fuaPercent: 5,
  maxSectors: 16,
  hotPercent: 50,
  hotSpots: 4,
};

export const scenarioNames = (): string[] => namesIn('scenarios');

/** Scenarios after the tests of DRBD 9 (docs/parity.md). */
export const parityNames = (): string[] => namesIn('parity');

/** Plans in which a seeded bug shows. */
export const huntNames = (): string[] => namesIn('hunts').map((name) => `${HUNT_PREFIX}${name}`);

/** Made, or found, with one seed. */
export const hasOwnSeed = (source: string): boolean =>
  source.startsWith(HUNT_PREFIX) || source.startsWith(REGRESSION_PREFIX);

function namesIn(folder: Folder): string[] {
  return readdirSync(folderNamed(folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

function fileOf(name: string): string {
  if (name.startsWith(HUNT_PREFIX)) return join(folderNamed('hunts'), `${name.slice(HUNT_PREFIX.length)}.yaml`);
  if (name.startsWith(REGRESSION_PREFIX))
    return join(folderNamed('../test/sim/regressions'), `${name.slice(REGRESSION_PREFIX.length)}.json`);
  const scenario = join(folderNamed('scenarios'), `${name}.yaml`);
  if (existsSync(scenario)) return scenario;
  const parity = join(folderNamed('parity'), `${name.replace(PARITY_PREFIX, '')}.yaml`);
  return existsSync(parity) ? parity : name;
}

/** @param nameOrFile a scenario's name, or the path of a plan. @throws OperationError PLAN_INVALID. */
export function loadPlan(nameOrFile: string, seed?: number): Plan {
  const file = fileOf(nameOrFile);
  if (!existsSync(file)) {
    throw new OperationError('PLAN_INVALID', `there is no scenario or plan file "${nameOrFile}"`, {
      correction: 'lockstep sim list shows the scenarios.',
    });
  }
  const plan = parsePlan(withDefaults(readText(file), basename(file).replace(/\.(ya?ml|json)$/, '')));
  return seed === undefined ? plan : { ...plan, seed };
}

function readText(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OperationError('PLAN_INVALID', `"${file}" is neither YAML nor JSON`, {
      cause: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    });
  }
}

function withDefaults(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const given: Record<string, unknown> = { ...value };
  const workload = typeof given['workload'] === 'object' && given['workload'] !== null ? given['workload'] : {};
  const network = typeof given['network'] === 'object' && given['network'] !== null ? given['network'] : {};
  const { steps, ...rest } = given;
  const entries = Array.isArray(given['entries']) ? given['entries'] : [];
  const disk = typeof given['disk'] === 'object' && given['disk'] !== null ? given['disk'] : {};
  return {
    name,
    ...DEFAULTS,
    ...rest,
    entries: steps === undefined ? (given['entries'] ?? []) : [...entries, ...expandSteps(steps)],
    nodes: expandNodes(given['nodes']),
    workload: { ...WORKLOAD_DEFAULTS, ...workload },
    network: { ...DEFAULTS.network, ...network },
    disk: { ...DEFAULTS.disk, ...disk },
  };
}

/** `nodes: 3` is short for three diskful ones; `{diskful: 3, diskless: 1}` for both kinds in that order. */
function expandNodes(value: unknown): unknown {
  if (typeof value === 'number') return Array.from({ length: Math.min(value, 64) }, () => ({ diskful: true }));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? expandNodes(3);
  const counts: Record<string, unknown> = { ...value };
  const many = (key: string): number => Math.min(typeof counts[key] === 'number' ? counts[key] : 0, 64);
  return [
    ...Array.from({ length: many('diskful') }, () => ({ diskful: true })),
    ...Array.from({ length: many('diskless') }, () => ({ diskful: false })),
    ...Array.from({ length: many('fresh') }, () => ({ diskful: true, fresh: true })),
  ];
}

/** @returns the file's path. */
export function savePlan(plan: Plan, folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(plan, undefined, 2)}\n`);
  return file;
}
