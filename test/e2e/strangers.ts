/** Bytes that no friend would send, and what comes back. */
import { connect, type Socket } from 'node:net';

export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

const ENDS_WITHIN_MS = 20_000;

export interface Encounter {
  /** What the other side said before it closed. */
  readonly received: Buffer;
}

/** Connects, sends all of it, waits until the other side closes. @throws Error when it does not. */
export function meet(place: Place, ...pieces: readonly Uint8Array[]): Promise<Encounter> {
  return new Promise((resolve, reject) => {
    const socket = connect(place);
    const received: Buffer[] = [];
    const timer = setTimeout(() => {
      reject(new Error(`the connection to ${JSON.stringify(place)} is still open after ${ENDS_WITHIN_MS / 1000} s`));
      socket.destroy();
    }, ENDS_WITHIN_MS);
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    // A reset is an end too: the other side does not read what it does not want.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') {
        clearTimeout(timer);
        reject(error);
      }
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ received: Buffer.concat(received) });
    });
    for (const piece of pieces) socket.write(piece);
  });
}

/** A socket that has said `first`, and what was answered to it: at least one byte. */
export function open(place: Place, first: Uint8Array): Promise<{ socket: Socket; answer: Buffer }> {
  return new Promise((resolve, reject) => {
    const socket = connect(place);
    socket.once('error', reject);
    socket.once('data', (answer: Buffer) => resolve({ socket, answer }));
    socket.write(first);
  });
}

/** @returns when the other side has ended it. */
export function ended(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return resolve();
    const timer = setTimeout(() => {
      reject(new Error(`a connection is still open after ${ENDS_WITHIN_MS / 1000} s`));
      socket.destroy();
    }, ENDS_WITHIN_MS);
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
