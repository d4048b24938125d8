/** The dialling side: opens sockets to a peer, says hello, waits for the answer. */
import { connect, type Socket } from 'node:net';
import type { ErrorCode } from '../../common/errors.ts';
import { decodeHelloReply, encodeHello } from '../replication/wire/hello.ts';
import type { Hello } from '../replication/wire/frames.ts';
import { WireError } from '../replication/wire/wire-error.ts';
import { giveProof, type Secret } from './authentication.ts';
import type { TransportLimits } from './limits.ts';
import type { LinkSockets } from './link.ts';
import { ignoreErrors, readOpening, refuse } from './opening.ts';
import type { TlsEndpoint } from './tls.ts';

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** Undefined: the system chooses. */
  readonly localAddress: string | undefined;
}

export interface DialSecurity {
  /** Undefined: the peer is believed. */
  readonly secret: Secret | undefined;
  /** Undefined: in the clear. */
  readonly tls: TlsEndpoint | 'missing' | undefined;
}

export type DialFailure =
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

export type StreamOutcome = { readonly kind: 'open'; readonly socket: Socket } | DialFailure;
export type LinkOutcome = { readonly kind: 'open'; readonly sockets: LinkSockets } | DialFailure;

/** One stream. `done` is called once, never within this call, unless the returned function cancels before. An open socket is paused. */
export function dialStream(
  target: DialTarget,
  hello: Hello,
  security: DialSecurity,
  limits: TransportLimits,
  done: (outcome: StreamOutcome) => void,
): () => void {
  const { host, port, localAddress } = target;
  const raw = connect({
    host,
    port,
    ...(localAddress === undefined ? {} : { localAddress }),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.keepAliveMs,
  });
  ignoreErrors(raw);
  let stop = (): void => {};
  let hasFailed = false;
  const settle = (outcome: StreamOutcome): void => {
    hasFailed = outcome.kind !== 'open';
    done(outcome);
  };
  const introduce = (socket: Socket): void => {
    stop = sayHello(socket, hello, security, limits, settle);
  };
  if (security.tls === undefined) introduce(raw);
  else stop = encrypt(raw, security.tls, limits, introduce, settle);
  return () => {
    // One that has failed is closed already, or still tells the other end why.
    if (hasFailed) return;
    stop();
    raw.destroy();
  };
}

function encrypt(
  raw: Socket,
  tls: TlsEndpoint | 'missing',
  limits: TransportLimits,
  introduce: (socket: Socket) => void,
  done: (failure: DialFailure) => void,
): () => void {
  const fail = (failure: DialFailure): void => {
    raw.destroy();
    done(failure);
  };
  const refused = (text: string): void => fail({ kind: 'refused', code: 'TLS_FAILED', text });
  let stop = onceConnected(raw, limits, (failure) => {
    if (failure !== undefined) return fail({ kind: 'failed', message: failure });
    if (tls === 'missing') return refused('this satellite has no certificate (--tls-cert)');
    stop = tls.dial(raw, limits.helloMs, (outcome) => (outcome.ok ? introduce(outcome.socket) : refused(outcome.text)));
  });
  return () => stop();
}

function onceConnected(raw: Socket, limits: TransportLimits, done: (failure: string | undefined) => void): () => void {
  const stop = (): void => {
    clearTimeout(timer);
    raw.off('connect', onConnect).off('error', onError);
  };
  const settle = (failure: string | undefined): void => {
    stop();
    done(failure);
  };
  const onConnect = (): void => settle(undefined);
  const onError = (error: Error): void => settle(error.message);
  const timer = setTimeout(() => settle(`no answer within ${limits.helloMs} ms`), limits.helloMs);
  raw.on('connect', onConnect).on('error', onError);
  return stop;
}

/** Hello, proofs where there is a secret, answer. */
function sayHello(
  socket: Socket,
  hello: Hello,
  { secret }: DialSecurity,
  limits: TransportLimits,
  done: (outcome: StreamOutcome) => void,
): () => void {
  // Leaves as soon as the connection is there.
  socket.write(encodeHello(hello));
  const awaitAnswer = (): (() => void) =>
    readOpening(socket, decodeHelloReply, limits.helloMs, (result) => {
      if ('value' in result && result.value.ok) return done({ kind: 'open', socket });
      socket.destroy();
      if (result instanceof WireError) done({ kind: 'failed', message: `${result.code}: ${result.message}` });
      else if ('failure' in result) done({ kind: 'failed', message: result.message });
      else if (!result.value.ok) done({ kind: 'refused', code: result.value.code, text: result.value.text });
    });
  if (secret === undefined) return awaitAnswer();
  let stop = giveProof(socket, hello, secret, limits.helloMs, (failure) => {
    if (failure === undefined) {
      stop = awaitAnswer();
      return;
    }
    if (failure.kind === 'unproven') refuse(socket, failure.code, failure.text, limits.lingerMs);
    else socket.destroy();
    done(failure.kind === 'failed' ? failure : { kind: 'refused', code: failure.code, text: failure.text });
  });
  return () => stop();
}

/** Both streams of one link, at the same time; the first failure ends both. Open sockets belong to whoever `done` gave them to. */
export function dialLink(
  target: DialTarget,
  hello: Omit<Hello, 'stream'>,
  security: DialSecurity,
  limits: TransportLimits,
  done: (outcome: LinkOutcome) => void,
): () => void {
  const open: { data?: Socket; control?: Socket } = {};
  let handedOver = false;
  const cancel = (): void => {
    if (handedOver) return;
    cancelData();
    cancelControl();
  };
  const onOutcome = (stream: 'data' | 'control', outcome: StreamOutcome): void => {
    if (outcome.kind !== 'open') {
      cancel();
      return done(outcome);
    }
    open[stream] = outcome.socket;
    if (open.data !== undefined && open.control !== undefined) {
      handedOver = true;
      done({ kind: 'open', sockets: { data: open.data, control: open.control } });
    }
  };
  const dial = (stream: 'data' | 'control'): (() => void) =>
    dialStream(target, { ...hello, stream }, security, limits, (outcome) => onOutcome(stream, outcome));
  const cancelData = dial('data');
  const cancelControl = dial('control');
  return cancel;
}
