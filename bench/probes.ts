/**
 * What the machine can do at best, in the same run as the figures: the prices of which a replicated write is made
 * (docs/performance.md adds them up). Each probe is a median over many repetitions.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { close, fdatasync, ftruncateSync, openSync, rmSync, write, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { assert } from '../common/assert.ts';
import { OperationError } from '../common/errors.ts';
import { crc32c } from '../satellite/storage/checksum.ts';
import { median } from './statistics.ts';

/** Microseconds each. */
export interface Probes {
  /** 4 KiB there, 16 bytes back, between two Node processes over loopback TCP. */
  readonly loopbackRoundTripUs: number;
  /** pwrite of 4 KiB at a random place, as a synchronous call. */
  readonly writeSyncUs: number;
  /** The same through the thread pool, one at a time. */
  readonly writePoolUs: number;
  /** fdatasync after one such write. */
  readonly fdatasyncUs: number;
  readonly crc32cOf4KibUs: number;
  readonly copyOf1MibUs: number;
}

const BLOCK = Buffer.alloc(4096, 0x5a);
const FILE_BLOCKS = 16_384;
const REPETITIONS = 1_000;
const FLUSHES = 100;

export async function probeMachine(dir: string): Promise<Probes> {
  return { loopbackRoundTripUs: await probeRoundTrip(), ...(await probeFile(dir)), ...probeMemory() };
}

async function probeRoundTrip(): Promise<number> {
  const self = fileURLToPath(import.meta.url);
  const echo = join(dirname(self), self.endsWith('.ts') ? 'echo.ts' : 'echo.js');
  const child = spawn(process.execPath, [...process.execArgv, echo], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    const port = Number(String(line));
    if (!(port > 0)) throw new OperationError('INTERNAL', 'the peer of the round-trip probe does not start');
    return await roundTrips(port);
  } finally {
    child.kill();
  }
}

async function roundTrips(port: number): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const timesUs: number[] = [];
  await new Promise<void>((resolve, reject) => {
    let sentNs = process.hrtime.bigint();
    socket.on('data', () => {
      timesUs.push(microsecondsSince(sentNs));
      if (timesUs.length >= REPETITIONS) return resolve();
      sentNs = process.hrtime.bigint();
      socket.write(BLOCK);
    });
    socket.once('error', reject);
    socket.write(BLOCK);
  });
  socket.destroy();
  return median(timesUs);
}

async function probeFile(dir: string): Promise<Pick<Probes, 'writeSyncUs' | 'writePoolUs' | 'fdatasyncUs'>> {
  const path = join(dir, 'probe');
  const fd = openSync(path, 'w');
  const flush = promisify(fdatasync);
  const writeBlock = promisify(write);
  try {
    ftruncateSync(fd, FILE_BLOCKS * BLOCK.length);
    for (let block = 0; block < FILE_BLOCKS; block++) writeSync(fd, BLOCK, 0, BLOCK.length, block * BLOCK.length);
    await flush(fd);
    const writeSyncUs = await timed(REPETITIONS, async () => {
      writeSync(fd, BLOCK, 0, BLOCK.length, randomPosition());
    });
    const writePoolUs = await timed(REPETITIONS, () => writeBlock(fd, BLOCK, 0, BLOCK.length, randomPosition()));
    await flush(fd);
    const flushesUs: number[] = [];
    for (let count = 0; count < FLUSHES; count++) {
      writeSync(fd, BLOCK, 0, BLOCK.length, randomPosition());
      flushesUs.push(await timed(1, () => flush(fd)));
    }
    return { writeSyncUs, writePoolUs, fdatasyncUs: median(flushesUs) };
  } finally {
    await promisify(close)(fd);
    rmSync(path, { force: true });
  }
}

const randomPosition = (): number => Math.floor(Math.random() * FILE_BLOCKS) * BLOCK.length;

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const timesUs: number[] = [];
  for (let done = 0; done < count; done++) {
    const startedNs = process.hrtime.bigint();
    await work();
    timesUs.push(microsecondsSince(startedNs));
  }
  return median(timesUs);
}

const BATCH = 50;

/** In batches, since the clock is as coarse as one repetition. */
function probeMemory(): Pick<Probes, 'crc32cOf4KibUs' | 'copyOf1MibUs'> {
  const from = Buffer.alloc(1_048_576, 1);
  const to = Buffer.alloc(1_048_576);
  let checksum = 0;
  const inBatches = (work: () => void): number => {
    const timesUs = Array.from({ length: BATCH }, () => {
      const startedNs = process.hrtime.bigint();
      for (let count = 0; count < BATCH; count++) work();
      return microsecondsSince(startedNs) / BATCH;
    });
    return median(timesUs);
  };
  const crc32cOf4KibUs = inBatches(() => {
    checksum = crc32c(BLOCK, checksum);
  });
  const copyOf1MibUs = inBatches(() => {
    from.copy(to);
  });
  assert(checksum >= 0, 'a checksum is an unsigned number');
  return { crc32cOf4KibUs, copyOf1MibUs };
}

const microsecondsSince = (startNs: bigint): number => Number(process.hrtime.bigint() - startNs) / 1000;
