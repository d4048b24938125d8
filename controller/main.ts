#!/usr/bin/env node
/** lockstep-controller: reads the settings, makes the real parts, serves, and stops in reverse order. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { asOperationError, type OperationError } from '../common/errors.ts';
import { GrpcEndpoint, type ServedService } from './api/grpc-endpoint.ts';
import { GrpcServer } from './api/grpc-server.ts';
import { standbyServices } from './api/standby-api.ts';
import { type ControllerConfig, readConfig } from './config.ts';
import { startController } from './controller.ts';
import { type Stage, succeed } from './leader/succession.ts';
import { maintain, type MaintenanceTask } from './maintenance/commands.ts';
import type { Clock, Log, Random } from './ports.ts';
import { GrpcSatelliteClient } from './satellites/grpc-satellite-client.ts';
import type { Commander, SatelliteAddress } from './satellites/satellite-client.ts';
import { chooseStore, type StoreChoice } from './store-choice.ts';

const STOP_MS = 8_000;

const systemClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const systemRandom: Random = {
  generation: () => {
    for (;;) {
      const value = randomBytes(8).readBigUInt64BE() & ~1n;
      if (value > 4n) return value.toString(16).toUpperCase().padStart(16, '0');
    }
  },
  identity: () => randomUUID(),
  jitter: () => Math.random(),
};

async function main(): Promise<void> {
  const request = readConfig(process.argv.slice(2), process.env);
  if (request.kind === 'help') {
    process.stdout.write(request.text);
    return;
  }
  if (request.task.kind === 'serve') await serve(request.config);
  else await work(request.task, request.config);
}

async function work(task: MaintenanceTask, config: ControllerConfig): Promise<void> {
  const log = pino({ name: 'controller', level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const create = task.kind === 'restore';
  const choice = chooseStore(config, { address: undefined, create, clock: systemClock, random: systemRandom, log });
  try {
    const { text, ok } = await maintain(task, choice, systemClock);
    process.stdout.write(`${text}\n`);
    if (!ok) process.exitCode = 1;
  } finally {
    choice.close();
  }
}

async function serve(config: ControllerConfig): Promise<void> {
  const log = pino({ name: 'controller', level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const version = programVersion();
  const ending = new AbortController();
  let choice: StoreChoice | undefined;
  const leader = (): string | undefined => choice?.leadership.leader();
  const standby = standbyServices(version, leader);
  const endpoint = new GrpcEndpoint(leader);
  endpoint.serve(standby, 'standby');
  try {
    const port = await endpoint.listen(config.address, config.port);
    const address = config.advertise ?? `${reachableHost(config.address)}:${port}`;
    choice = chooseStore(config, { address, create: true, clock: systemClock, random: systemRandom, log });
    const sayReady = once((epoch?: number): void => {
      log.info({ address: config.address, port, epoch, dataDir: config.dataDir, version }, 'serving');
      const ready = { program: 'lockstep-controller', address: config.address, port, pid: process.pid, version, epoch };
      process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
    });
    const stopped = succeed(
      {
        ...choice,
        start: (store, conditions, onLost) =>
          startController({ ...realPorts(version, log), store, conditions, onLost }),
        stage: grpcStage(endpoint, standby, { version, address }, sayReady),
        clock: systemClock,
        log,
      },
      ending.signal,
    );
    stopOnSignal(
      async () => {
        ending.abort();
        await stopped;
        await endpoint.close();
        choice?.close();
      },
      (signal) => log.info({ signal }, 'stopping'),
    );
    // A standby serves too; the only controller serves when it leads.
    if (!choice.alone) sayReady();
    await stopped;
  } catch (error) {
    await endpoint.close();
    choice?.close();
    throw error;
  }
}

const realPorts = (version: string, log: Log) => ({
  connect: (satellite: SatelliteAddress, commander: Commander) =>
    new GrpcSatelliteClient(satellite, commander, version),
  clock: systemClock,
  random: systemRandom,
  log,
});

/** What clients meet while this controller leads, and while it does not. */
function grpcStage(
  endpoint: GrpcEndpoint,
  standby: readonly ServedService[],
  self: { readonly version: string; readonly address: string },
  onLead: (epoch: number) => void,
): Stage {
  let api: GrpcServer | undefined;
  return {
    lead: ({ context, controllerId, epoch }) => {
      api = new GrpcServer(context, { ...self, controllerId, epoch });
      endpoint.serve(api.services, 'leader');
      onLead(epoch);
    },
    standBy: () => {
      endpoint.serve(standby, 'standby');
      api?.close();
      api = undefined;
    },
  };
}

function once<Words extends unknown[]>(run: (...words: Words) => void): (...words: Words) => void {
  let done = false;
  return (...words) => {
    if (done) return;
    done = true;
    run(...words);
  };
}

/** An address that stands for all of this machine means nothing to others; its name may. */
const reachableHost = (address: string): string => {
  if (address === '0.0.0.0' || address === '::') return hostname();
  return address.includes(':') ? `[${address}]` : address;
};

function stopOnSignal(stop: () => Promise<void>, tell: (signal: string) => void): void {
  let stopping = false;
  const onSignal = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    tell(signal);
    setTimeout(() => process.exit(1), STOP_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** package.json is one folder up from the sources and two from dist/controller. */
function programVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(path, import.meta.url), 'utf8');
      const version = /"version":\s*"([^"]+)"/.exec(text)?.[1];
      if (version !== undefined) return version;
    } catch {
      // The other place, then.
    }
  }
  return 'unknown';
}

function die(error: OperationError): never {
  const lines = [
    `lockstep-controller: ${error.message}`,
    ...(error.because === undefined ? [] : [`  Cause: ${error.because}`]),
    ...(error.correction === undefined ? [] : [`  Correction: ${error.correction}`]),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(error.code === 'INVALID_ARGUMENT' ? 2 : 1);
}

main().catch((error: unknown) => die(asOperationError(error)));
