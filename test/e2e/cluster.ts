/**
 * A cluster of real processes for one test file: brought up by `lockstep dev up`, on loopback addresses and in a
 * temporary directory of its own; satellites can be killed, stopped and started one by one. Nothing of it outlives the
 * test process, whatever happens.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { adminCall } from '../../cli/admin/admin-client.ts';
import { type ResourceStatus, statusResultSchema } from '../../cli/admin/status-schema.ts';
import { ControllerClient } from '../../cli/api/controller-client.ts';
import { compareFiles } from '../../cli/demo/compare.ts';
import { NbdClient } from '../../cli/demo/nbd-client.ts';
import { satelliteFlags } from '../../cli/dev/cluster.ts';
import { type DevSatellite, readCluster } from '../../cli/dev/cluster-file.ts';
import { identify, killProcess, startDaemon, stopProcess, waitReady } from '../../cli/dev/process.ts';
import { atExit, eventually, type Finished, mustRun, program, run, type Started, start } from './programs.ts';

export const NBD_PORT = 10_809;
export const REPLICATION_PORT = 7000;
export const SATELLITE_PORT = 3366;
export const MIB = 1_048_576;
export const BLOCK = 4096;

const CALL_WITHIN_MS = 60_000;

/** Different for test processes that run at the same time, and for the clusters of one. */
let nextBase = 0;
export function takeAddressBase(): string {
  nextBase += 1;
  return `127.${64 + (process.pid % 128)}.${(Math.floor(process.pid / 128) * 8 + nextBase) % 250}`;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}

const logLineSchema = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  kind: z.string().optional(),
  resource: z.string().optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export class TestCluster {
  readonly dir: string;
  readonly controllerAddress: string;
  readonly #satellites: Map<string, DevSatellite>;
  readonly #clients: NbdClient[] = [];
  readonly #controller: DevSatellite['process'];
  #api: ControllerClient | undefined;
  #stopped = false;

  private constructor(
    dir: string,
    controllerAddress: string,
    controller: DevSatellite['process'],
    satellites: readonly DevSatellite[],
  ) {
    this.dir = dir;
    this.controllerAddress = controllerAddress;
    this.#controller = controller;
    this.#satellites = new Map(satellites.map((satellite) => [satellite.name, satellite]));
    atExit(() => this.#endAtOnce());
  }

  static async up(satellites: number, withinMs = 60_000): Promise<TestCluster> {
    const dir = mkdtempSync(join(tmpdir(), 'ls-e2e-'));
    const port = await freePort();
    const words = ['dev', 'up', '--detach', '--dir', dir, '--satellites', String(satellites)];
    words.push('--controller-port', String(port), '--address-base', takeAddressBase());
    try {
      await mustRun(process.execPath, [await program('cli'), ...words], { withinMs });
      const state = await readCluster(dir);
      if (state === undefined) throw new Error('dev up has left no cluster file');
      const cluster = new TestCluster(dir, state.controllerAddress, state.controllerProcess, state.satellites);
      // On a busy machine two survivors may lose sight of each other for a moment: that is to delay a client, not to fail it.
      await cluster.mustCli('controller', 'set-property', 'DrbdOptions/auto-quorum', 'suspend-io');
      return cluster;
    } catch (error) {
      await run(process.execPath, [await program('cli'), 'dev', 'down', '--dir', dir, '--purge']);
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends everything, cleanly; on failure of the test the logs can be kept with LOCKSTEP_E2E_KEEP=1. */
  async down(): Promise<void> {
    this.#api?.close();
    for (const client of this.#clients) await client.close();
    await stopProcess(this.#controller);
    await Promise.all([...this.#satellites.values()].map((satellite) => stopProcess(satellite.process)));
    this.#removeFiles();
    this.#stopped = true;
  }

  #removeFiles(): void {
    if (process.env['LOCKSTEP_E2E_KEEP'] === undefined) rmSync(this.dir, { recursive: true, force: true });
  }

  #endAtOnce(): void {
    if (this.#stopped) return;
    for (const identity of [this.#controller, ...[...this.#satellites.values()].map((each) => each.process)]) {
      if (identity !== undefined && identify(identity.pid)?.startTicks === identity.startTicks)
        process.kill(identity.pid, 'SIGKILL');
    }
    this.#removeFiles();
  }

  get names(): readonly string[] {
    return [...this.#satellites.keys()];
  }

  satellite(name: string): DevSatellite {
    const found = this.#satellites.get(name);
    if (found === undefined) throw new Error(`there is no satellite ${name}`);
    return found;
  }

  address(name: string): string {
    return this.satellite(name).address;
  }

  pid(name: string): number {
    const { process: identity } = this.satellite(name);
    if (identity === undefined) throw new Error(`${name} does not run`);
    return identity.pid;
  }

  uri(name: string, resource: string): string {
    return `nbd://${this.address(name)}:${NBD_PORT}/${resource}`;
  }

  /** The file with the data of a replica. */
  dataFile(name: string, resource: string): string {
    return join(this.satellite(name).dataDir, 'pool', `${resource}_00000`);
  }

  // ---- processes ----

  /** As a power cut for the process. */
  async kill(name: string): Promise<void> {
    const { process: identity } = this.satellite(name);
    if (identity === undefined) throw new Error(`${name} does not run`);
    await killProcess(identity);
    this.#setProcess(name, undefined);
  }

  /** SIGTERM. @throws Error when it did not end by itself. */
  async terminate(name: string): Promise<void> {
    const how = await stopProcess(this.satellite(name).process);
    this.#setProcess(name, undefined);
    if (how !== 'stopped') throw new Error(`${name} did not stop after SIGTERM: ${how}`);
  }

  /** Starts a satellite that was killed or stopped. @returns where its log begins. */
  async start(name: string): Promise<number> {
    const satellite = this.satellite(name);
    const daemon = await startDaemon({
      what: name,
      command: [process.execPath, await program('satellite'), ...satelliteFlags(satellite)],
      logPath: satellite.logPath,
      environment: process.env,
    });
    this.#setProcess(name, daemon.identity);
    await waitReady(daemon, AbortSignal.timeout(CALL_WITHIN_MS));
    return daemon.logOffset;
  }

  #setProcess(name: string, identity: DevSatellite['process']): void {
    const { process: _, ...rest } = this.satellite(name);
    this.#satellites.set(name, identity === undefined ? rest : { ...rest, process: identity });
  }

  // ---- commands ----

  async startCli(...words: readonly string[]): Promise<Started> {
    return start(process.execPath, [await program('cli'), ...words], {
      env: { ...process.env, LS_CONTROLLERS: this.controllerAddress },
    });
  }

  async cli(...words: readonly string[]): Promise<Finished> {
    return (await this.startCli(...words)).finished;
  }

  /** @throws Error unless it ends with 0. */
  async mustCli(...words: readonly string[]): Promise<string> {
    const done = await this.cli(...words);
    if (done.code === 0) return done.stdout;
    throw new Error(`lockstep ${words.join(' ')} ended with ${done.code}:\n${done.stdout}${done.stderr}`);
  }

  /** `lockstepadm` on that node. */
  async adm(name: string, ...words: readonly string[]): Promise<Finished> {
    const socket = this.satellite(name).adminSocket;
    return run(process.execPath, [await program('lockstepadm'), '--socket', socket, ...words]);
  }

  async api(): Promise<ControllerClient> {
    this.#api ??= await ControllerClient.connect({
      controllers: [this.controllerAddress],
      timeoutMs: CALL_WITHIN_MS,
      signal: new AbortController().signal,
    });
    return this.#api;
  }

  /** A resource with volume 0, replicas on these nodes. @returns when all of it is in sync. */
  async createVolume(resource: string, mib: number, nodes: readonly string[]): Promise<void> {
    await this.mustCli('resource-definition', 'create', resource);
    await this.mustCli('volume-definition', 'create', resource, `${mib}M`);
    await this.mustCli('resource', 'create', ...nodes, resource);
    await this.settled(resource, nodes);
  }

  async connect(name: string, resource: string): Promise<NbdClient> {
    const client = await NbdClient.connect({ host: this.address(name), port: NBD_PORT, exportName: resource });
    this.#clients.push(client);
    return client;
  }

  // ---- observation ----

  /** Undefined while it does not answer, or does not have the resource. */
  async status(name: string, resource: string): Promise<ResourceStatus | undefined> {
    try {
      const answer = await adminCall(
        this.satellite(name).adminSocket,
        'status',
        { resource },
        { timeoutMs: CALL_WITHIN_MS },
      );
      return statusResultSchema.parse(answer).find((status) => status.name === resource);
    } catch (error) {
      if (error instanceof z.ZodError) throw error;
      return undefined;
    }
  }

  /** Waits until every disk of these nodes is UpToDate, every link between them Established and no block marked. */
  async settled(resource: string, nodes: readonly string[] = this.names, withinMs = 75_000): Promise<void> {
    const look = () => Promise.all(nodes.map((name) => this.status(name, resource)));
    await eventually(
      `${resource} in sync on ${nodes.join(', ')}`,
      async () => (await look()).every((status) => status !== undefined && isSettled(status, nodes)),
      {
        withinMs,
        otherwise: async () =>
          (await look()).map((status, index) => `\n${summary(nodes[index] ?? '', status)}`).join(''),
      },
    );
  }

  /** @throws Error unless the data of all replicas are byte for byte the same. */
  async expectIdentical(resource: string, nodes: readonly string[] = this.names): Promise<void> {
    const paths = nodes.map((name) => this.dataFile(name, resource));
    const size = statSync(paths[0] ?? '').size;
    const result = await compareFiles(paths, size, () => undefined);
    if (!result.identical) throw new Error(`replicas differ: ${result.path} at byte ${result.offset}`);
  }

  logSize(name: string): number {
    return statSync(this.satellite(name).logPath).size;
  }

  /** What a satellite logged since, as far as it is JSON. */
  log(name: string, since = 0): LogLine[] {
    const text = readFileSync(this.satellite(name).logPath).subarray(since).toString('utf8');
    return text.split('\n').flatMap((line) => {
      if (!line.startsWith('{')) return [];
      const parsed = logLineSchema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** Blocks that a satellite received in resyncs that ended since. */
  resyncedBlocks(name: string, resource: string, since: number): number {
    return this.log(name, since)
      .filter((line) => line.kind === 'resync-end' && line['side'] === 'target' && line.resource === resource)
      .reduce((sum, line) => sum + Number(line['blocks']), 0);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isSettled(status: ResourceStatus, nodes: readonly string[]): boolean {
  return (
    status.volumes.length > 0 &&
    status.volumes.every((volume) => volume.disk === 'UpToDate' || (volume.client && volume.disk === 'Diskless')) &&
    status.connections
      .filter((connection) => nodes.includes(connection.name))
      .every(
        (connection) =>
          connection.state === 'Connected' &&
          connection.peerDevices.length > 0 &&
          connection.peerDevices.every((device) => device.replication === 'Established' && device.outOfSyncBytes === 0),
      )
  );
}

/** One line: `sat1 Primary UpToDate [sat2 Established UpToDate 0; …]`. */
function summary(name: string, status: ResourceStatus | undefined): string {
  if (status === undefined) return `${name} does not answer`;
  const peers = status.connections.map((connection) => {
    const device = connection.peerDevices[0];
    const link = connection.state === 'Connected' ? device?.replication : `${connection.state} (${connection.reason})`;
    return `${connection.name} ${link} ${device?.peerDisk} ${device?.outOfSyncBytes}`;
  });
  const problems = (status.problems ?? []).map((problem) => ` ${problem.code}`).join('');
  return `${name} ${status.role} ${status.volumes.map((volume) => volume.disk).join()} [${peers.join('; ')}]${problems}`;
}
