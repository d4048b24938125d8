/**
 * The client of the demonstration: writes patterned blocks all over a volume, at a steady pace, and remembers what it
 * wrote, so that everything it was told is written can be checked afterwards.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { OperationError } from '../../common/errors.ts';
import type { NbdClient } from './nbd-client.ts';

export const BLOCK_BYTES = 4096;
const WRITE_BYTES = 65_536;
const BLOCKS_PER_WRITE = WRITE_BYTES / BLOCK_BYTES;
const WRITERS = 8;
const READ_BYTES = 1_048_576;
const READERS = 4;

export class Workload {
  writtenBytes = 0;
  /** Longest time that one write took since the last `startOutage`. */
  longestWriteMs = 0;
  private readonly client: NbdClient;
  private readonly bytesPerSecond: number;
  /** Version of each block, 0 = never written; raised when its write has been acknowledged. */
  private readonly versions: Uint32Array;
  private readonly inFlight: Uint8Array;
  private touched: Uint8Array;
  private startedMs = 0;
  private stopping = false;
  private writers: Promise<void>[] = [];
  private failure: Error | undefined;
  private nextSequential = 0;

  constructor(client: NbdClient, bytesPerSecond: number) {
    this.client = client;
    this.bytesPerSecond = bytesPerSecond;
    const blocks = Math.floor(client.sizeBytes / BLOCK_BYTES);
    this.versions = new Uint32Array(blocks);
    this.touched = new Uint8Array(blocks);
    this.inFlight = new Uint8Array(Math.floor(blocks / BLOCKS_PER_WRITE));
  }

  start(): void {
    this.startedMs = Date.now();
    for (let writer = 0; writer < WRITERS; writer++) {
      this.writers.push(
        this.writeOn().catch((error: unknown) => {
          this.failure ??= error instanceof Error ? error : new Error(String(error));
          this.stopping = true;
        }),
      );
    }
  }

  /** @throws what a write failed with. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  startOutage(): void {
    this.touched = new Uint8Array(this.versions.length);
    this.longestWriteMs = 0;
  }

  /** Distinct blocks written since `startOutage`. */
  get touchedBlocks(): number {
    let count = 0;
    for (const flag of this.touched) count += flag;
    return count;
  }

  /** Ends after the writes in flight, with a flush. @throws what a write failed with. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.writers);
    this.writers = [];
    this.check();
    await this.client.flush();
  }

  /** Reads the whole volume. @throws OperationError CHECKSUM_MISMATCH at the first block that is not what was written last. */
  async verify(): Promise<void> {
    let next = 0;
    const total = this.versions.length * BLOCK_BYTES;
    const readOn = async (): Promise<void> => {
      while (next < total) {
        const offset = next;
        const length = Math.min(READ_BYTES, total - offset);
        next += length;
        this.compare(offset, await this.client.read(offset, length));
      }
    };
    await Promise.all(Array.from({ length: READERS }, readOn));
  }

  private compare(offset: number, data: Buffer): void {
    const expected = Buffer.alloc(BLOCK_BYTES);
    for (let at = 0; at < data.length; at += BLOCK_BYTES) {
      const block = (offset + at) / BLOCK_BYTES;
      fillBlock(expected, block, this.versions[block] ?? 0);
      if (expected.compare(data, at, at + BLOCK_BYTES) === 0) continue;
      throw new OperationError('CHECKSUM_MISMATCH', `block ${block} does not hold what was written last`, {
        cause: `expected version ${this.versions[block]} of block ${block}; found words ${data.readUInt32LE(at)} ${data.readUInt32LE(at + 4)}`,
      });
    }
  }

  private async writeOn(): Promise<void> {
    const data = Buffer.alloc(WRITE_BYTES);
    let version = 0;
    while (!this.stopping) {
      const aheadMs = (1000 * this.writtenBytes) / this.bytesPerSecond - (Date.now() - this.startedMs);
      if (aheadMs > 0) {
        await delay(Math.min(aheadMs, 50));
        continue;
      }
      const stripe = this.pickStripe();
      if (stripe === undefined) return;
      const firstBlock = stripe * BLOCKS_PER_WRITE;
      for (let index = 0; index < BLOCKS_PER_WRITE; index++) {
        version = (this.versions[firstBlock + index] ?? 0) + 1;
        fillBlock(data.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES), firstBlock + index, version);
      }
      this.inFlight[stripe] = 1;
      // Counted when issued: pacing would otherwise overshoot by what is in flight.
      this.writtenBytes += WRITE_BYTES;
      const beganMs = performance.now();
      await this.client.write(stripe * WRITE_BYTES, data);
      this.longestWriteMs = Math.max(this.longestWriteMs, performance.now() - beganMs);
      for (let index = 0; index < BLOCKS_PER_WRITE; index++) {
        this.versions[firstBlock + index] = (this.versions[firstBlock + index] ?? 0) + 1;
        this.touched[firstBlock + index] = 1;
      }
      this.inFlight[stripe] = 0;
    }
  }

  /** Round and round over the volume in long steps. Never a stripe that is being written: the order of two writes to it would be open. */
  private pickStripe(): number | undefined {
    const stripes = this.inFlight.length;
    for (let tries = 0; tries < stripes; tries++) {
      const stripe = this.nextSequential;
      this.nextSequential = (stripe + STRIDE) % stripes;
      if (this.inFlight[stripe] === 0) return stripe;
    }
    return undefined;
  }
}

/** Odd and far from a power of two: visits every stripe, neighbours far apart, so that the bitmap gets real work. */
const STRIDE = 1_237;

/** Version 0 is a block that was never written: zeroes. Otherwise (block, version) repeated. */
function fillBlock(target: Buffer, block: number, version: number): void {
  if (version === 0) {
    target.fill(0);
    return;
  }
  target.writeUInt32LE(block, 0);
  target.writeUInt32LE(version, 4);
  for (let filled = 8; filled < target.length; filled *= 2)
    target.copy(target, filled, 0, Math.min(filled, target.length - filled));
}
