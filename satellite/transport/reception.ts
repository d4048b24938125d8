/**
 * Accepted sockets, from their first byte until their hello counts: TLS where it begins with that, the hello, the proof of the
 * shared secret where the peer has one with us. Nothing that a stranger sends reaches a channel.
 */
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../common/errors.ts';
import type { Hello } from '../replication/wire/frames.ts';
import { decodeHello } from '../replication/wire/hello.ts';
import type { Opening } from '../replication/wire/sealed.ts';
import { WireError } from '../replication/wire/wire-error.ts';
import { askForProof } from './authentication.ts';
import { ignoreErrors, readOpening, refuse, welcome } from './opening.ts';
import { type PeerChannel, secretOf, type TransportContext } from './peer-channel.ts';
import { TLS_FIRST_BYTE } from './tls.ts';

export interface Refusal {
  readonly code: ErrorCode;
  readonly text: string;
}

/** @returns the channel that a hello is for, or why there is none. */
export type FindChannel = (hello: Hello) => PeerChannel | Refusal;

interface Guest {
  readonly socket: Socket;
  readonly remote: string;
  readonly encrypted: boolean;
}

const firstByte = (bytes: Uint8Array): Opening<number> | undefined =>
  bytes[0] === undefined ? undefined : { value: bytes[0], length: 0 };

export class Reception {
  readonly #context: TransportContext;
  readonly #find: FindChannel;
  /** Also those that have become links. */
  readonly #sockets = new Set<Socket>();
  /** Without a hello that counts. */
  #pending = 0;
  #closed = false;

  constructor(context: TransportContext, find: FindChannel) {
    this.#context = context;
    this.#find = find;
  }

  accept(socket: Socket): void {
    ignoreErrors(socket);
    const { limits, log } = this.#context;
    if (this.#closed || this.#pending >= limits.pendingSocketsMax) {
      log.warn(
        { pendingSocketsMax: limits.pendingSocketsMax },
        'replication socket turned away: too many without a hello',
      );
      socket.destroy();
      return;
    }
    const remote = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#keep(socket);
    this.#pending += 1;
    readOpening(socket, firstByte, limits.helloMs, (result) => {
      const isTls = !(result instanceof WireError) && 'value' in result && result.value === TLS_FIRST_BYTE;
      if (isTls) return this.#encrypt({ socket, remote, encrypted: true });
      if ('failure' in result) return this.#leave({ socket, remote, encrypted: false }, result.failure);
      this.#listen({ socket, remote, encrypted: false });
    });
  }

  /** Links that have just ended may linger to deliver their last frames; everything else ends now. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) if (!socket.writableEnded) socket.destroy();
  }

  /** Those that linger, too. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #encrypt(guest: Guest): void {
    const { limits, tls } = this.#context;
    const { socket: raw, remote } = guest;
    if (tls === undefined) {
      this.#pending -= 1;
      // It would take an answer in the clear for a broken TLS; so would anybody in between.
      this.#warn(guest, { code: 'TLS_FAILED', text: 'it begins with TLS, and this satellite has no certificate' });
      raw.destroy();
      return;
    }
    tls.accept(raw, limits.helloMs, (outcome) => {
      const { socket } = outcome;
      if (socket !== undefined) {
        ignoreErrors(socket);
        this.#keep(socket);
        // From here on the inner socket ends the outer one, once it has delivered what was sent.
        this.#sockets.delete(raw);
      }
      if (outcome.ok) return this.#listen({ socket: outcome.socket, remote, encrypted: true });
      this.#pending -= 1;
      const refusal: Refusal = { code: 'TLS_FAILED', text: outcome.text };
      if (socket === undefined) this.#warn(guest, refusal);
      else this.#refuse({ socket, remote, encrypted: true }, refusal);
    });
  }

  #listen(guest: Guest): void {
    const { limits } = this.#context;
    readOpening(guest.socket, decodeHello, limits.helloMs, (result) => {
      if (result instanceof WireError) {
        this.#pending -= 1;
        this.#refuse(guest, { code: result.code, text: result.message });
      } else if ('failure' in result) this.#leave(guest, result.failure);
      else this.#greet(guest, result.value);
    });
  }

  #leave(guest: Guest, failure: 'closed' | 'timeout'): void {
    this.#pending -= 1;
    if (failure === 'timeout')
      return refuse(guest.socket, 'TIMED_OUT', 'no hello came in time', this.#context.limits.lingerMs);
    if (guest.encrypted)
      this.#warn(guest, {
        code: 'TLS_FAILED',
        text: 'closed after the TLS handshake: it may not accept the certificate of this satellite',
      });
    guest.socket.destroy();
  }

  #greet(guest: Guest, hello: Hello): void {
    const channel = this.#admissible(guest, hello);
    const secret = 'code' in channel ? undefined : secretOf(channel.security);
    if ('code' in channel || secret === undefined) {
      this.#pending -= 1;
      return this.#admit(guest, hello, channel);
    }
    const { socket } = guest;
    askForProof(socket, hello, secret, this.#context.limits.helloMs, (failure) => {
      this.#pending -= 1;
      // Meanwhile the resource or the peer may have been taken away.
      if (failure === undefined) return this.#admit(guest, hello, this.#admissible(guest, hello));
      if (failure.kind === 'unproven') return this.#refuse(guest, failure, hello);
      if (failure.kind === 'refused') this.#warn(guest, failure, hello);
      else this.#context.log.debug({ remote: guest.remote, reason: failure.message }, 'no proof from a dialling node');
      socket.destroy();
    });
  }

  #admissible({ encrypted }: Guest, hello: Hello): PeerChannel | Refusal {
    const channel = this.#find(hello);
    if ('code' in channel) return channel;
    const { tls, algorithm } = channel.security;
    if (tls !== encrypted)
      return { code: 'TLS_FAILED', text: tls ? 'this node asks for TLS' : 'this node does not use TLS with that peer' };
    if (hello.authenticates === (algorithm !== 'none')) return channel;
    const text = hello.authenticates
      ? 'the accepting node does not ask for a proof (cram-hmac-alg)'
      : 'the dialling node gives no proof that it knows the shared secret (cram-hmac-alg)';
    return { code: 'AUTHENTICATION_FAILED', text };
  }

  #admit(guest: Guest, hello: Hello, channel: PeerChannel | Refusal): void {
    if ('code' in channel) return this.#refuse(guest, channel, hello);
    const { socket } = guest;
    if (hello.stream !== 'knock') return channel.offer(hello, hello.stream, socket);
    welcome(socket);
    socket.end();
    socket.resume();
    setTimeout(() => socket.destroy(), this.#context.limits.lingerMs).unref();
    channel.knocked(hello.link);
  }

  #refuse(guest: Guest, refusal: Refusal, hello?: Hello): void {
    this.#warn(guest, refusal, hello);
    refuse(guest.socket, refusal.code, refusal.text, this.#context.limits.lingerMs);
  }

  #warn({ remote }: Guest, { code, text }: Refusal, hello?: Hello): void {
    const whom = hello === undefined ? {} : { resource: hello.resource, from: hello.from, to: hello.to };
    this.#context.log.warn({ remote, ...whom, code, text }, 'replication socket refused');
  }
}
