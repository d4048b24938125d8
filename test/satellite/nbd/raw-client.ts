/**
 * An NBD client for tests, with the numbers of the protocol written out again, so that a wrong constant in the server does
 * not agree with itself. It can also send anything malformed.
 */
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import type { NbdAddress } from '../../../satellite/nbd/server.ts';

export const u16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
};
export const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
export const u64 = (value: number | bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer;
};
export const text = (value: string): Buffer => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);

export const OPT = {
  EXPORT_NAME: 1,
  ABORT: 2,
  LIST: 3,
  STARTTLS: 5,
  INFO: 6,
  GO: 7,
  STRUCTURED: 8,
  LIST_META: 9,
  SET_META: 10,
};
export const REP = {
  ACK: 1,
  SERVER: 2,
  INFO: 3,
  META: 4,
  UNSUP: 2 ** 31 + 1,
  POLICY: 2 ** 31 + 2,
  INVALID: 2 ** 31 + 3,
  UNKNOWN: 2 ** 31 + 6,
  SHUTDOWN: 2 ** 31 + 7,
  TOO_BIG: 2 ** 31 + 9,
};
export const CMD = { READ: 0, WRITE: 1, DISC: 2, FLUSH: 3, TRIM: 4, CACHE: 5, ZEROES: 6, STATUS: 7 };
export const ERR = { OK: 0, PERM: 1, IO: 5, INVAL: 22, NOSPC: 28, NOTSUP: 95 };

export interface OptionReply {
  readonly option: number;
  readonly type: number;
  readonly data: Buffer;
}

export interface StructuredReply {
  readonly flags: number;
  readonly type: number;
  readonly cookie: bigint;
  readonly data: Buffer;
}

export interface CommandFields {
  readonly flags?: number;
  readonly cookie?: number | bigint;
  readonly offset?: number | bigint;
  readonly length?: number;
  readonly magic?: number;
}

export function command(type: number, fields: CommandFields = {}): Buffer {
  return Buffer.concat([
    u32(fields.magic ?? 0x25609513),
    u16(fields.flags ?? 0),
    u16(type),
    u64(fields.cookie ?? 1),
    u64(fields.offset ?? 0),
    u32(fields.length ?? 0),
  ]);
}

export const optionBytes = (code: number, data: Uint8Array = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from('IHAVEOPT'), u32(code), u32(data.length), data]);

export const goData = (name: string, infos: readonly number[] = []): Buffer =>
  Buffer.concat([text(name), u16(infos.length), ...infos.map(u16)]);

export const metaData = (name: string, queries: readonly string[]): Buffer =>
  Buffer.concat([text(name), u32(queries.length), ...queries.map(text)]);

export class RawClient {
  readonly socket: Socket;
  private chunks: Buffer[] = [];
  private receivedBytes = 0;
  private ended = false;
  private wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.receivedBytes += chunk.length;
      this.wake();
    });
    for (const event of ['end', 'error', 'close']) {
      socket.on(event, () => {
        this.ended = true;
        this.wake();
      });
    }
  }

  static async connect(address: NbdAddress): Promise<RawClient> {
    const socket = connect(address);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** Greeting read, client flags sent. */
  static async negotiating(address: NbdAddress, flags = 3): Promise<RawClient> {
    const client = await RawClient.connect(address);
    expect((await client.read(18)).toString('latin1')).to.equal('NBDMAGICIHAVEOPT\x00\x03');
    client.send(u32(flags));
    return client;
  }

  /** In the transmission phase. */
  static async transmitting(
    address: NbdAddress,
    name = 'vol/0',
    wish: { structured?: boolean; blockStatus?: boolean } = {},
  ): Promise<RawClient> {
    const client = await RawClient.negotiating(address);
    if (wish.structured === true || wish.blockStatus === true) await client.option(OPT.STRUCTURED);
    if (wish.blockStatus === true) await client.option(OPT.SET_META, metaData(name, ['base:allocation']));
    const replies = await client.option(OPT.GO, goData(name));
    expect(replies.at(-1)?.type, replies.at(-1)?.data.toString()).to.equal(REP.ACK);
    return client;
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** @throws when the server ends before. */
  async read(length: number): Promise<Buffer> {
    while (this.receivedBytes < length) {
      if (this.ended) throw new Error(`the server ended after ${this.receivedBytes} of ${length} bytes`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const whole = this.received();
    this.chunks = [whole.subarray(length)];
    this.receivedBytes -= length;
    return whole.subarray(0, length);
  }

  /** @returns what the server sent before it ended. */
  async readToEnd(): Promise<Buffer> {
    while (!this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.received();
  }

  private received(): Buffer {
    return this.chunks.length === 1 ? (this.chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.chunks);
  }

  async optionReply(): Promise<OptionReply> {
    const head = await this.read(20);
    expect(head.readBigUInt64BE(0)).to.equal(0x3e889045565a9n);
    return { option: head.readUInt32BE(8), type: head.readUInt32BE(12), data: await this.read(head.readUInt32BE(16)) };
  }

  /** @returns all replies up to the final one. */
  async option(code: number, data: Uint8Array = Buffer.alloc(0)): Promise<OptionReply[]> {
    this.send(optionBytes(code, data));
    const replies: OptionReply[] = [];
    for (;;) {
      const reply = await this.optionReply();
      expect(reply.option).to.equal(code);
      replies.push(reply);
      if (reply.type === REP.ACK || reply.type >= 2 ** 31) return replies;
    }
  }

  async simpleReply(): Promise<{ error: number; cookie: bigint }> {
    const head = await this.read(16);
    expect(head.readUInt32BE(0)).to.equal(0x67446698);
    return { error: head.readUInt32BE(4), cookie: head.readBigUInt64BE(8) };
  }

  async structuredReply(): Promise<StructuredReply> {
    const head = await this.read(20);
    expect(head.readUInt32BE(0)).to.equal(0x668e33ef);
    return {
      flags: head.readUInt16BE(4),
      type: head.readUInt16BE(6),
      cookie: head.readBigUInt64BE(8),
      data: await this.read(head.readUInt32BE(16)),
    };
  }

  /** @returns the error number of a command with a simple reply. */
  async run(type: number, fields: CommandFields = {}, payload: Uint8Array = Buffer.alloc(0)): Promise<number> {
    const cookie = BigInt(fields.cookie ?? 0x0102030405060708n);
    this.send(command(type, { ...fields, cookie }), payload);
    const reply = await this.simpleReply();
    expect(reply.cookie).to.equal(cookie);
    return reply.error;
  }

  async readData(offset: number, length: number): Promise<Buffer> {
    expect(await this.run(CMD.READ, { offset, length })).to.equal(0);
    return this.read(length);
  }

  write(offset: number, data: Uint8Array, flags = 0): Promise<number> {
    return this.run(CMD.WRITE, { offset, length: data.length, flags }, data);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Polls a condition that has no event. @throws after 5 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
