/** A raw client of the admin socket for tests: sends what it is told and collects the lines that come. */
import { connect, type Socket } from 'node:net';

export interface AdminReply {
  readonly id: number | string | null;
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly number: number; readonly message: string };
  readonly event?: { readonly action: string; readonly object: string; readonly keys: Record<string, string> };
}

export class RawAdminClient {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #text = '';
  #lines: AdminReply[] = [];
  #waiting: (() => void) | undefined;
  ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      const lines = this.#text.split('\n');
      this.#text = lines.pop() ?? '';
      this.#lines.push(...lines.map((line) => JSON.parse(line) as AdminReply));
      this.#waiting?.();
    });
    socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.ended = true;
        this.#waiting?.();
        resolve();
      });
    });
  }

  static open(path: string): Promise<RawAdminClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawAdminClient(socket)));
    });
  }

  send(data: string | Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(data);
  }

  endInput(): void {
    this.#socket.end();
  }

  /** @returns the next line, undefined when the server has closed. */
  async next(): Promise<AdminReply | undefined> {
    while (this.#lines.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#lines.shift();
  }

  async call(command: string, args: Record<string, unknown> = {}): Promise<AdminReply> {
    this.send(`${JSON.stringify({ id: 1, command, args })}\n`);
    const reply = await this.next();
    if (reply === undefined) throw new Error('the server closed the connection');
    return reply;
  }

  closed(): Promise<void> {
    return this.#closed;
  }

  close(): void {
    this.#socket.destroy();
  }
}
