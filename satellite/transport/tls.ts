/**
 * The two streams of a link inside TLS 1.3 (option tls). Both ends show a certificate of the same authority; whose name it
 * bears does not matter, since satellites are known by addresses: the authority is one of this cluster alone.
 */
import type { Socket } from 'node:net';
import { connect, createSecureContext, createServer, type SecureContext, type TLSSocket } from 'node:tls';
import { OperationError } from '../../common/errors.ts';

/** PEM: this satellite's certificate and key, and the authority that has signed those of all satellites. */
export interface TlsIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

export type TlsOutcome =
  | { readonly ok: true; readonly socket: TLSSocket }
  /** `socket`: where the other end can still be told. */
  | { readonly ok: false; readonly text: string; readonly socket: TLSSocket | undefined };

/** First byte of whoever begins with TLS: a record of a handshake. A hello begins with "L". */
export const TLS_FIRST_BYTE = 0x16;
const VERSION = 'TLSv1.3';

export class TlsEndpoint {
  readonly #identity: TlsIdentity;
  readonly #context: SecureContext;

  /** @throws OperationError INVALID_ARGUMENT: the three do not make an identity. */
  constructor(identity: TlsIdentity) {
    this.#identity = identity;
    try {
      this.#context = createSecureContext({ ...identity, minVersion: VERSION });
    } catch (error) {
      throw new OperationError('INVALID_ARGUMENT', 'certificate, key and authority of TLS do not work', {
        cause: error instanceof Error ? error.message : String(error),
        correction: 'Check the files of --tls-cert, --tls-key and --tls-ca: all PEM, the key without a passphrase.',
      });
    }
  }

  /** @param raw connected. `done` is called once, not within this call; the socket belongs to whoever gets it. */
  dial(raw: Socket, limitMs: number, done: (outcome: TlsOutcome) => void): () => void {
    const socket = connect({
      socket: raw,
      secureContext: this.#context,
      minVersion: VERSION,
      checkServerIdentity: () => undefined,
    });
    const settle = (outcome: TlsOutcome): void => {
      clearTimeout(timer);
      socket.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      done(outcome);
    };
    const fail = (text: string): void => settle({ ok: false, text, socket: undefined });
    const onSecure = (): void => settle({ ok: true, socket });
    const onError = (error: Error): void => fail(error.message);
    const onClose = (): void => fail('the peer closed the connection');
    const timer = setTimeout(() => fail(`no TLS within ${limitMs} ms`), limitMs);
    socket.on('error', () => {});
    socket.on('secureConnect', onSecure).on('error', onError).on('close', onClose);
    return () => {
      clearTimeout(timer);
      socket.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      socket.destroy();
    };
  }

  /** @param raw whose first byte is TLS_FIRST_BYTE and not read yet. `done` as above. */
  accept(raw: Socket, limitMs: number, done: (outcome: TlsOutcome) => void): void {
    // A server that does not listen: only it judges the certificate of the other end, and with one per socket nothing has to be
    // found again. It goes with the socket.
    const server = createServer({
      ...this.#identity,
      minVersion: VERSION,
      handshakeTimeout: limitMs,
      requestCert: true,
      // Judged below, so that the other end can be told why.
      rejectUnauthorized: false,
    });
    const settle = (outcome: TlsOutcome): void => {
      server.removeAllListeners();
      raw.off('close', onClose);
      done(outcome);
    };
    const onClose = (): void => settle({ ok: false, text: 'the other side closed the connection', socket: undefined });
    server.once('secureConnection', (socket) => {
      if (socket.authorized) return settle({ ok: true, socket });
      settle({ ok: false, text: `its certificate is not accepted: ${String(socket.authorizationError)}`, socket });
    });
    server.once('tlsClientError', (error) => {
      // After a timeout Node leaves it open.
      raw.destroy();
      settle({ ok: false, text: error.message, socket: undefined });
    });
    raw.once('close', onClose);
    server.emit('connection', raw);
  }
}
