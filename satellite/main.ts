#!/usr/bin/env node
/** The satellite as a process: configuration, log, signals. Everything else is in `satellite.ts`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, destination, pino } from 'pino';
import { asOperationError, type OperationError } from '../common/errors.ts';
import { readConfig, type SatelliteConfig } from './config.ts';
import { Satellite } from './satellite.ts';

const EXIT = { clean: 0, failed: 1, usage: 2 } as const;
/** From the first signal to the end of the process. */
const STOP_LIMIT_MS = 8_000;

async function main(): Promise<void> {
  let config: SatelliteConfig;
  try {
    const request = readConfig(process.argv.slice(2), process.env);
    if (request.kind === 'help') {
      process.stdout.write(request.text);
      return;
    }
    config = request.config;
  } catch (error) {
    return leave(EXIT.usage, asOperationError(error));
  }
  const log = pino(
    { name: 'satellite', base: { node: config.name }, level: config.logLevel },
    destination({ dest: 2, sync: true }),
  );
  try {
    const satellite = await Satellite.start({ config, version: readVersion(), log });
    stopOnSignal(satellite, log);
    const ready = { ...satellite.addresses, dataDir: config.dataDir, pid: process.pid };
    process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
    log.info(ready, 'the satellite serves');
  } catch (error) {
    leave(EXIT.failed, asOperationError(error));
  }
}

/** The first signal ends it cleanly, within the limit; a second one at once. */
function stopOnSignal(satellite: Satellite, log: Logger): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn({ signal }, 'stopped at once');
      process.exit(EXIT.failed);
    }
    stopping = true;
    log.info({ signal }, 'stopping');
    const overdue = setTimeout(() => {
      log.error('did not come to rest in time; the next start recovers as after a crash');
      process.exit(EXIT.failed);
    }, STOP_LIMIT_MS);
    satellite.stop(STOP_LIMIT_MS - 1_000).then(
      () => {
        clearTimeout(overdue);
        log.info('stopped');
        process.exit(EXIT.clean);
      },
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly');
        process.exit(EXIT.failed);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function leave(code: number, error: OperationError): void {
  const lines = [`lockstep-satellite: ${error.message} (${error.code})`];
  if (error.because !== undefined) lines.push(`  Cause: ${error.because}`);
  if (error.correction !== undefined) lines.push(`  Correction: ${error.correction}`);
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = code;
}

/** package.json lies above this file in a checkout, above `dist/` in an installation. */
function readVersion(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  for (const path of [join(folder, '..', 'package.json'), join(folder, '..', '..', 'package.json')]) {
    if (!existsSync(path)) continue;
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
  }
  return 'unknown';
}

await main();
