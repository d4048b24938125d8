/**
 * A satellite as `satellite/main.ts` starts it, but for three things: its disks fail on command, its options are those of
 * the plan to the millisecond, and its parent hears every event of the core. Only the runner of plans starts it.
 */
import { destination, pino } from 'pino';
import { asOperationError } from '../../../common/errors.ts';
import { readConfig } from '../../../satellite/config.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../../../common/options/options.ts';
import { Satellite } from '../../../satellite/satellite.ts';
import { DisksUnderTest } from './disks.ts';
import { CACHES, type Call, type Command, ENV, type Report, RESOURCE } from './messages.ts';

const STOP_LIMIT_MS = 8_000;

const report = (message: Report): void => {
  if (process.connected) process.send?.(message);
};

function planOptions(): ReplicationOptions {
  const text = process.env[ENV.options];
  return { ...DEFAULT_OPTIONS, ...(text === undefined ? {} : (JSON.parse(text) as Partial<ReplicationOptions>)) };
}

async function main(): Promise<void> {
  const request = readConfig(process.argv.slice(2), process.env);
  if (request.kind !== 'run') throw new Error('a satellite under test is started with its flags');
  const log = pino(
    { base: { node: request.config.name }, level: request.config.logLevel },
    destination({ dest: 2, sync: true }),
  );
  const disks = new DisksUnderTest(CACHES.find((each) => each === process.env[ENV.cache]) ?? 'kernel');
  const satellite = await Satellite.start({
    config: { ...request.config, replication: planOptions() },
    version: 'under test',
    log,
    inFrontOfDisks: (stores) => disks.inFrontOf(stores),
    onEvent: ({ event }) => {
      if (event !== undefined) report({ kind: 'event', event });
    },
  });
  process.on('message', (call: Call) => {
    carryOut(satellite, disks, call.command).then(
      (answer) => report({ kind: 'answer', id: call.id, ...answer }),
      (error: unknown) => {
        const { code, message, because } = asOperationError(error);
        report({ kind: 'answer', id: call.id, error: `${code}: ${message} (${because ?? 'no cause told'})` });
      },
    );
  });
  process.on('SIGTERM', () => void satellite.stop(STOP_LIMIT_MS).then(() => process.exit(0)));
  // Without its runner nobody would end it.
  process.on('disconnect', () => process.exit(1));
  report({ kind: 'ready' });
}

async function carryOut(
  { engine }: Satellite,
  disks: DisksUnderTest,
  command: Command,
): Promise<Omit<Extract<Report, { kind: 'answer' }>, 'kind' | 'id'>> {
  switch (command.do) {
    case 'perform':
      await engine.perform(RESOURCE, command.request);
      return {};
    case 'attach':
      await engine.attach(RESOURCE, command.volume);
      return {};
    case 'detach':
      await engine.detach(RESOURCE, command.volume);
      return {};
    case 'status':
      return engine.has(RESOURCE) ? { status: engine.statusOf(RESOURCE) } : {};
    case 'fail':
      disks.opened.get(command.volume)?.[command.area].faults.failNth(command.operation, command.nth);
      return {};
    case 'stall':
      disks.forEachArea(({ faults }) => faults.stall());
      return {};
    case 'resume':
      disks.forEachArea(({ faults }) => faults.resume());
      return {};
    case 'heal-disks':
      disks.forEachArea(({ faults }) => faults.heal());
      return {};
    case 'cut-power':
      await disks.cutPower(command.survivors, command.seed);
      return {};
  }
}

await main();
