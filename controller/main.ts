#!/usr/bin/env node
/** lockstep-controller: reads the settings, makes the real parts, serves, and stops in reverse order. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { asOperationError, type OperationError } from '../common/errors.ts';
import { GrpcServer } from './api/grpc-server.ts';
import { type ControllerConfig, readConfig } from './config.ts';
import { startController } from './controller.ts';
import type { Clock, Random } from './ports.ts';
import { GrpcSatelliteClient } from './satellites/grpc-satellite-client.ts';
import { LevelStore } from './store/level-store.ts';

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
  await serve(request.config);
}

async function serve(config: ControllerConfig): Promise<void> {
  const log = pino({ name: 'controller', level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const version = programVersion();
  const storeDir = join(config.dataDir, 'store');
  mkdirSync(storeDir, { recursive: true, mode: 0o700 });
  const store = await LevelStore.open(storeDir);
  const controller = await startController({
    store,
    connect: (satellite, commander) => new GrpcSatelliteClient(satellite, commander, version),
    clock: systemClock,
    random: systemRandom,
    log,
  });
  const { controllerId, epoch } = controller;
  const server = new GrpcServer(controller.context, { version, controllerId, epoch });
  const stop = async (): Promise<void> => {
    await server.close();
    await controller.stop();
    await store.close();
  };
  try {
    const port = await server.listen(config.address, config.port);
    stopOnSignal(stop, (signal) => log.info({ signal }, 'stopping'));
    log.info({ address: config.address, port, epoch, dataDir: config.dataDir, version }, 'serving');
    const ready = { program: 'lockstep-controller', address: config.address, port, pid: process.pid, version, epoch };
    process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
  } catch (error) {
    await stop();
    throw error;
  }
}

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
