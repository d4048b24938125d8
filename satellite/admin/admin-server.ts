/**
 * The local administration socket: newline-delimited JSON over a Unix socket that only the owner may open (0600).
 * Request `{"id":1,"command":"status","args":{…}}`; answer `{"id":1,"ok":true,"result":…}` or `{"id":1,"ok":false,
 * "error":{code,number,message,cause,correction}}`; a command that streams sends `{"id":1,"event":…}` lines before its
 * answer, which comes only if the stream ends. What does not parse is answered with an error and ends that connection.
 * Not here: what the commands do (commands.ts).
 */
import { chmod } from 'node:fs/promises';
import { type Server, type Socket, createServer } from 'node:net';
import type { Logger } from 'pino';
import { z } from 'zod';
import { asOperationError, OperationError } from '../../common/errors.ts';
import { removeStaleSocket } from '../engine/unix-socket.ts';
import { LineDecoder, LineTooLongError } from './line-decoder.ts';

const CONNECTIONS_MAX = 64;
/** Commands of one connection that may run at the same time; more wait unread. */
const COMMANDS_MAX = 16;
/** A reader of events that falls behind by this much is let go. */
const BACKLOG_BYTES_MAX = 8 * 1_048_576;

const requestSchema = z.object({
  id: z.union([z.int(), z.string().max(64)]),
  command: z.string().max(64),
  args: z.record(z.string(), z.unknown()).default({}),
});
type RequestId = number | string | null;

export interface CommandContext {
  /** One line to the caller; dropped when he is gone. */
  emit(event: unknown): void;
  /** Aborted when the caller closes the connection (or its sending half) or the server ends: a stream then stops. */
  readonly signal: AbortSignal;
}
/** @returns the result to send; @throws OperationError. */
export type AdminCommand = (args: Readonly<Record<string, unknown>>, context: CommandContext) => Promise<unknown>;

export interface AdminServerOptions {
  readonly path: string;
  readonly commands: ReadonlyMap<string, AdminCommand>;
  readonly log: Logger;
}

export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<AdminConnection>();

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** @throws OperationError RESOURCE_IN_USE when a living server has the socket; a stale socket file is removed. */
  async listen(): Promise<void> {
    const { path } = this.#options;
    await removeStaleSocket(path);
    // The umask keeps the instant between bind and chmod closed to others.
    const umask = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(path, resolve);
      });
    } finally {
      process.umask(umask);
    }
    await chmod(path, 0o600);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= CONNECTIONS_MAX) {
      socket.on('error', () => undefined);
      socket.end(
        answerLine(
          null,
          new OperationError('RESOURCE_IN_USE', `at most ${CONNECTIONS_MAX} connections to the admin socket`),
        ),
      );
      socket.destroySoon();
      return;
    }
    const connection = new AdminConnection(socket, this.#options, () => this.#connections.delete(connection));
    this.#connections.add(connection);
  }
}

class AdminConnection {
  readonly #socket: Socket;
  readonly #options: AdminServerOptions;
  readonly #decoder = new LineDecoder();
  /** The connection ends: nothing more is read. */
  readonly #abort = new AbortController();
  /** The caller listens no more, as far as one can tell. */
  readonly #callerGone = new AbortController();
  #waiting: string[] = [];
  #running = 0;
  #inputEnded = false;

  constructor(socket: Socket, options: AdminServerOptions, closed: () => void) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    // A client that sends its command and half-closes still gets the answer; a stream has no answer and ends.
    socket.on('end', () => {
      this.#inputEnded = true;
      this.#callerGone.abort();
      this.#endWhenIdle();
    });
    socket.on('error', (error) => options.log.debug({ error: error.message }, 'admin connection failed'));
    socket.on('close', () => {
      this.#abort.abort();
      this.#callerGone.abort();
      closed();
    });
  }

  end(): void {
    this.#abort.abort();
    this.#callerGone.abort();
    this.#socket.destroySoon();
  }

  #received(chunk: Buffer): void {
    if (this.#abort.signal.aborted) return;
    try {
      this.#waiting.push(...this.#decoder.push(chunk));
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      return this.#refuse(null, new OperationError('FRAME_TOO_LARGE', error.message));
    }
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#running < COMMANDS_MAX && !this.#abort.signal.aborted) {
      const line = this.#waiting.shift();
      if (line === undefined) break;
      if (line.trim() !== '') this.#start(line);
    }
    if (this.#waiting.length > 0) this.#socket.pause();
    else this.#socket.resume();
    this.#endWhenIdle();
  }

  #start(line: string): void {
    const parsed = requestSchema.safeParse(jsonOf(line));
    if (!parsed.success) return this.#refuse(null, malformed(parsed.error));
    const { id, command: name, args } = parsed.data;
    const command = this.#options.commands.get(name);
    if (command === undefined) {
      const error = new OperationError('UNKNOWN_COMMAND', `there is no command "${name}"`, {
        correction: `Known: ${[...this.#options.commands.keys()].join(', ')}.`,
      });
      this.#write(answerLine(id, error));
      return;
    }
    this.#running += 1;
    void this.#run(id, command, args).finally(() => {
      this.#running -= 1;
      this.#startWaiting();
    });
  }

  async #run(id: RequestId, command: AdminCommand, args: Readonly<Record<string, unknown>>): Promise<void> {
    const context: CommandContext = {
      signal: this.#callerGone.signal,
      emit: (event) => this.#write(`${JSON.stringify({ id, event })}\n`),
    };
    try {
      const result = await command(args, context);
      this.#write(`${JSON.stringify({ id, ok: true, result: result ?? null })}\n`);
    } catch (error) {
      if (!(error instanceof OperationError))
        this.#options.log.error({ err: error }, 'admin command failed unexpectedly');
      this.#write(answerLine(id, asOperationError(error)));
    }
  }

  #refuse(id: RequestId, error: OperationError): void {
    this.#write(answerLine(id, error));
    this.end();
  }

  #write(line: string): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return;
    this.#socket.write(line);
    if (this.#socket.writableLength > BACKLOG_BYTES_MAX) this.#socket.destroy();
  }

  #endWhenIdle(): void {
    if (this.#inputEnded && this.#running === 0 && this.#waiting.length === 0) this.#socket.end();
  }
}

function answerLine(id: RequestId, error: OperationError): string {
  const { code, number, message, because, correction, details } = error;
  return `${JSON.stringify({ id, ok: false, error: { code, number, message, cause: because, correction, details } })}\n`;
}

function malformed(error: z.ZodError): OperationError {
  return new OperationError('PROTOCOL_ERROR', 'this is not a request of the admin protocol', {
    cause: error.issues[0]?.message ?? 'not JSON',
    correction: 'Send one JSON object per line: {"id":1,"command":"status","args":{}}.',
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
