/**
 * The connection to one of several controllers, as a channel that all service clients share: turning to another
 * controller exchanges what is behind it.
 */
import { Channel, type ClientOptions, connectivityState, credentials } from '@grpc/grpc-js';
import { OperationError } from '../../common/errors.ts';

const DEFAULT_CONTROLLER_PORT = 3372;

/** How long one controller may take to accept the connection before the next one is tried. */
const CONNECT_TIMEOUT_MS = 3_000;

const CHANNEL_OPTIONS = {
  // A machine that has vanished says nothing: a call that waits notices within 8 s.
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.max_receive_message_length': -1,
  // The default pool would share the back-off of an earlier failed attempt.
  'grpc.use_local_subchannel_pool': 1,
};

type AnyChannel = NonNullable<ClientOptions['channelOverride']>;

export class ControllerLine implements AnyChannel {
  private readonly controllers: readonly string[];
  private readonly signal: AbortSignal;
  private channel: Channel | undefined;
  private present = '';

  /** `host`, `host:port`, `[v6]:port`. @throws OperationError INVALID_ARGUMENT. */
  constructor(controllers: readonly string[], signal: AbortSignal) {
    this.controllers = controllers.map(controllerAddress);
    this.signal = signal;
  }

  /** Of the controller that is spoken to. */
  get address(): string {
    return this.present;
  }

  /**
   * The first of the list that accepts a connection; one that is spoken to already comes last.
   * @throws OperationError CONTROLLER_UNREACHABLE when none does; TIMED_OUT when interrupted meanwhile.
   */
  async find(withinMs: number): Promise<void> {
    const at = this.controllers.indexOf(this.present) + 1;
    const failures: string[] = [];
    for (const address of [...this.controllers.slice(at), ...this.controllers.slice(0, at)]) {
      const failure = await this.turnTo(address, withinMs);
      if (failure === undefined) return;
      failures.push(`${address}: ${failure}`);
    }
    throw new OperationError('CONTROLLER_UNREACHABLE', 'cannot connect to any controller', {
      cause: failures.join('\n'),
      correction:
        'Start it (lockstep-controller, or lockstep dev up), or name it with --controllers HOST[:PORT] or LS_CONTROLLERS.',
    });
  }

  /** @returns why it cannot be reached; then nothing has changed. @throws OperationError TIMED_OUT when interrupted. */
  async turnTo(address: string, withinMs: number): Promise<string | undefined> {
    const channel = new Channel(address, credentials.createInsecure(), CHANNEL_OPTIONS);
    const failure = await ready(channel, Math.min(CONNECT_TIMEOUT_MS, withinMs), this.signal);
    if (failure !== undefined) {
      channel.close();
      if (this.signal.aborted) throw interrupted();
      return failure;
    }
    this.channel?.close();
    this.channel = channel;
    this.present = address;
    return undefined;
  }

  close(): void {
    this.channel?.close();
    this.channel = undefined;
  }

  getTarget(): string {
    return this.present;
  }

  getConnectivityState(tryToConnect: boolean): connectivityState {
    return this.channel?.getConnectivityState(tryToConnect) ?? connectivityState.SHUTDOWN;
  }

  watchConnectivityState(...words: Parameters<AnyChannel['watchConnectivityState']>): void {
    this.connected().watchConnectivityState(...words);
  }

  getChannelzRef(): ReturnType<AnyChannel['getChannelzRef']> {
    return this.connected().getChannelzRef();
  }

  createCall(...words: Parameters<AnyChannel['createCall']>): ReturnType<AnyChannel['createCall']> {
    return this.connected().createCall(...words);
  }

  private connected(): Channel {
    if (this.channel === undefined) throw new OperationError('CONTROLLER_UNREACHABLE', 'the connection is closed');
    return this.channel;
  }
}

export function interrupted(): OperationError {
  return new OperationError('TIMED_OUT', 'interrupted');
}

/** Unlike waitForReady this gives up at the first refused connection: the next controller may be alive. */
function ready(channel: Channel, withinMs: number, signal: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + withinMs;
  return new Promise((resolve) => {
    const onAbort = (): void => settle('interrupted');
    const settle = (failure?: string): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(failure);
    };
    const look = (late?: Error): void => {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) settle();
      else if (late !== undefined) settle('no answer in time');
      else if (state === connectivityState.TRANSIENT_FAILURE) settle('nobody answers there');
      else if (!signal.aborted) channel.watchConnectivityState(state, deadline, look);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}

/** `linstor://h`, `h`, `h:1`, `[::1]:1`, `::1` → what gRPC wants. @throws OperationError INVALID_ARGUMENT. */
export function controllerAddress(given: string): string {
  const bare = given
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/\/+$/, '');
  const match = /^(\[[0-9A-Fa-f:.%a-z]+\]|[^:[\]/\s]+)(?::(\d{1,5}))?$/.exec(bare);
  if (match !== null) {
    const port = Number(match[2] ?? DEFAULT_CONTROLLER_PORT);
    if (port >= 1 && port <= 65_535) return `${match[1]}:${port}`;
  } else if (/^[0-9A-Fa-f:.]+$/.test(bare) && bare.includes(':')) {
    return `[${bare}]:${DEFAULT_CONTROLLER_PORT}`;
  }
  throw new OperationError('INVALID_ARGUMENT', `"${given}" is not a controller address`, {
    correction: 'Write HOST, HOST:PORT or [IPV6]:PORT; several separated by commas.',
  });
}
