/**
 * `lockstep dev`: a whole cluster of real processes on this machine, without root: one controller on the embedded
 * store, N satellites, each on its own loopback address with the standard ports. Not for production: everything
 * shares one machine.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OperationError } from '../../common/errors.ts';
import { ControllerClient } from '../api/controller-client.ts';
import { programPath, runtimeArguments } from '../program-path.ts';
import {
  CLUSTER_FILE,
  type DevClusterState,
  type DevSatellite,
  readCluster,
  withClusterLock,
  writeCluster,
} from './cluster-file.ts';
import { requirePortFree } from './port-check.ts';
import { isRunning, killProcess, startDaemon, type StartedDaemon, stopProcess, waitReady } from './process.ts';
import { registerSatellites } from './registration.ts';

export interface DevLayout {
  readonly dir: string;
  readonly satellites: number;
  readonly controllerPort: number;
  /** First three parts of the loopback addresses of the satellites: `127.0.1`. */
  readonly addressBase: string;
}

export const SATELLITES_MAX = 32;
const SATELLITE_PORTS = { gRPC: 3366, replication: 7000, NBD: 10_809 } as const;
/** Linux keeps a Unix socket's path in 108 bytes, one of them the end. */
const SOCKET_PATH_BYTES_MAX = 107;
const CALL_TIMEOUT_MS = 60_000;

type Report = (line: string) => void;

interface UpResult {
  readonly state: DevClusterState;
  /** False when everything was up already. */
  readonly changed: boolean;
}

/**
 * Starts what is missing and registers it; harmless when all is up. On failure or interruption what this call started is
 * stopped again.
 * @throws OperationError.
 */
export async function devUp(layout: DevLayout, signal: AbortSignal, report: Report): Promise<UpResult> {
  const dir = resolve(layout.dir);
  await mkdir(dir, { recursive: true });
  return withClusterLock(dir, async () => {
    const existing = await readCluster(dir);
    let state = existing ?? newState(dir, layout);
    if (existing !== undefined) requireSameShape(existing, layout);
    const started: StartedDaemon[] = [];
    try {
      if (!isRunning(state.controllerProcess)) {
        const daemon = await startController(state);
        started.push(daemon);
        state = { ...state, controllerProcess: daemon.identity };
        await writeCluster(dir, state);
      }
      for (const satellite of state.satellites) {
        if (isRunning(satellite.process)) continue;
        const daemon = await startSatellite(satellite);
        started.push(daemon);
        state = withSatellite(state, { ...satellite, process: daemon.identity });
        await writeCluster(dir, state);
      }
      for (const daemon of started) {
        await waitReady(daemon, signal);
        report(`${daemon.what} is ready (process ${daemon.identity.pid})`);
      }
      await withController(state, signal, (client) => registerSatellites(client, state.satellites, signal));
    } catch (error) {
      for (const daemon of started.reverse()) await stopProcess(daemon.identity);
      // A cluster that never was must not hinder a start with other options; its logs stay.
      if (existing === undefined) await rm(join(dir, CLUSTER_FILE), { force: true });
      else await writeCluster(dir, withoutDeadProcesses(state));
      throw error;
    }
    return { state, changed: started.length > 0 };
  });
}

/** SIGKILL to the controller (`controller`) or to a satellite. @returns its pid. */
export async function devKill(dir: string, name: string): Promise<number> {
  const state = await requireCluster(dir);
  const victim = name === 'controller' ? state.controllerProcess : requireSatellite(state, name).process;
  if (!isRunning(victim)) {
    throw new OperationError('INVALID_ARGUMENT', `${name} does not run`, {
      correction: `Start it: lockstep dev start ${name}`,
    });
  }
  await killProcess(victim);
  return victim.pid;
}

/** @returns its pid; `already` when it was running. */
export async function devStart(
  dir: string,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly pid: number; readonly already: boolean }> {
  // Before the lock: where there is no cluster, there may be no directory for a lock either.
  await requireCluster(dir);
  return withClusterLock(resolve(dir), async () => {
    const state = await requireCluster(dir);
    const satellite = name === 'controller' ? undefined : requireSatellite(state, name);
    const current = satellite === undefined ? state.controllerProcess : satellite.process;
    if (isRunning(current)) return { pid: current.pid, already: true };
    const daemon = satellite === undefined ? await startController(state) : await startSatellite(satellite);
    const next =
      satellite === undefined
        ? { ...state, controllerProcess: daemon.identity }
        : withSatellite(state, { ...satellite, process: daemon.identity });
    await writeCluster(resolve(dir), next);
    await waitReady(daemon, signal);
    return { pid: daemon.identity.pid, already: false };
  });
}

/** Stops everything, the controller first so that it does not report nodes that we take away. */
export async function devDown(dir: string, purge: boolean, report: Report): Promise<void> {
  const path = resolve(dir);
  const state = await readCluster(path);
  if (state === undefined) {
    report(`no cluster in ${path}`);
    return;
  }
  await withClusterLock(path, async () => {
    report(`controller: ${await stopProcess(state.controllerProcess)}`);
    const ends = state.satellites.map(async (satellite) =>
      report(`${satellite.name}: ${await stopProcess(satellite.process)}`),
    );
    await Promise.all(ends);
    await writeCluster(path, withoutDeadProcesses(state));
    if (purge) await removeCluster(path, state);
  });
}

/** Removes what `dev up` has made and nothing else that may lie in the directory. */
async function removeCluster(dir: string, state: DevClusterState): Promise<void> {
  for (const satellite of state.satellites) {
    await rm(satellite.dataDir, { recursive: true, force: true });
    await rm(satellite.logPath, { force: true });
  }
  await rm(state.controllerDataDir, { recursive: true, force: true });
  await rm(state.controllerLogPath, { force: true });
  await rm(join(dir, CLUSTER_FILE), { force: true });
}

export async function requireCluster(dir: string): Promise<DevClusterState> {
  const state = await readCluster(resolve(dir));
  if (state !== undefined) return state;
  throw new OperationError('INVALID_ARGUMENT', `there is no cluster in ${resolve(dir)}`, {
    correction: 'Start one: lockstep dev up; or name its directory with --dir.',
  });
}

function requireSatellite(state: DevClusterState, name: string): DevSatellite {
  const found = state.satellites.find((satellite) => satellite.name === name);
  if (found !== undefined) return found;
  throw new OperationError('NODE_NOT_FOUND', `the dev cluster has no node "${name}"`, {
    correction: `It has: ${['controller', ...state.satellites.map((satellite) => satellite.name)].join(', ')}.`,
  });
}

export async function withController<T>(
  state: DevClusterState,
  signal: AbortSignal,
  work: (client: ControllerClient) => Promise<T>,
): Promise<T> {
  const client = await ControllerClient.connect({
    controllers: [state.controllerAddress],
    timeoutMs: CALL_TIMEOUT_MS,
    signal,
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

function newState(dir: string, layout: DevLayout): DevClusterState {
  const satellites = Array.from({ length: layout.satellites }, (_, index): DevSatellite => {
    const name = `sat${index + 1}`;
    const dataDir = join(dir, name);
    return {
      name,
      address: `${layout.addressBase}.${index + 1}`,
      dataDir,
      adminSocket: join(dataDir, 'admin.sock'),
      logPath: join(dir, `${name}.log`),
    };
  });
  const longest = Math.max(0, ...satellites.map((satellite) => Buffer.byteLength(satellite.adminSocket)));
  if (longest > SOCKET_PATH_BYTES_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `the path of --dir is too long for Unix sockets: ${dir}`, {
      correction: 'Choose a directory with a shorter path.',
    });
  }
  return {
    version: 1,
    controllerAddress: `127.0.0.1:${layout.controllerPort}`,
    controllerDataDir: join(dir, 'controller'),
    controllerLogPath: join(dir, 'controller.log'),
    satellites,
  };
}

function requireSameShape(state: DevClusterState, layout: DevLayout): void {
  const wanted = newState('/', layout);
  const same =
    state.controllerAddress === wanted.controllerAddress &&
    state.satellites.length === wanted.satellites.length &&
    state.satellites.every((satellite, index) => satellite.address === wanted.satellites[index]?.address);
  if (same) return;
  const addresses = state.satellites.map((satellite) => `${satellite.name} ${satellite.address}`).join(', ');
  throw new OperationError('INVALID_ARGUMENT', `there is another cluster in ${resolve(layout.dir)} already`, {
    cause: `controller ${state.controllerAddress}; ${addresses}`,
    correction: 'Use the options of its first start, another --dir, or remove it: lockstep dev down --purge.',
  });
}

async function startController(state: DevClusterState): Promise<StartedDaemon> {
  const colon = state.controllerAddress.lastIndexOf(':');
  const host = state.controllerAddress.slice(0, colon);
  const port = Number(state.controllerAddress.slice(colon + 1));
  await requirePortFree(
    host,
    port,
    'gRPC port of the controller',
    'another controller runs there; choose another --controller-port',
  );
  await mkdir(state.controllerDataDir, { recursive: true });
  return startDaemon({
    what: 'controller',
    command: nodeProgram('controller', [
      '--data-dir',
      state.controllerDataDir,
      '--address',
      host,
      '--port',
      String(port),
    ]),
    logPath: state.controllerLogPath,
    environment: daemonEnvironment(),
  });
}

async function startSatellite(satellite: DevSatellite): Promise<StartedDaemon> {
  for (const [use, port] of Object.entries(SATELLITE_PORTS)) {
    await requirePortFree(
      satellite.address,
      port,
      `${use} port of ${satellite.name}`,
      'another cluster runs there; choose another --address-base',
    );
  }
  await mkdir(satellite.dataDir, { recursive: true });
  return startDaemon({
    what: satellite.name,
    command: nodeProgram('satellite', satelliteFlags(satellite)),
    logPath: satellite.logPath,
    environment: daemonEnvironment(),
  });
}

/** The command line of a satellite of a cluster to try things on, behind the program. */
export const satelliteFlags = ({ name, dataDir, address, adminSocket }: DevSatellite): string[] => [
  ...['--name', name, '--data-dir', dataDir, '--address', address, '--admin-socket', adminSocket],
  // A resync beside a busy client neither waits nor creeps, as it does with DRBD's rates.
  ...['--options', 'c-min-rate=0,c-plan-ahead=0,resync-rate=1048576'],
];

const nodeProgram = (part: 'controller' | 'satellite', words: readonly string[]): string[] => [
  process.execPath,
  ...runtimeArguments(),
  programPath(part),
  ...words,
];

/** Settings meant for other instances must not leak into these: the flags above are all that counts. */
function daemonEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('LOCKSTEP_') || name === 'LOCKSTEP_LOG_LEVEL'),
  );
}

const withSatellite = (state: DevClusterState, satellite: DevSatellite): DevClusterState => ({
  ...state,
  satellites: state.satellites.map((candidate) => (candidate.name === satellite.name ? satellite : candidate)),
});

function withoutDeadProcesses(state: DevClusterState): DevClusterState {
  const { controllerProcess, ...rest } = state;
  return {
    ...rest,
    ...(isRunning(controllerProcess) ? { controllerProcess } : {}),
    satellites: state.satellites.map(({ process: satelliteProcess, ...satellite }) => ({
      ...satellite,
      ...(isRunning(satelliteProcess) ? { process: satelliteProcess } : {}),
    })),
  };
}
