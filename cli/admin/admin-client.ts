/**
 * The client side of a satellite's admin socket: JSON, one object per line, both ways. One request per connection:
 * an operator's tool has no need of more, and a hung answer then blocks nothing else.
 */
import { createConnection, type Socket } from 'node:net';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, OperationError } from '../../common/errors.ts';

/** Longest line in either direction, as the satellite has it. */
const LINE_BYTES_MAX = 1_048_576;

const failureSchema = z.object({
  code: z.string(),
  number: z.number().optional(),
  message: z.string(),
  cause: z.string().optional(),
  correction: z.string().optional(),
  details: z.string().optional(),
});

const eventSchema = z.object({
  action: z.string(),
  object: z.string(),
  keys: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const replySchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error: failureSchema }),
  z.object({ event: eventSchema }),
]);

export type AdminEvent = z.infer<typeof eventSchema>;
type AdminReply = z.infer<typeof replySchema>;

interface AdminCallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * @returns the `result` of the answer, unchecked.
 * @throws OperationError: what the satellite answered, SATELLITE_UNREACHABLE, TIMED_OUT, or PROTOCOL_ERROR for an answer that is none.
 */
export async function adminCall(
  socketPath: string,
  command: string,
  args: Readonly<Record<string, unknown>>,
  options: AdminCallOptions = {},
): Promise<unknown> {
  for await (const reply of converse(socketPath, command, args, options)) {
    if ('event' in reply) continue;
    return resultOf(reply);
  }
  throw endedEarly(socketPath);
}

/** The events of `events2` as they come, until the satellite ends the stream or `signal` fires. */
export async function* adminEvents(
  socketPath: string,
  args: Readonly<Record<string, unknown>>,
  options: AdminCallOptions = {},
): AsyncGenerator<AdminEvent> {
  for await (const reply of converse(socketPath, 'events2', args, options)) {
    if ('event' in reply) yield reply.event;
    else {
      resultOf(reply);
      return;
    }
  }
}

function resultOf(reply: Exclude<AdminReply, { event: unknown }>): unknown {
  if (reply.ok) return reply.result;
  const { code, message, cause, correction, details } = reply.error;
  throw new OperationError(code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL', message, {
    ...(cause === undefined ? {} : { cause }),
    ...(correction === undefined ? {} : { correction }),
    ...(details === undefined ? {} : { details }),
  });
}

async function* converse(
  socketPath: string,
  command: string,
  args: Readonly<Record<string, unknown>>,
  options: AdminCallOptions,
): AsyncGenerator<AdminReply> {
  const socket = await open(socketPath, options);
  try {
    socket.write(`${JSON.stringify({ id: 1, command, args })}\n`);
    for await (const line of lines(socket)) yield parseReply(line);
  } catch (error) {
    if (error instanceof OperationError || options.signal?.aborted === true) throw error;
    throw new OperationError('SATELLITE_UNREACHABLE', 'the satellite ended the conversation', {
      cause: error instanceof Error ? error.message : String(error),
      correction: 'Look at the log of the satellite, then repeat the command.',
    });
  } finally {
    socket.destroy();
  }
}

function open(socketPath: string, options: AdminCallOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    const onAbort = (): void => {
      socket.destroy(new OperationError('TIMED_OUT', 'interrupted'));
    };
    const fail = (error: Error): void => {
      options.signal?.removeEventListener('abort', onAbort);
      reject(error instanceof OperationError ? error : unreachableSatellite(socketPath, error));
    };
    if (options.signal?.aborted === true) onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.timeoutMs !== undefined) {
      const afterMs = options.timeoutMs;
      socket.setTimeout(afterMs, () => {
        socket.destroy(
          new OperationError('TIMED_OUT', `no answer from the satellite within ${Math.round(afterMs / 1000)} s`, {
            correction: 'Look at the log of the satellite; a longer wait can be asked for with --timeout.',
          }),
        );
      });
    }
    socket.once('error', fail);
    socket.once('close', () => options.signal?.removeEventListener('abort', onAbort));
    socket.once('connect', () => {
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });
}

/** @throws OperationError FRAME_TOO_LARGE before more than LINE_BYTES_MAX are kept. */
async function* lines(socket: Socket): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let kept = 0;
  for await (const part of socket) {
    let chunk = part as Buffer;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10)) {
      pieces.push(chunk.subarray(0, end));
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      kept = 0;
      chunk = chunk.subarray(end + 1);
    }
    kept += chunk.length;
    if (kept > LINE_BYTES_MAX) {
      throw new OperationError('FRAME_TOO_LARGE', 'the satellite sent a line beyond 1 MiB', {
        correction: 'Check that the socket belongs to a Lockstep satellite.',
      });
    }
    pieces.push(chunk);
  }
}

function parseReply(line: string): AdminReply {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw notOurProtocol('the answer is not JSON');
  }
  const parsed = replySchema.safeParse(value);
  if (!parsed.success) throw notOurProtocol('the answer has an unknown shape');
  return parsed.data;
}

function notOurProtocol(cause: string): OperationError {
  return new OperationError('PROTOCOL_ERROR', 'this is not a satellite that lockstepadm understands', {
    cause,
    correction: 'Check --socket, and that lockstepadm and the satellite are of one version.',
  });
}

function endedEarly(socketPath: string): OperationError {
  return new OperationError('SATELLITE_UNREACHABLE', 'the satellite closed the connection without an answer', {
    cause: `socket ${socketPath}`,
    correction: 'Look at the log of the satellite, then repeat the command.',
  });
}

function unreachableSatellite(socketPath: string, error: Error): OperationError {
  const code = 'code' in error ? String(error.code) : '';
  const because: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket: the satellite is not running, or it has another data directory',
    ECONNREFUSED: 'nobody listens on it: the satellite has ended',
    EACCES: 'this user may not open it',
  };
  return new OperationError('SATELLITE_UNREACHABLE', `cannot reach the satellite at ${socketPath}`, {
    cause: because[code] ?? error.message,
    correction:
      code === 'EACCES'
        ? 'Run the command as the user of the satellite.'
        : 'Start the satellite, or name its socket with --socket PATH or LOCKSTEP_ADMIN_SOCKET.',
  });
}
