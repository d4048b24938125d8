/**
 * What one resource has with one peer: nothing, an attempt, or a link. The node with the higher id dials, the lower one
 * knocks and waits, so two attempts never cross. The core decides when to try; this decides which sockets count.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ErrorCode } from '../../common/errors.ts';
import type { NodeId } from '../../common/ids.ts';
import type { LinkLossReason } from '../replication/events.ts';
import type { LinkId } from '../replication/payload.ts';
import type { Frame, Hello, Stream } from '../replication/wire/frames.ts';
import type { Secret } from './authentication.ts';
import { type DialFailure, dialLink, dialStream, type DialSecurity, type DialTarget } from './dial.ts';
import {
  DEFAULT_SOCKET_TUNING,
  type PeerSecurity,
  type SocketTuning,
  type TransportLimits,
  type TransportLog,
} from './limits.ts';
import { Link, type LinkSockets } from './link.ts';
import { refuse, welcome } from './opening.ts';
import type { TurnFlusher } from './outbound.ts';
import type { TlsEndpoint } from './tls.ts';
import { versionClash, type WireVersions } from './versions.ts';

/** What all channels of a transport share. */
export interface TransportContext {
  readonly flusher: TurnFlusher;
  readonly limits: TransportLimits;
  readonly log: TransportLog;
  readonly versions: WireVersions;
  /** Undefined: this satellite has no certificate. */
  readonly tls: TlsEndpoint | undefined;
}

export interface PeerEvents {
  linkUp(link: LinkId): void;
  linkFailed(): void;
  linkDown(link: LinkId, reason: LinkLossReason): void;
  frame(link: LinkId, frame: Frame): void;
  knock(): void;
  refused(code: ErrorCode, text: string): void;
  congested(congested: boolean): void;
  beginBatch(): void;
  endBatch(): void;
}

export interface PeerChannelOptions {
  readonly resource: string;
  readonly own: NodeId;
  readonly peer: NodeId;
  readonly context: TransportContext;
  readonly nextLinkId: () => LinkId;
  readonly events: PeerEvents;
  readonly security: () => PeerSecurity;
}

interface Attempt {
  cancel: () => void;
  /** The peer has knocked since the dial began: if that fails, dial once more. */
  knocked: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** One accepted socket that waits for the other stream of its link. */
interface HalfLink {
  readonly link: bigint;
  readonly stream: Stream;
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

const NO_LINK = 0n;

/** @returns undefined: the peer is believed */
export const secretOf = ({ algorithm, secret }: PeerSecurity): Secret | undefined =>
  algorithm === 'none' ? undefined : { algorithm, secret };

export class PeerChannel {
  /** Where the next attempt goes. */
  target: DialTarget;
  readonly #options: PeerChannelOptions;
  readonly #dials: boolean;
  #attempt: Attempt | undefined;
  #half: HalfLink | undefined;
  #link: Link | undefined;
  #tuning = DEFAULT_SOCKET_TUNING;
  /** Random number and start of the last link. */
  #lastLink = NO_LINK;
  #upSince = 0;

  constructor(options: PeerChannelOptions, target: DialTarget) {
    this.#options = options;
    this.target = target;
    this.#dials = options.own > options.peer;
  }

  /** What the next connection asks for. */
  get security(): PeerSecurity {
    return this.#options.security();
  }

  /** One attempt; while one is under way, or a link is up, nothing. */
  connect(): void {
    if (this.#attempt !== undefined || this.#link !== undefined) return;
    const attempt: Attempt = { cancel: () => {}, knocked: false, timer: undefined };
    this.#attempt = attempt;
    if (this.#dials) return this.#dial(attempt);
    this.#knock(attempt);
    attempt.timer = setTimeout(
      () => this.#fail(attempt, { kind: 'failed', message: 'the peer did not dial' }),
      this.#options.context.limits.waitForDialMs,
    );
  }

  /** Ends the attempt or the link. What was sent before still leaves; nothing more is reported. */
  disconnect(): void {
    this.#endAttempt();
    const link = this.#link;
    this.#link = undefined;
    link?.end();
  }

  /** For good: also what is half there. */
  close(): void {
    this.disconnect();
    this.#dropHalf('UNKNOWN_RESOURCE', 'the resource or the peer was removed here');
  }

  /** Counts from now on, also for the link that is up. */
  tune(tuning: SocketTuning): void {
    this.#tuning = tuning;
    this.#link?.tune(tuning);
  }

  send(link: LinkId, stream: Stream, frame: Frame): void {
    if (this.#link?.id === link) this.#link.send(stream, frame);
  }

  bufferedBytes(stream: Stream): number {
    return this.#link?.bufferedBytes(stream) ?? 0;
  }

  /** The lower node says that it wants a link. @param known the last link that it had. */
  knocked(known: bigint): void {
    const link = this.#link;
    const age = performance.now() - this.#upSince;
    if (link !== undefined && (known === this.#lastLink || age > this.#options.context.limits.knockFlightMs)) {
      link.drop('reset', 'the peer has lost this link and asks for a new one');
    }
    if (this.#attempt !== undefined) this.#attempt.knocked = true;
    this.#options.events.knock();
  }

  /** An accepted socket whose hello is for this channel, with a stream that the peer has to dial. */
  offer(hello: Hello, stream: Stream, socket: Socket): void {
    const { limits } = this.#options.context;
    const half = this.#half;
    if (half !== undefined && half.link === hello.link && half.stream !== stream) {
      clearTimeout(half.timer);
      this.#half = undefined;
      const sockets =
        stream === 'data' ? { data: socket, control: half.socket } : { data: half.socket, control: socket };
      this.#accept(sockets, hello.link);
      return;
    }
    this.#dropHalf('IN_TRANSITION', 'a newer connection took the place of this one');
    const timer = setTimeout(
      () => this.#dropHalf('TIMED_OUT', 'the other stream of this link did not come'),
      this.#tuning.joinMs || limits.helloMs,
    );
    this.#half = { link: hello.link, stream, socket, timer };
  }

  #accept(sockets: LinkSockets, link: bigint): void {
    // The peer dials only when it has no link, so what we still believe in is gone. The core may want the new one at once.
    this.#link?.drop('reset', 'the peer has connected anew');
    if (this.#attempt === undefined) this.#options.events.knock();
    if (this.#attempt === undefined) {
      const { limits } = this.#options.context;
      for (const socket of [sockets.data, sockets.control]) {
        refuse(
          socket,
          'IN_TRANSITION',
          `node ${this.#options.own} is not looking for a connection now`,
          limits.lingerMs,
        );
      }
      return;
    }
    welcome(sockets.data);
    welcome(sockets.control);
    this.#establish(sockets, link);
  }

  #establish(sockets: LinkSockets, number: bigint): void {
    this.#endAttempt();
    const { context, events, nextLinkId } = this.#options;
    const id = nextLinkId();
    const link = new Link(id, sockets, context.flusher, context.limits, {
      frame: (from, frame) => {
        const clash = frame.type === 'FEATURES' ? versionClash('the peer', frame, context.versions) : undefined;
        if (clash === undefined) events.frame(from, frame);
        else link.drop('protocol-error', `PROTOCOL_VERSION: ${clash}`);
      },
      down: (lost, reason, detail) => this.#lost(lost, reason, detail),
      congested: (congested) => events.congested(congested),
      beginBatch: () => events.beginBatch(),
      endBatch: () => events.endBatch(),
    });
    this.#link = link;
    link.tune(this.#tuning);
    this.#lastLink = number;
    this.#upSince = performance.now();
    link.start();
    context.log.info(this.#about({ link: id }), 'replication link up');
    events.linkUp(id);
  }

  #lost(id: LinkId, reason: LinkLossReason, detail: string): void {
    this.#link = undefined;
    const { log } = this.#options.context;
    const about = this.#about({ link: id, reason, detail });
    if (reason === 'protocol-error') log.warn(about, 'replication link down');
    else log.info(about, 'replication link down');
    this.#options.events.linkDown(id, reason);
  }

  #dial(attempt: Attempt): void {
    const link = randomBytes(8).readBigUInt64BE();
    const security = this.#dialSecurity();
    attempt.knocked = false;
    attempt.cancel = dialLink(
      this.target,
      this.#hello(link, security),
      security,
      this.#options.context.limits,
      (outcome) => {
        if (this.#attempt !== attempt) return;
        if (outcome.kind === 'open') this.#establish(outcome.sockets, link);
        else if (attempt.knocked) this.#dial(attempt);
        else this.#fail(attempt, outcome);
      },
    );
  }

  /** Best effort: a peer that cannot be reached now dials by itself when it comes up. */
  #knock(attempt: Attempt): void {
    const { context } = this.#options;
    const security = this.#dialSecurity();
    const hello: Hello = { ...this.#hello(this.#lastLink, security), stream: 'knock' };
    attempt.cancel = dialStream(this.target, hello, security, context.limits, (outcome) => {
      if (outcome.kind === 'open') outcome.socket.destroy();
      else if (outcome.kind === 'refused') this.#fail(attempt, outcome);
      else context.log.debug(this.#about({ reason: outcome.message }), 'cannot knock at a peer');
    });
  }

  #fail(attempt: Attempt, failure: DialFailure): void {
    if (this.#attempt !== attempt) return;
    const { context, events } = this.#options;
    context.log.debug(this.#about({ ...failure }), 'no replication link');
    // A peer that is just not trying now is no news for people.
    if (failure.kind === 'refused' && failure.code !== 'IN_TRANSITION') events.refused(failure.code, failure.text);
    if (this.#attempt !== attempt) return;
    this.#endAttempt();
    events.linkFailed();
  }

  #endAttempt(): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    this.#attempt = undefined;
    clearTimeout(attempt.timer);
    attempt.cancel();
  }

  #dropHalf(code: ErrorCode, text: string): void {
    const half = this.#half;
    if (half === undefined) return;
    this.#half = undefined;
    clearTimeout(half.timer);
    refuse(half.socket, code, text, this.#options.context.limits.lingerMs);
  }

  #hello(link: bigint, { secret }: DialSecurity): Omit<Hello, 'stream'> {
    const { resource, own: from, peer: to, context } = this.#options;
    const { min: versionMin, max: versionMax } = context.versions;
    return { versionMin, versionMax, resource, from, to, authenticates: secret !== undefined, link };
  }

  #dialSecurity(): DialSecurity {
    const { security } = this;
    const tls = security.tls ? (this.#options.context.tls ?? 'missing') : undefined;
    return { secret: secretOf(security), tls };
  }

  #about(fields: object): object {
    const { resource, peer } = this.#options;
    return { resource, peer, ...fields };
  }
}
