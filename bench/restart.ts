/**
 * `node dist/bench/main.js restart`: how long a satellite with many small resources takes from its start until all are
 * attached, and until the peer sees all of them Established again. Real processes on loopback, no controller.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { credentials, type ClientReadableStream } from '@grpc/grpc-js';
import { OperationError } from '../common/errors.ts';
import type { ApplyResponse__Output } from '../proto/gen/lockstep/satellite/v1/ApplyResponse.ts';
import type { DesiredResource } from '../proto/gen/lockstep/satellite/v1/DesiredResource.ts';
import type { SatelliteServiceClient } from '../proto/gen/lockstep/satellite/v1/SatelliteService.ts';
import type { SatelliteStatus__Output } from '../proto/gen/lockstep/satellite/v1/SatelliteStatus.ts';
import { loadApi } from '../proto/load.ts';

const HELP = `Restart of a satellite with many resources, on files, with one peer.

Usage: node dist/bench/main.js restart [--resources 1000] [--rounds 3] [--dir DIR] [--kill]

--kill: with SIGKILL instead of SIGTERM.
`;
const CONTROLLER = { controllerId: 'bench', epoch: 1 };
const SIZE_KIB = 1024;
/** Resources of one Apply. */
const APPLY_AT_ONCE = 100;
const WITHIN_MS = 120_000;
const NAMES = ['alpha', 'bravo'] as const;

interface Running {
  readonly process: ChildProcess;
  readonly replicationPort: number;
  readonly client: SatelliteServiceClient;
  readonly readyMs: number;
  /** CPU time of the process until then. */
  readonly readyCpuMs: number;
}

/** @returns the exit code */
export async function restartFigures(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      resources: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '3' },
      dir: { type: 'string', default: tmpdir() },
      kill: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const dir = await mkdtemp(join(values.dir, 'lsrestart-'));
  const satellites: Running[] = [];
  try {
    const alpha = await launch(dir, 'alpha', 0);
    satellites.push(alpha);
    const bravo = await launch(dir, 'bravo', 0);
    satellites.push(bravo);
    const count = Number(values.resources);
    print(`an empty satellite is ready after ${alpha.readyMs} ms (CPU ${alpha.readyCpuMs} ms)`);
    const made = performance.now();
    await Promise.all([provision(alpha, 0, bravo, dir, count), provision(bravo, 1, alpha, dir, count)]);
    print(`${count} resources made on both in ${since(made)} ms`);
    await established(bravo, count);
    print(`all Established after ${since(made)} ms`);
    for (let round = 1; round <= Number(values.rounds); round++) {
      const before = satellites[0] as Running;
      const stopping = performance.now();
      await end(before, values.kill ? 'SIGKILL' : 'SIGTERM');
      const stopMs = since(stopping);
      const started = performance.now();
      const linked = established(bravo, count);
      const again = await launch(dir, 'alpha', before.replicationPort);
      satellites[0] = again;
      await linked;
      const linkedMs = since(started);
      const linkedCpuMs = cpuMs(again.process);
      const attachMs = await attached(again, count);
      print(
        `round ${round}: stopped in ${stopMs} ms; ready (all attached: ${attachMs}) after ${again.readyMs} ms (CPU ${again.readyCpuMs} ms), Established after ${linkedMs} ms (CPU ${linkedCpuMs} ms)`,
      );
    }
    return 0;
  } finally {
    await Promise.all(satellites.map((each) => end(each, 'SIGKILL')));
    await rm(dir, { recursive: true, force: true });
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const since = (ms: number): number => Math.round(performance.now() - ms);

async function launch(dir: string, name: (typeof NAMES)[number], replicationPort: number): Promise<Running> {
  const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'satellite', 'main.js');
  const startedAt = performance.now();
  const words = [
    '--name',
    name,
    '--data-dir',
    join(dir, name),
    '--address',
    '127.0.0.1',
    '--port',
    '0',
    '--nbd-port',
    '0',
  ];
  const child = spawn(
    process.execPath,
    [program, ...words, '--replication-port', String(replicationPort), '--log-level', 'error'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ready = await new Promise<{ port: number; replicationPort: number }>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = /READY (.*)\n/.exec(text)?.[1];
      if (line !== undefined) resolve(JSON.parse(line) as { port: number; replicationPort: number });
    });
    child.once('exit', () => reject(new OperationError('INTERNAL', `satellite ${name} did not start`)));
  });
  const readyMs = since(startedAt);
  const readyCpuMs = cpuMs(child);
  const address = `127.0.0.1:${ready.port}`;
  const client = new (loadApi().satellite.SatelliteService)(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  });
  return { process: child, replicationPort: ready.replicationPort, client, readyMs, readyCpuMs };
}

/** Of all its threads, in steps of 10 ms: what it costs on a machine that others use as well. */
function cpuMs({ pid }: ChildProcess): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function end({ process: child, client }: Running, signal: NodeJS.Signals): Promise<void> {
  client.close();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function provision(self: Running, node: 0 | 1, peer: Running, dir: string, count: number): Promise<void> {
  const hello = { ...CONTROLLER, nodeName: NAMES[node], apiVersionMin: 1, apiVersionMax: 1 };
  await new Promise<void>((resolve, reject) => {
    self.client.hello(hello, (error) => (error === null ? resolve() : reject(error)));
  });
  const pool = { name: 'files', providerKind: 'FILE_THIN', directory: join(dir, NAMES[node], 'pool') };
  for (let first = 0; first < count; first += APPLY_AT_ONCE) {
    const resources = Array.from({ length: Math.min(APPLY_AT_ONCE, count - first) }, (_, index) =>
      desired(`r${first + index}`, node, peer.replicationPort),
    );
    const reply = await new Promise<ApplyResponse__Output>((resolve, reject) => {
      const request = { ...CONTROLLER, revision: first + 1, full: false, storagePools: [pool], resources };
      self.client.apply(request, (error, response) =>
        error === null && response !== undefined ? resolve(response) : reject(error ?? new Error('no answer')),
      );
    });
    const refused = [...reply.answers, ...reply.results.flatMap(({ answers }) => answers)][0];
    if (refused !== undefined) throw new OperationError('INTERNAL', refused.message, { cause: refused.cause ?? '' });
  }
}

function desired(name: string, node: 0 | 1, peerPort: number): DesiredResource {
  const peer = node === 0 ? 1 : 0;
  const link = { name: NAMES[peer], address: '127.0.0.1', replicationPort: peerPort, protocol: 'C' };
  return {
    name,
    nodeId: node,
    volumes: [
      {
        volumeNumber: 0,
        sizeKib: SIZE_KIB,
        diskful: true,
        storagePoolName: 'files',
        blockBytes: 4096,
        peerSlots: 1,
        initialGeneration: '00000000000000A0',
      },
    ],
    peers: [{ nodeId: peer, ...link, diskful: true, bitmapSlot: 0 }],
  };
}

const isEstablished = (resource: SatelliteStatus__Output['resources'][number]): boolean =>
  resource.connections.every(({ peerDevices }) => peerDevices.some((each) => each.replicationState === 'Established'));
const isAttached = (resource: SatelliteStatus__Output['resources'][number]): boolean =>
  resource.volumes.every(({ diskState }) => diskState !== 'Diskless' && diskState !== 'Failed');

const established = (satellite: Running, count: number): Promise<void> => seen(satellite, count, isEstablished);

async function attached(satellite: Running, count: number): Promise<number> {
  await seen(satellite, count, isAttached);
  return count;
}

/** Until so many resources are reported so at the same time. */
function seen(
  { client }: Running,
  count: number,
  holds: (resource: SatelliteStatus__Output['resources'][number]) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const good = new Set<string>();
    const stream: ClientReadableStream<SatelliteStatus__Output> = client.watch(CONTROLLER);
    const finish = (error?: Error): void => {
      clearTimeout(limit);
      stream.cancel();
      if (error === undefined) resolve();
      else reject(error);
    };
    const limit = setTimeout(() => finish(new OperationError('TIMED_OUT', `only ${good.size} of ${count}`)), WITHIN_MS);
    stream.on('error', (error: Error) => reject(error));
    stream.on('data', ({ resources }: SatelliteStatus__Output) => {
      for (const resource of resources) {
        if (holds(resource)) good.add(resource.name);
        else good.delete(resource.name);
      }
      if (good.size === count) finish();
    });
  });
}
