/**
 * Who is measured: Lockstep with three copies on a cluster of its own, and two servers of others with one copy. All serve
 * one volume on the same medium over loopback TCP.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isHealthy, observe } from '../cli/demo/observation.ts';
import { devDown, devUp, requireCluster, withController } from '../cli/dev/cluster.ts';
import { requireDone } from '../cli/dev/registration.ts';
import { assert } from '../common/assert.ts';
import { OperationError } from '../common/errors.ts';

export const COMPETITORS = ['lockstep', 'nbdkit file', 'qemu-nbd'] as const;
export type CompetitorName = (typeof COMPETITORS)[number];

export interface Competitor {
  readonly name: CompetitorName;
  readonly copies: number;
  readonly uri: string;
  /** Processes that serve: their CPU time is the price. */
  pids(): Promise<number[]>;
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const NBD_PORT = 10_809;
const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const RESOURCE = 'bench';
/** A new volume syncs nothing; after an outage the slowest medium may take its time. */
const HEALTHY_TIMEOUT_MS = 30 * 60_000;

interface Bed {
  readonly dir: string;
  readonly volumeMib: number;
  readonly addressBase: string;
  readonly signal: AbortSignal;
}

export class LockstepCluster implements Competitor {
  readonly name = 'lockstep';
  readonly copies = 3;
  readonly uri: string;
  readonly dir: string;
  private readonly signal: AbortSignal;

  private constructor(dir: string, uri: string, signal: AbortSignal) {
    this.dir = dir;
    this.uri = uri;
    this.signal = signal;
  }

  /** @throws OperationError when it does not come up; nothing is left running then. */
  static async start(bed: Bed): Promise<LockstepCluster> {
    const dir = join(bed.dir, 'cluster');
    const controllerPort = await freePort();
    const layout = { dir, satellites: 3, controllerPort, addressBase: bed.addressBase };
    const { state } = await devUp(layout, bed.signal, () => undefined);
    const first = state.satellites[0];
    assert(first !== undefined, 'three satellites were asked for');
    const cluster = new LockstepCluster(dir, `nbd://${first.address}:${NBD_PORT}/${RESOURCE}`, bed.signal);
    try {
      await withController(state, bed.signal, async (client) => {
        const name = { name: RESOURCE, requestId: randomUUID() };
        requireDone((await client.call(client.resourceDefinitions, 'create', name)).answers);
        const volume = { resourceName: RESOURCE, sizeKib: bed.volumeMib * 1024, requestId: randomUUID() };
        requireDone((await client.call(client.volumeDefinitions, 'create', volume)).answers);
        const place = { resourceName: RESOURCE, placeCount: 3, requestId: randomUUID() };
        requireDone((await client.call(client.resources, 'autoPlace', place)).answers);
      });
      await cluster.untilHealthy(async () => undefined);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async pids(): Promise<number[]> {
    const { satellites, controllerProcess } = await requireCluster(this.dir);
    return [controllerProcess, ...satellites.map((satellite) => satellite.process)].flatMap((identity) =>
      identity === undefined ? [] : [identity.pid],
    );
  }

  /** Until every replica is UpToDate and every link Established. @throws OperationError TIMED_OUT. */
  async untilHealthy(onLook: () => Promise<void>): Promise<void> {
    const deadlineMs = Date.now() + HEALTHY_TIMEOUT_MS;
    for (;;) {
      this.signal.throwIfAborted();
      const { satellites } = await requireCluster(this.dir);
      if (isHealthy(await observe(satellites, RESOURCE))) return;
      await onLook();
      if (Date.now() > deadlineMs) {
        throw new OperationError('TIMED_OUT', 'the replicas do not come in sync', {
          correction: `Look at the logs in ${this.dir}.`,
        });
      }
      await delay(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    await devDown(this.dir, true, () => undefined);
  }
}

/** A server of one file, started as a child: it ends with us. */
class FileServer implements Competitor {
  readonly name: CompetitorName;
  readonly copies = 1;
  readonly uri: string;
  private readonly process: ChildProcess;
  private readonly path: string;

  constructor(name: CompetitorName, uri: string, process: ChildProcess, path: string) {
    this.name = name;
    this.uri = uri;
    this.process = process;
    this.path = path;
  }

  async pids(): Promise<number[]> {
    return this.process.pid === undefined ? [] : [this.process.pid];
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.path, { force: true });
  }
}

/** @param path of a new file; removed again at the end. */
export async function startNbdkit(path: string, mib: number): Promise<Competitor> {
  await createSparse(path, mib);
  const port = await freePort();
  const words = ['--foreground', '--exit-with-parent', '--ipaddr', LOOPBACK, '--port', String(port), 'file', path];
  return startServer('nbdkit file', 'nbdkit', words, port, path);
}

/** @param path of a new file; removed again at the end. */
export async function startQemuNbd(path: string, mib: number): Promise<Competitor> {
  await createSparse(path, mib);
  const port = await freePort();
  const words = ['--persistent', '--bind', LOOPBACK, '--port', String(port), '--format', 'raw', path];
  return startServer('qemu-nbd', 'qemu-nbd', [...words, '--cache=writeback', '--discard=unmap'], port, path);
}

async function startServer(
  name: CompetitorName,
  program: string,
  words: readonly string[],
  port: number,
  path: string,
): Promise<Competitor> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  });
  const failed = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code) => resolve(new Error(said.trim() === '' ? `exit code ${code}` : said.trim())));
  });
  const server = new FileServer(name, `nbd://${LOOPBACK}:${port}`, child, path);
  const outcome = await Promise.race([untilAccepting(port), failed]);
  if (outcome === undefined) return server;
  await server.stop();
  throw new OperationError('INTERNAL', `${program} does not start`, {
    cause: outcome.message,
    correction: `Run it by hand: ${program} ${words.join(' ')}`,
  });
}

async function untilAccepting(port: number): Promise<Error | undefined> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (Date.now() > deadlineMs) return new Error(`port ${port} does not answer`);
    await delay(POLL_MS);
  }
  return undefined;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function createSparse(path: string, mib: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(mib * 1_048_576);
  } finally {
    await file.close();
  }
}

/** Free at this moment; whoever takes it next is told when it is gone after all. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address();
      assert(typeof address === 'object' && address !== null, 'a TCP server has an address');
      probe.close(() => resolve(address.port));
    });
  });
}
