/** The first exchange on a socket, before frames: a hello and its answer, each bounded in bytes and time. */
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../common/errors.ts';
import { encodeHelloReply } from '../replication/wire/hello.ts';
import type { Opening } from '../replication/wire/sealed.ts';
import { WireError } from '../replication/wire/wire-error.ts';

/** Why no message came. */
export type OpeningFailure = { readonly failure: 'closed' | 'timeout'; readonly message: string };

/**
 * Reads one message. `done` is called once, never within this call; then the socket is paused, and what arrived behind
 * the message is back in it. @returns a function that gives up without calling `done`.
 */
export function readOpening<T>(
  socket: Socket,
  decode: (bytes: Uint8Array) => Opening<T> | WireError | undefined,
  limitMs: number,
  done: (result: Opening<T> | WireError | OpeningFailure) => void,
): () => void {
  let received: Buffer | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('data', onData).off('error', onError).off('end', onClosed).off('close', onClosed);
  };
  const settle = (result: Opening<T> | WireError | OpeningFailure): void => {
    stop();
    socket.pause();
    done(result);
  };
  const onData = (chunk: Buffer): void => {
    // The decoder answers after a few hundred bytes at most, so this never grows.
    received = received === undefined ? chunk : Buffer.concat([received, chunk]);
    const result = decode(received);
    if (result === undefined) return;
    if (!(result instanceof WireError) && result.length < received.length) {
      socket.pause();
      socket.unshift(received.subarray(result.length));
    }
    settle(result);
  };
  const onError = (error: Error): void => settle({ failure: 'closed', message: error.message });
  const onClosed = (): void => settle({ failure: 'closed', message: 'the other side closed the connection' });
  const timer = setTimeout(() => settle({ failure: 'timeout', message: `no answer within ${limitMs} ms` }), limitMs);
  socket.on('data', onData).on('error', onError).on('end', onClosed).on('close', onClosed);
  // It is paused if this is not its first message.
  socket.resume();
  return stop;
}

/** An error without a listener would end the process; whoever cares about errors adds a listener of its own. */
export function ignoreErrors(socket: Socket): void {
  socket.on('error', () => {});
}

/** Tells the dialling side why, and closes. */
export function refuse(socket: Socket, code: ErrorCode, text: string, lingerMs: number): void {
  if (socket.destroyed) return;
  socket.end(encodeHelloReply({ ok: false, code, text }));
  socket.resume();
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

export function welcome(socket: Socket): void {
  if (!socket.destroyed) socket.write(encodeHelloReply({ ok: true }));
}
