/**
 * One client from accept to close: owns the socket, its timers, the phase, and the session while there is one.
 */
import type { Socket } from 'node:net';
import type { ErrorCode, OperationError } from '../../common/errors.ts';
import { assert, unreachable } from '../../common/assert.ts';
import { ByteQueue } from './byte-queue.ts';
import type { NbdExport, NbdExports, NbdSession } from './export.ts';
import type { NbdLimits, NbdLog } from './limits.ts';
import { Negotiation, type NegotiationStep, type OpenWish } from './negotiation.ts';
import { ReplyWriter } from './reply-writer.ts';
import { type ByteBudget, Transmission } from './transmission.ts';

/** `ended`: our side is closed or about to be; the session may still wait for requests in flight. */
type NbdPhase = 'handshake' | 'opening' | 'transmission' | 'ended';

export interface NbdConnectionStatus {
  readonly id: number;
  /** `127.0.0.1:45678`, or the path of the Unix socket. */
  readonly client: string;
  readonly phase: NbdPhase;
  readonly exportName: string | undefined;
  readonly requestsInFlight: number;
  readonly bytesInFlight: number;
}

interface NbdConnectionOptions {
  readonly id: number;
  readonly client: string;
  readonly socket: Socket;
  readonly exports: NbdExports;
  readonly limits: NbdLimits;
  readonly log: NbdLog;
  readonly budget: ByteBudget;
  /** Once: the socket is closed and so is the session. An export that is still opening is closed when it is open. */
  readonly onGone: () => void;
}

/** Unsent answers of the handshake at which we wait for the client to read. */
const HANDSHAKE_BUFFERED_MAX = 256 * 1024;
const KEEP_ALIVE_MS = 15_000;

export class NbdConnection {
  readonly id: number;
  private readonly options: NbdConnectionOptions;
  private readonly socket: Socket;
  private readonly input = new ByteQueue();
  private readonly writer: ReplyWriter;
  private readonly negotiation: Negotiation;
  private phase: NbdPhase = 'handshake';
  private target: NbdExport | undefined;
  private transmission: Transmission | undefined;
  private session: NbdSession | undefined;
  private opening = false;
  private shuttingDown = false;
  private inputEnded = false;
  private socketClosed = false;
  private goneTold = false;
  private handshakeTimer: NodeJS.Timeout | undefined;
  private lingerTimer: NodeJS.Timeout | undefined;

  constructor(options: NbdConnectionOptions) {
    this.id = options.id;
    this.options = options;
    this.socket = options.socket;
    this.writer = new ReplyWriter(options.socket, () => this.onTurnEnd());
    this.negotiation = new Negotiation(options.exports, options.limits, (bytes) => this.writer.push(bytes));
  }

  start(): void {
    const { socket } = this;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS); // A client whose machine died must not stay the opener for ever.
    socket.on('data', (chunk: Buffer) => this.onData(chunk));
    socket.on('end', () => this.onEnd());
    socket.on('drain', () => this.onTurnEnd());
    socket.on('error', () => {}); // 'close' follows and does the work.
    socket.on('close', () => this.onSocketClosed());
    this.startHandshakeTimer();
    this.negotiation.greet();
    this.writer.flush();
  }

  status(): NbdConnectionStatus {
    return {
      id: this.id,
      client: this.options.client,
      phase: this.phase,
      exportName: this.target?.name,
      requestsInFlight: this.transmission?.requestsInFlight ?? 0,
      bytesInFlight: this.transmission?.bytesInFlight ?? 0,
    };
  }

  /** Ends as soon as the requests in flight are answered. */
  drain(): void {
    this.shuttingDown = true;
    if (this.transmission !== undefined) this.transmission.drain();
    else if (!this.opening) this.finish('the server stops');
  }

  /** Ends now: requests in flight are forgotten, the session is closed. */
  abort(reason: string): void {
    this.leave(reason);
    this.socket.destroy();
    this.transmission?.abandon();
    this.closeSession();
  }

  private onData(chunk: Buffer): void {
    if (this.phase === 'ended') return;
    this.input.push(chunk);
    this.proceed();
  }

  private onEnd(): void {
    this.inputEnded = true;
    if (this.transmission !== undefined) this.transmission.endOfInput();
    else if (!this.opening) this.finish('the client left during the handshake');
  }

  /** Replies have left or the client has read: there may be room for requests that wait. */
  private onTurnEnd(): void {
    if (this.phase !== 'ended' && this.socket.isPaused()) this.proceed();
  }

  private proceed(): void {
    switch (this.phase) {
      case 'handshake':
        this.proceedHandshake();
        break;
      case 'opening':
        this.readSocket(false);
        break;
      case 'transmission':
        this.proceedTransmission();
        break;
      case 'ended':
        break;
      default:
        unreachable(this.phase);
    }
  }

  private proceedTransmission(): void {
    const { transmission } = this;
    assert(transmission !== undefined, 'the phase says that there is a transmission');
    if (this.inputEnded) transmission.endOfInput();
    else transmission.consume();
    const appetite = transmission.appetite();
    if (appetite === 'ending') this.input.clear(); // What follows the last request is dropped as it comes.
    this.readSocket(appetite !== 'stalled');
  }

  private readSocket(wanted: boolean): void {
    if (wanted === !this.socket.isPaused()) return;
    if (wanted) this.socket.resume();
    else this.socket.pause();
  }

  private proceedHandshake(): void {
    while (this.phase === 'handshake') {
      if (this.writer.bufferedBytes > HANDSHAKE_BUFFERED_MAX) {
        this.writer.flush(); // 'drain' goes on.
        this.readSocket(false);
        return;
      }
      const step = this.negotiation.step(this.input);
      if (step.kind === 'wait-for-bytes') {
        this.readSocket(true);
        return;
      }
      this.follow(step);
    }
  }

  private follow(step: NegotiationStep): void {
    switch (step.kind) {
      case 'wait-for-bytes':
      case 'next-option':
        return;
      case 'end':
        if (!step.polite) return this.hangUp(step.code, step.reason);
        if (step.code !== undefined) this.warn(step.code, step.reason);
        return this.finish(step.reason);
      case 'open':
        this.open(step.wish);
        return;
      default:
        unreachable(step);
    }
  }

  private open(wish: OpenWish): void {
    this.phase = 'opening';
    this.opening = true;
    this.target = wish.target;
    clearTimeout(this.handshakeTimer);
    this.readSocket(false);
    wish.target.open(wish.target.readOnly ? 'read-only' : 'read-write', (error, session) => {
      assert(this.opening, 'an export calls the done of open exactly once');
      this.opening = false;
      assert((error === undefined) !== (session === undefined), 'open gives an error or a session');
      if (session !== undefined) this.onOpened(wish, session);
      else if (error !== undefined) this.onRefused(wish, error);
    });
  }

  private onOpened(wish: OpenWish, session: NbdSession): void {
    this.session = session;
    if (this.shuttingDown && this.phase !== 'ended') {
      this.negotiation.refuseForShutdown(wish);
      this.finish('the server stops');
    }
    if (this.phase === 'ended') {
      this.closeSession();
      return;
    }
    this.negotiation.opened(wish);
    this.phase = 'transmission';
    this.transmission = new Transmission({
      target: wish.target,
      session,
      agreed: wish.agreed,
      limits: this.options.limits,
      input: this.input,
      writer: this.writer,
      budget: this.options.budget,
      onIdleEnd: (reason) => this.onTransmissionEnded(reason),
    });
    this.options.log.info({ client: this.options.client, export: wish.target.name }, 'nbd client connected');
    // Not from within `done`: the export may still be busy with the opening. The reply queued above ends this turn.
  }

  private onRefused(wish: OpenWish, error: OperationError): void {
    const { client, log } = this.options;
    log.info({ client, export: wish.target.name, code: error.code, error: error.message }, 'nbd open refused');
    this.target = undefined;
    if (this.phase === 'ended') return;
    this.phase = 'handshake';
    this.follow(this.negotiation.refused(wish, error));
    if (this.shuttingDown) this.finish('the server stops');
    else if (this.inputEnded) this.finish('the client left during the handshake');
    else if (this.phase === 'handshake') this.startHandshakeTimer();
  }

  private onTransmissionEnded(reason: string | undefined): void {
    if (reason === undefined) this.finish('the client is done');
    else this.hangUp('PROTOCOL_ERROR', reason);
    this.closeSession();
  }

  private startHandshakeTimer(): void {
    clearTimeout(this.handshakeTimer);
    const { handshakeMs } = this.options.limits;
    this.handshakeTimer = setTimeout(() => this.hangUp('TIMED_OUT', 'the handshake took too long'), handshakeMs);
  }

  /** Ends our side after what is queued has left. The client has a moment to read it and to close too. */
  private finish(reason: string): void {
    if (this.phase === 'ended') return;
    this.writer.flush();
    this.leave(reason);
    this.socket.resume(); // To see the client's end; what still comes is dropped.
    this.socket.end();
    this.lingerTimer = setTimeout(() => this.socket.destroy(), this.options.limits.lingerMs);
  }

  /** Ends the connection with a client that broke the rules. Answers to its valid requests are still sent. */
  private hangUp(code: ErrorCode, reason: string): void {
    if (this.phase === 'ended') return;
    this.warn(code, reason);
    this.writer.flush();
    this.leave(reason);
    this.socket.destroySoon();
    this.lingerTimer = setTimeout(() => this.socket.destroy(), this.options.limits.lingerMs);
  }

  private warn(code: ErrorCode, reason: string): void {
    const { client, log } = this.options;
    log.warn({ client, export: this.target?.name, code, reason }, 'nbd connection ended');
  }

  private leave(reason: string): void {
    if (this.phase === 'transmission') {
      const { client, log } = this.options;
      log.info({ client, export: this.target?.name, reason }, 'nbd client disconnected');
    }
    this.phase = 'ended';
    this.input.clear();
    this.writer.close();
    clearTimeout(this.handshakeTimer);
  }

  private onSocketClosed(): void {
    this.socketClosed = true;
    this.leave('the connection is closed');
    clearTimeout(this.lingerTimer);
    this.transmission?.abandon();
    this.tellGone();
  }

  private closeSession(): void {
    const { session } = this;
    this.session = undefined;
    session?.close();
    this.tellGone();
  }

  private tellGone(): void {
    if (!this.socketClosed || this.session !== undefined || this.goneTold) return;
    this.goneTold = true;
    this.options.onGone();
  }
}
