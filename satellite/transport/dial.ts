/** The dialling side: opens sockets to a peer, says hello, waits for the answer. */
import { connect, type Socket } from 'node:net';
import type { ErrorCode } from '../../common/errors.ts';
import { decodeHelloReply, encodeHello } from '../replication/wire/hello.ts';
import type { Hello } from '../replication/wire/frames.ts';
import { WireError } from '../replication/wire/wire-error.ts';
import type { TransportLimits } from './limits.ts';
import type { LinkSockets } from './link.ts';
import { ignoreErrors, readOpening } from './opening.ts';

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** Undefined: the system chooses. */
  readonly localAddress: string | undefined;
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
  limits: TransportLimits,
  done: (outcome: StreamOutcome) => void,
): () => void {
  const { host, port, localAddress } = target;
  const socket = connect({
    host,
    port,
    ...(localAddress === undefined ? {} : { localAddress }),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.keepAliveMs,
  });
  ignoreErrors(socket);
  // Leaves as soon as the connection is there.
  socket.write(encodeHello(hello));
  const stop = readOpening(socket, decodeHelloReply, limits.helloMs, (result) => {
    if ('value' in result && result.value.ok) return done({ kind: 'open', socket });
    socket.destroy();
    if (result instanceof WireError) done({ kind: 'failed', message: `${result.code}: ${result.message}` });
    else if ('failure' in result) done({ kind: 'failed', message: result.message });
    else if (!result.value.ok) done({ kind: 'refused', code: result.value.code, text: result.value.text });
  });
  return () => {
    stop();
    socket.destroy();
  };
}

/** Both streams of one link, at the same time; the first failure ends both. Open sockets belong to whoever `done` gave them to. */
export function dialLink(
  target: DialTarget,
  hello: Omit<Hello, 'stream'>,
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
  const cancelData = dialStream(target, { ...hello, stream: 'data' }, limits, (outcome) => onOutcome('data', outcome));
  const cancelControl = dialStream(target, { ...hello, stream: 'control' }, limits, (outcome) =>
    onOutcome('control', outcome),
  );
  return cancel;
}
