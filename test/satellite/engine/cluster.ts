/** Several satellites in one process, each with its own data directory and ports of 127.0.0.1, commanded over gRPC as by a controller. */
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Millis } from '../../../common/units.ts';
import type { ApplyRequest } from '../../../proto/gen/lockstep/satellite/v1/ApplyRequest.ts';
import type { ApplyResponse__Output } from '../../../proto/gen/lockstep/satellite/v1/ApplyResponse.ts';
import type { DesiredPeer } from '../../../proto/gen/lockstep/satellite/v1/DesiredPeer.ts';
import type { DesiredResource } from '../../../proto/gen/lockstep/satellite/v1/DesiredResource.ts';
import type { SatelliteServiceClient } from '../../../proto/gen/lockstep/satellite/v1/SatelliteService.ts';
import { loadApi } from '../../../proto/load.ts';
import { readConfig, type SatelliteConfig } from '../../../satellite/config.ts';
import type { EngineEvent } from '../../../satellite/engine/engine.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';
import type { ResourceStatus } from '../../../satellite/replication/status.ts';
import { Satellite } from '../../../satellite/satellite.ts';
import { RawAdminClient } from '../admin/admin-client.ts';
import { RawClient } from '../nbd/raw-client.ts';
import type { Authority } from '../transport/certificates.ts';

/** Attempts to connect follow each other faster than in production, so that tests need not wait. */
const REPLICATION = { ...DEFAULT_OPTIONS, connectIntMs: 200 as Millis };
const GENERATION = '1122334455667788';

export interface TestClusterOptions {
  readonly log?: Logger;
  /** Gives every satellite a certificate. */
  readonly tls?: Authority;
}

export class TestNode {
  readonly name: string;
  readonly dir: string;
  /** What the engine told since the start. */
  events: EngineEvent[] = [];
  #satellite: Satellite | undefined;
  #client: SatelliteServiceClient | undefined;
  #ports = { port: 0, replicationPort: 0, nbdPort: 0 };
  #revision = 0;

  readonly #options: TestClusterOptions;

  constructor(name: string, dir: string, options: TestClusterOptions = {}) {
    this.name = name;
    this.dir = dir;
    this.#options = options;
  }

  get satellite(): Satellite {
    if (this.#satellite === undefined) throw new Error(`${this.name} does not run`);
    return this.#satellite;
  }
  get replicationPort(): number {
    return this.#ports.replicationPort;
  }
  get pool(): string {
    return join(this.dir, 'pool');
  }

  usePorts(ports: { port?: number; replicationPort?: number; nbdPort?: number }): void {
    this.#ports = { port: 0, replicationPort: 0, nbdPort: 0, ...ports };
  }

  config(): SatelliteConfig {
    const ports = [
      '--port',
      this.#ports.port,
      '--replication-port',
      this.#ports.replicationPort,
      '--nbd-port',
      this.#ports.nbdPort,
    ].map(String);
    const files = this.#options.tls?.files(this.name);
    const tls = files === undefined ? [] : ['--tls-cert', files.cert, '--tls-key', files.key, '--tls-ca', files.ca];
    const request = readConfig(['--name', this.name, '--data-dir', this.dir, ...ports, ...tls], {});
    if (request.kind !== 'run') throw new Error('no configuration');
    return { ...request.config, replication: REPLICATION };
  }

  /** A second start gets the ports of the first. */
  async start(): Promise<void> {
    const level = process.env['LOCKSTEP_TEST_LOG'] ?? 'silent';
    const log =
      this.#options.log ?? pino({ level, base: { node: this.name } }, pino.destination({ dest: 2, sync: true }));
    this.#satellite = await Satellite.start({ config: this.config(), version: 'test', log });
    const { port, replicationPort, nbdPort } = this.#satellite.addresses;
    this.#ports = { port, replicationPort, nbdPort };
    this.events = [];
    this.#satellite.engine.onEvent((event) => this.events.push(event));
  }

  /** Without a limit left nothing comes to rest: what is not on disk is lost, as in a crash of the process. */
  async stop(limitMs = 5_000): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    await this.#satellite?.stop(limitMs);
    this.#satellite = undefined;
  }

  client(): SatelliteServiceClient {
    this.#client ??= new (loadApi().satellite.SatelliteService)(
      `127.0.0.1:${this.#ports.port}`,
      credentials.createInsecure(),
    );
    return this.#client;
  }

  apply(request: ApplyRequest): Promise<ApplyResponse__Output> {
    this.#revision += 1;
    const whole: ApplyRequest = { controllerId: 'test', epoch: 1, revision: this.#revision, ...request };
    return new Promise((resolve, reject) => {
      this.client().Apply(whole, (error: ServiceError | null, response?: ApplyResponse__Output) => {
        if (response === undefined) reject(error ?? new Error('no answer'));
        else resolve(response);
      });
    });
  }

  /** @throws Error with what the satellite could not do. */
  async make(resource: DesiredResource): Promise<void> {
    const pool = { name: 'pool1', providerKind: 'FILE_THIN', directory: this.pool };
    const response = await this.apply({ storagePools: [pool], resources: [resource] });
    const errors = [...response.answers, ...response.results.flatMap(({ answers }) => answers)].filter(
      ({ severity }) => severity === 'SEVERITY_ERROR',
    );
    if (errors.length > 0)
      throw new Error(errors.map(({ codeName, message, cause }) => `${codeName}: ${message} (${cause})`).join('; '));
  }

  status(resource: string): ResourceStatus {
    return this.satellite.engine.statusOf(resource);
  }

  nbd(name: string): Promise<RawClient> {
    return RawClient.transmitting({ host: '127.0.0.1', port: this.#ports.nbdPort }, name);
  }

  nbdAddress(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.#ports.nbdPort };
  }

  admin(): Promise<RawAdminClient> {
    return RawAdminClient.open(this.satellite.addresses.adminSocket);
  }
}

export class TestCluster {
  readonly nodes: readonly TestNode[];
  readonly #dir: string;

  private constructor(nodes: readonly TestNode[], dir: string) {
    this.nodes = nodes;
    this.#dir = dir;
  }

  static async start(count: number, options: TestClusterOptions = {}): Promise<TestCluster> {
    const dir = mkdtempSync(join(tmpdir(), 'lockstep-cluster-'));
    const nodes = Array.from(
      { length: count },
      (_, index) => new TestNode(`sat${index}`, join(dir, `sat${index}`), options),
    );
    await Promise.all(nodes.map((node) => node.start()));
    return new TestCluster(nodes, dir);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop().catch(() => undefined)));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  node(index: number): TestNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`no node ${index}`);
    return node;
  }

  /** A resource with one volume, on all nodes; those in `diskless` reach it over the network. Node i has node id i and slot i. */
  async makeResource(
    name: string,
    options: { sizeKib?: number; diskless?: readonly number[]; initialGeneration?: string; protocol?: string } = {},
  ): Promise<void> {
    await Promise.all(this.nodes.map((node, index) => node.make(this.desired(name, index, options))));
  }

  desired(
    name: string,
    index: number,
    options: { sizeKib?: number; diskless?: readonly number[]; initialGeneration?: string; protocol?: string } = {},
  ): DesiredResource {
    const { sizeKib = 8192, diskless = [], initialGeneration = GENERATION, protocol = 'C' } = options;
    const diskful = (node: number): boolean => !diskless.includes(node);
    const own = diskful(index);
    const peers = this.nodes.flatMap((peer, nodeId): DesiredPeer[] => {
      if (nodeId === index) return [];
      const slot = own && diskful(nodeId) ? { bitmapSlot: nodeId } : {};
      return [
        {
          nodeId,
          name: peer.name,
          address: '127.0.0.1',
          replicationPort: peer.replicationPort,
          protocol,
          diskful: diskful(nodeId),
          ...slot,
        },
      ];
    });
    return {
      name,
      nodeId: index,
      volumes: [
        {
          volumeNumber: 0,
          sizeKib,
          diskful: own,
          storagePoolName: own ? 'pool1' : '',
          blockBytes: 4096,
          peerSlots: 7,
          initialGeneration,
        },
      ],
      peers,
    };
  }
}

/** Polls; an event to wait for would be one of many. @throws when it is not so in time, with what was seen last. */
export async function until(condition: () => boolean, what: string | (() => string), withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Every disk that is meant to be is UpToDate, here and as seen on every peer, and nothing is marked. */
export function isSettled(status: ResourceStatus): boolean {
  const own = status.volumes.every(({ disk, client }) => client || disk === 'UpToDate');
  const peers = status.connections.every(
    ({ state, peerDevices }) =>
      state === 'Connected' &&
      peerDevices.every(
        ({ replication, outOfSyncBytes, peerDisk }) =>
          replication === 'Established' && outOfSyncBytes === 0 && (peerDisk === 'UpToDate' || peerDisk === 'Diskless'),
      ),
  );
  return own && peers;
}

/** One line per resource, for failures. */
export function summary(status: ResourceStatus): string {
  const volumes = status.volumes.map(({ volume, disk }) => `${volume} ${disk}`).join(', ');
  const peers = status.connections.map(({ name, state, reason, peerDevices }) => {
    const devices = peerDevices.map(
      (device) => `${device.replication}/${device.peerDisk} oos ${device.outOfSyncBytes}`,
    );
    return `${name} ${state} (${reason}) ${devices.join(', ')}`;
  });
  return `node ${status.node} ${status.role} [${volumes}] ${peers.join('; ')}`;
}
