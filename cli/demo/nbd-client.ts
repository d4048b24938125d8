/**
 * A small NBD client (fixed newstyle, simple replies) for the demonstration and for tests: connects to one export,
 * keeps any number of requests in flight. Not a library: no TLS, no structured replies, no reconnect.
 */
import { createConnection, type Socket } from 'node:net';
import { OperationError } from '../../common/errors.ts';

const INIT_MAGIC = 0x4e42444d41474943n; // "NBDMAGIC"
const OPTION_MAGIC = 0x49484156454f5054n; // "IHAVEOPT"
const OPTION_REPLY_MAGIC = 0x3e889045565a9n;
const REQUEST_MAGIC = 0x25609513;
const REPLY_MAGIC = 0x67446698;
const OPT_GO = 7;
const REP_ACK = 1;
const REP_INFO = 3;
const REP_ERROR_BIT = 0x80000000;
const INFO_EXPORT = 0;
const FLAG_FIXED_NEWSTYLE = 1;
const FLAG_NO_ZEROES = 2;
const CMD = { read: 0, write: 1, disconnect: 2, flush: 3, trim: 4, writeZeroes: 6 } as const;
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** More than any option reply of ours needs. */
const OPTION_REPLY_BYTES_MAX = 65_536;

interface NbdAddress {
  readonly host: string;
  readonly port: number;
  readonly exportName: string;
}

interface PendingRequest {
  readonly readBytes: number;
  readonly resolve: (data: Buffer) => void;
  readonly reject: (error: Error) => void;
}

export class NbdClient {
  readonly sizeBytes: number;
  private readonly socket: Socket;
  private readonly input: ByteReader;
  private readonly pending = new Map<number, PendingRequest>();
  private nextCookie = 1;
  private broken: Error | undefined;

  private constructor(socket: Socket, input: ByteReader, sizeBytes: number) {
    this.socket = socket;
    this.input = input;
    this.sizeBytes = sizeBytes;
    void this.receive();
  }

  /** @throws OperationError when the server is not there or refuses the export. */
  static async connect(address: NbdAddress): Promise<NbdClient> {
    const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
    const input = new ByteReader(socket);
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), CONNECT_TIMEOUT_MS);
    try {
      const sizeBytes = await negotiate(socket, input, address.exportName);
      return new NbdClient(socket, input, sizeBytes);
    } catch (error) {
      socket.destroy();
      if (error instanceof OperationError) throw error;
      throw new OperationError(
        'SATELLITE_UNREACHABLE',
        `cannot open nbd://${address.host}:${address.port}/${address.exportName}`,
        {
          cause: error instanceof Error ? error.message : String(error),
        },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  read(offset: number, length: number): Promise<Buffer> {
    return this.request(CMD.read, offset, length, undefined, length);
  }

  /** `data` must not change until the answer is there. */
  async write(offset: number, data: Buffer): Promise<void> {
    await this.request(CMD.write, offset, data.length, data, 0);
  }

  async flush(): Promise<void> {
    await this.request(CMD.flush, 0, 0, undefined, 0);
  }

  async trim(offset: number, length: number): Promise<void> {
    await this.request(CMD.trim, offset, length, undefined, 0);
  }

  /** Says goodbye and waits for the end. Requests in flight that the server does not answer are rejected. */
  async close(): Promise<void> {
    if (this.socket.destroyed) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    this.broken ??= new Error('the client has closed the connection');
    this.socket.end(requestHeader(CMD.disconnect, 0, 0, 0));
    const timer = setTimeout(() => this.socket.destroy(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  private request(
    command: number,
    offset: number,
    length: number,
    data: Buffer | undefined,
    readBytes: number,
  ): Promise<Buffer> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    const cookie = this.nextCookie++;
    return new Promise((resolve, reject) => {
      this.pending.set(cookie, { readBytes, resolve, reject });
      this.socket.write(requestHeader(command, cookie, offset, length));
      if (data !== undefined) this.socket.write(data);
    });
  }

  private async receive(): Promise<void> {
    try {
      for (;;) {
        const header = await this.input.take(16);
        if (header.readUInt32BE(0) !== REPLY_MAGIC) throw new Error('the server sent something that is no reply');
        const errno = header.readUInt32BE(4);
        const cookie = Number(header.readBigUInt64BE(8));
        const request = this.pending.get(cookie);
        if (request === undefined) throw new Error('the server answered a request that nobody made');
        this.pending.delete(cookie);
        if (errno !== 0)
          request.reject(new OperationError('BACKING_STORE_FAILED', `the NBD server answered error ${errno}`));
        else request.resolve(request.readBytes === 0 ? EMPTY : await this.input.take(request.readBytes));
      }
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.broken ??= failure;
      for (const request of this.pending.values()) request.reject(failure);
      this.pending.clear();
      this.socket.destroy();
    }
  }
}

const EMPTY = Buffer.alloc(0);

function requestHeader(command: number, cookie: number, offset: number, length: number): Buffer {
  const header = Buffer.alloc(28);
  header.writeUInt32BE(REQUEST_MAGIC, 0);
  header.writeUInt16BE(command, 6);
  header.writeBigUInt64BE(BigInt(cookie), 8);
  header.writeBigUInt64BE(BigInt(offset), 16);
  header.writeUInt32BE(length, 24);
  return header;
}

/** @returns the size of the export. */
async function negotiate(socket: Socket, input: ByteReader, exportName: string): Promise<number> {
  const hello = await input.take(18);
  if (hello.readBigUInt64BE(0) !== INIT_MAGIC || hello.readBigUInt64BE(8) !== OPTION_MAGIC)
    throw new Error('this is no NBD server');
  if ((hello.readUInt16BE(16) & FLAG_FIXED_NEWSTYLE) === 0) throw new Error('the server is too old: no fixed newstyle');
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES);
  const name = Buffer.from(exportName, 'utf8');
  const option = Buffer.alloc(16 + 4 + name.length + 2);
  option.writeBigUInt64BE(OPTION_MAGIC, 0);
  option.writeUInt32BE(OPT_GO, 8);
  option.writeUInt32BE(name.length + 6, 12);
  option.writeUInt32BE(name.length, 16);
  name.copy(option, 20);
  socket.write(Buffer.concat([flags, option]));

  let sizeBytes: number | undefined;
  for (;;) {
    const header = await input.take(20);
    const length = header.readUInt32BE(16);
    if (header.readBigUInt64BE(0) !== OPTION_REPLY_MAGIC || length > OPTION_REPLY_BYTES_MAX)
      throw new Error('a malformed option reply');
    const type = header.readUInt32BE(12);
    const data = await input.take(length);
    if (type >= REP_ERROR_BIT) {
      throw new OperationError('UNKNOWN_RESOURCE', `the NBD server refuses export "${exportName}"`, {
        cause: data.length === 0 ? `reply 0x${type.toString(16)}` : data.toString('utf8'),
      });
    }
    if (type === REP_INFO && data.length >= 12 && data.readUInt16BE(0) === INFO_EXPORT)
      sizeBytes = Number(data.readBigUInt64BE(2));
    if (type === REP_ACK) {
      if (sizeBytes === undefined) throw new Error('the server did not tell the size of the export');
      return sizeBytes;
    }
  }
}

/** Hands out exact numbers of bytes in order of the calls; one call at a time. */
class ByteReader {
  private chunks: Buffer[] = [];
  private available = 0;
  private ended: Error | undefined;
  private waiting:
    | { readonly length: number; readonly resolve: (data: Buffer) => void; readonly reject: (error: Error) => void }
    | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.available += chunk.length;
      this.serve();
    });
    const end = (error: Error): void => {
      this.ended ??= error;
      this.serve();
    };
    socket.on('error', end);
    socket.on('close', () => end(new Error('the server closed the connection')));
  }

  take(length: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.waiting = { length, resolve, reject };
      this.serve();
    });
  }

  private serve(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    if (this.available >= waiting.length) {
      this.waiting = undefined;
      waiting.resolve(this.cut(waiting.length));
    } else if (this.ended !== undefined) {
      this.waiting = undefined;
      waiting.reject(this.ended);
    }
  }

  private cut(length: number): Buffer {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const chunk = this.chunks[0] ?? EMPTY;
      const part = chunk.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      if (part.length === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(part.length);
    }
    this.available -= length;
    return parts.length === 1 ? (parts[0] ?? EMPTY) : Buffer.concat(parts, length);
  }
}
