/**
 * One satellite, wired: data directory, pools, engine, provisioning, gRPC, admin socket; started in the order in which
 * each part finds what it needs, stopped in reverse. `main.ts` gives it a process, tests several of them in one.
 */
import { randomUUID } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AdminServer } from './admin/admin-server.ts';
import { adminCommands } from './admin/commands.ts';
import { SatelliteService } from './api/satellite-service.ts';
import { StatusReader } from './api/status-watch.ts';
import type { SatelliteConfig } from './config.ts';
import type { BackingStores } from './engine/backing.ts';
import { Engine, type EngineEvent } from './engine/engine.ts';
import { HandlerRunner } from './handlers/handler-runner.ts';
import { ControllerFence } from './provision/controller-fence.ts';
import { type DataDirLock, lockDataDir } from './provision/data-dir-lock.ts';
import { ensureDirectory } from './provision/durable-file.ts';
import { hostedPeer } from './provision/hosted.ts';
import { Provisioner } from './provision/provisioner.ts';
import { StateStore } from './provision/state-store.ts';
import { StoragePools } from './provision/storage-pools.ts';

export interface SatelliteOptions {
  readonly config: SatelliteConfig;
  readonly version: string;
  readonly log: Logger;
  /** Stands between the engine and the disks: tests give disks that fail on demand. No setting of a satellite leads here. */
  readonly inFrontOfDisks?: (stores: BackingStores) => BackingStores;
  /** Hears of everything, from the first disk that is attached on. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** Where it can be reached; ports that were 0 are real here. */
export interface SatelliteAddresses {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly replicationPort: number;
  readonly nbdPort: number;
  readonly nbdSocket: string;
  readonly adminSocket: string;
}

export class Satellite {
  readonly engine: Engine;
  readonly addresses: SatelliteAddresses;
  readonly #lock: DataDirLock;
  readonly #service: SatelliteService;
  readonly #admin: AdminServer;
  #stopping: Promise<void> | undefined;

  private constructor(parts: {
    engine: Engine;
    addresses: SatelliteAddresses;
    lock: DataDirLock;
    service: SatelliteService;
    admin: AdminServer;
  }) {
    this.engine = parts.engine;
    this.addresses = parts.addresses;
    this.#lock = parts.lock;
    this.#service = parts.service;
    this.#admin = parts.admin;
  }

  /** @returns when everything serves. @throws OperationError; whatever had been started is stopped again. */
  static async start(options: SatelliteOptions): Promise<Satellite> {
    const undo: (() => Promise<void>)[] = [];
    try {
      return await startParts(options, undo, (parts) => new Satellite(parts));
    } catch (error) {
      for (const step of undo.reverse()) await step().catch(() => undefined);
      throw error;
    }
  }

  /** The clean end; a resource that does not come to rest within the limit is left as after a crash. Idempotent. */
  stop(limitMs: number): Promise<void> {
    this.#stopping ??= this.#stop(limitMs);
    return this.#stopping;
  }

  async #stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    await Promise.all([this.#admin.close(), this.#service.close(limitMs / 2)]);
    await this.engine.stop(Math.max(0, deadline - performance.now()));
    await this.#lock.release();
  }
}

type Parts = {
  engine: Engine;
  addresses: SatelliteAddresses;
  lock: DataDirLock;
  service: SatelliteService;
  admin: AdminServer;
};

async function startParts(
  options: SatelliteOptions,
  undo: (() => Promise<void>)[],
  build: (parts: Parts) => Satellite,
): Promise<Satellite> {
  const { config, log, version } = options;
  await ensureDirectory(config.dataDir);
  const lock = await lockDataDir(config.dataDir);
  undo.push(() => lock.release());
  await chmod(config.dataDir, 0o700);
  const devicesDir = join(config.dataDir, 'device-pools');
  await ensureDirectory(devicesDir);
  const pools = new StoragePools(devicesDir);
  const stores = options.inFrontOfDisks?.(pools) ?? pools;
  const { address, nbdSocket, adminSocket } = config;
  const engine = new Engine({
    address,
    replicationPort: config.replicationPort,
    nbdPort: config.nbdPort,
    nbdSocket,
    stores,
    maxParallelResyncs: config.maxParallelResyncs,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    handlers: new HandlerRunner({ directory: config.handlers, timeoutMs: config.handlerTimeoutMs, log }),
    log,
  });
  undo.push(() => engine.stop(0));
  if (options.onEvent !== undefined) engine.onEvent(options.onEvent);
  const store = await StateStore.open(config.dataDir);
  const provisioner = new Provisioner({ engine, pools, store, log, replication: config.replication });
  await provisioner.load();
  // Not before: a peer that looks for a resource here would be refused, and wait before it tries again.
  const replicationPort = await engine.listen();
  await provisioner.restore();
  const nbdPort = await engine.serveClients();
  const fence = await ControllerFence.open(join(config.dataDir, 'controller.json'));
  const status = new StatusReader({ engine, pools, provisioner });
  const identity = { nodeName: config.name, version, instanceId: randomUUID(), replicationPort, nbdPort };
  const service = new SatelliteService({ identity, fence, provisioner, pools, status, log });
  const admin = new AdminServer({
    path: adminSocket,
    log,
    commands: adminCommands({
      engine,
      stores,
      problems: (name) => provisioner.problems(name),
      rename: (name, localName) => provisioner.rename(name, localName),
      storedVolumes: (name) => provisioner.stored(name)?.volumes,
      storedPeers: (name) => provisioner.stored(name)?.peers.map(hostedPeer),
    }),
  });
  await admin.listen();
  undo.push(() => admin.close());
  const port = await service.listen(address, config.port);
  const addresses: SatelliteAddresses = {
    name: config.name,
    address,
    port,
    replicationPort,
    nbdPort,
    nbdSocket,
    adminSocket,
  };
  return build({ engine, addresses, lock, service, admin });
}
