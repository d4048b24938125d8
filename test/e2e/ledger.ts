/**
 * A client that writes blocks which describe themselves (number, version) and keeps books: what it has sent and what
 * has been acknowledged. After any crash each block must hold a version between the two.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { NbdClient } from '../../cli/demo/nbd-client.ts';
import { BLOCK } from './cluster.ts';

const READ_BYTES = 1_048_576;
const WRITERS = 4;
const BLOCKS_PER_WRITE_MAX = 8;

export class Ledger {
  readonly #blocks: number;
  readonly #sent: Uint32Array;
  readonly #acknowledged: Uint32Array;
  readonly #inFlight: Uint8Array;
  readonly #bytesPerSecond: number;
  #writers: Promise<void>[] = [];
  #stopping = false;
  #failure: Error | undefined;
  #bytes = 0;
  acknowledgedWrites = 0;

  constructor(sizeBytes: number, bytesPerSecond: number) {
    this.#blocks = Math.floor(sizeBytes / BLOCK);
    this.#sent = new Uint32Array(this.#blocks);
    this.#acknowledged = new Uint32Array(this.#blocks);
    this.#inFlight = new Uint8Array(this.#blocks);
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Writes to random places until `stop`, or until a write fails. */
  start(client: NbdClient): void {
    this.#stopping = false;
    this.#failure = undefined;
    this.#inFlight.fill(0);
    const startedMs = performance.now();
    this.#bytes = 0;
    this.#writers = Array.from({ length: WRITERS }, async () => {
      try {
        while (!this.#stopping) await this.#writeSome(client, startedMs);
      } catch (error) {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
        this.#stopping = true;
      }
    });
  }

  /** Why the writers have ended, if they have by themselves. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** @throws what a write failed with. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws what a write failed with. */
  async stop(): Promise<void> {
    await this.ended();
    this.check();
  }

  /** As `stop`; for clients whose server has died. */
  async ended(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#writers);
  }

  /** One write of these blocks. */
  async write(client: NbdClient, first: number, count = 1): Promise<void> {
    const data = Buffer.alloc(count * BLOCK);
    for (let index = 0; index < count; index++) {
      const version = (this.#sent[first + index] ?? 0) + 1;
      this.#sent[first + index] = version;
      fillBlock(data.subarray(index * BLOCK, (index + 1) * BLOCK), first + index, version);
    }
    await client.write(first * BLOCK, data);
    for (let index = 0; index < count; index++) this.#acknowledged[first + index] = this.#sent[first + index] ?? 0;
    this.acknowledgedWrites += 1;
  }

  /** Reads everything. What it finds is settled from then on. @throws Error at the first block that is too old, unknown or torn. */
  async verify(client: NbdClient): Promise<void> {
    for (let offset = 0; offset < this.#blocks * BLOCK; offset += READ_BYTES) {
      const length = Math.min(READ_BYTES, this.#blocks * BLOCK - offset);
      this.#compare(await client.read(offset, length), offset, 'over NBD');
    }
  }

  /** The same with the file of a replica. */
  async verifyFile(path: string): Promise<void> {
    const file = await open(path, 'r');
    try {
      const data = Buffer.alloc(READ_BYTES);
      for (let offset = 0; offset < this.#blocks * BLOCK; offset += READ_BYTES) {
        const length = Math.min(READ_BYTES, this.#blocks * BLOCK - offset);
        await readAt(file, data, length, offset);
        this.#compare(data.subarray(0, length), offset, path);
      }
    } finally {
      await file.close();
    }
  }

  #compare(data: Buffer, offset: number, where: string): void {
    const expected = Buffer.alloc(BLOCK);
    for (let at = 0; at < data.length; at += BLOCK) {
      const block = (offset + at) / BLOCK;
      const found = data.readUInt32LE(at + 4);
      const oldest = this.#acknowledged[block] ?? 0;
      const newest = this.#sent[block] ?? 0;
      fillBlock(expected, block, found);
      if (expected.compare(data, at, at + BLOCK) !== 0)
        throw new Error(`${where}: block ${block} is torn, or holds something else (version ${found})`);
      if (found < oldest || found > newest)
        throw new Error(
          `${where}: block ${block} has version ${found}, not ${oldest} (acknowledged) to ${newest} (sent)`,
        );
      // Who has read it may rely on it.
      this.#acknowledged[block] = found;
      this.#sent[block] = found;
    }
  }

  async #writeSome(client: NbdClient, startedMs: number): Promise<void> {
    const aheadMs = (): number => (1000 * this.#bytes) / this.#bytesPerSecond - (performance.now() - startedMs);
    while (!this.#stopping && aheadMs() > 0)
      await new Promise((resolve) => setTimeout(resolve, Math.min(aheadMs(), 50)));
    const count = 1 + Math.floor(Math.random() * BLOCKS_PER_WRITE_MAX);
    const first = Math.floor(Math.random() * (this.#blocks - count));
    // The order of two writes to one block that are under way together is open: never do that.
    if (this.#inFlight.subarray(first, first + count).includes(1)) return;
    this.#inFlight.fill(1, first, first + count);
    this.#bytes += count * BLOCK;
    await this.write(client, first, count);
    this.#inFlight.fill(0, first, first + count);
    if (this.acknowledgedWrites % 64 === 0) await client.flush();
  }
}

async function readAt(file: FileHandle, data: Buffer, length: number, offset: number): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(data, done, length - done, offset + done);
    if (bytesRead === 0) {
      data.fill(0, done, length);
      return;
    }
    done += bytesRead;
  }
}

/** Version 0 is a block that was never written: zeroes. */
function fillBlock(target: Buffer, block: number, version: number): void {
  target.fill(0);
  if (version === 0) return;
  target.writeUInt32LE(block, 0);
  target.writeUInt32LE(version, 4);
  for (let filled = 8; filled < target.length; filled *= 2) target.copy(target, filled, 0, filled);
}
