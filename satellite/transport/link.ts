/**
 * One link to a peer: the joined data and control sockets, from the moment that both ends have agreed on it to its end.
 * Frames come out in batches, one batch per arrival on a socket. A link that has ended tells nothing more.
 */
import type { Socket } from 'node:net';
import type { LinkLossReason } from '../replication/events.ts';
import type { LinkId } from '../replication/payload.ts';
import { FrameDecoder } from '../replication/wire/decoder.ts';
import type { Frame, Stream } from '../replication/wire/frames.ts';
import { WireError } from '../replication/wire/wire-error.ts';
import { DEFAULT_SOCKET_TUNING, type SocketTuning, type TransportLimits } from './limits.ts';
import { OutboundStream, type TurnFlusher } from './outbound.ts';

export interface LinkEvents {
  frame(link: LinkId, frame: Frame): void;
  /** Once. `detail` is for the log. */
  down(link: LinkId, reason: LinkLossReason, detail: string): void;
  congested(congested: boolean): void;
  beginBatch(): void;
  endBatch(): void;
}

export interface LinkSockets {
  readonly data: Socket;
  readonly control: Socket;
}

export class Link {
  readonly id: LinkId;
  readonly #sockets: LinkSockets;
  readonly #out: { readonly data: OutboundStream; readonly control: OutboundStream };
  readonly #limits: TransportLimits;
  readonly #events: LinkEvents;
  #ended = false;
  #congested = false;
  #streamsEnded = 0;
  #halfClosedTimer: NodeJS.Timeout | undefined;
  #tuning = DEFAULT_SOCKET_TUNING;

  constructor(id: LinkId, sockets: LinkSockets, flusher: TurnFlusher, limits: TransportLimits, events: LinkEvents) {
    this.id = id;
    this.#sockets = sockets;
    this.#limits = limits;
    this.#events = events;
    const onWritten = (): void => this.#checkCongestion();
    this.#out = {
      data: new OutboundStream(sockets.data, flusher, onWritten),
      control: new OutboundStream(sockets.control, flusher, onWritten),
    };
  }

  /** Begins to read. Nothing is reported before the caller has returned to the event loop. */
  start(): void {
    this.#listen('data');
    this.#listen('control');
  }

  tune(tuning: SocketTuning): void {
    this.#tuning = tuning;
    for (const stream of Object.values(this.#out)) {
      stream.corked = tuning.corked;
      if (!tuning.corked && !this.#ended) stream.flush();
    }
    this.#checkCongestion();
  }

  send(stream: Stream, frame: Frame): void {
    if (!this.#ended) this.#out[stream].send(frame);
  }

  bufferedBytes(stream: Stream): number {
    return this.#out[stream].bufferedBytes;
  }

  /** Our side ends the link: what was sent before still leaves, nothing more is reported. */
  end(): void {
    if (this.#ended) return;
    this.#finish();
    this.#out.data.flush();
    this.#out.control.flush();
    for (const socket of [this.#sockets.data, this.#sockets.control]) {
      socket.end();
      // Unread bytes would make the kernel reset the connection, and the peer lose what it has not read.
      socket.resume();
      setTimeout(() => socket.destroy(), this.#limits.lingerMs).unref();
    }
  }

  /** Ends it at once and reports it as lost. */
  drop(reason: LinkLossReason, detail: string): void {
    if (this.#ended) return;
    this.#finish();
    this.#sockets.data.destroy();
    this.#sockets.control.destroy();
    this.#events.down(this.id, reason, detail);
  }

  /** Ends it at once and reports nothing. */
  destroy(): void {
    this.#finish();
    this.#sockets.data.destroy();
    this.#sockets.control.destroy();
  }

  #finish(): void {
    this.#ended = true;
    clearTimeout(this.#halfClosedTimer);
  }

  #listen(stream: Stream): void {
    const socket = this.#sockets[stream];
    const decoder = new FrameDecoder(stream);
    let streamEnded = false;
    const onEnd = (): void => {
      if (streamEnded) return;
      streamEnded = true;
      this.#streamEnded(stream);
    };
    socket.on('data', (chunk: Buffer) => this.#receive(decoder, chunk));
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.drop(error.code === 'ETIMEDOUT' ? 'timeout' : 'reset', `${stream} stream: ${error.message}`),
    );
    // It may have ended between its hello and now, when nobody listened.
    if (socket.destroyed) setImmediate(onEnd);
    else socket.resume();
  }

  #receive(decoder: FrameDecoder, chunk: Buffer): void {
    if (this.#ended) return;
    decoder.push(chunk);
    this.#events.beginBatch();
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if (frame instanceof WireError) {
        this.drop('protocol-error', `${frame.code}: ${frame.message}`);
        break;
      }
      this.#events.frame(this.id, frame);
      if (this.#ended) break;
    }
    this.#events.endBatch();
  }

  /** The last frames of the other stream, perhaps the reason of the end, may still be on their way. */
  #streamEnded(stream: Stream): void {
    if (this.#ended) return;
    this.#streamsEnded += 1;
    if (this.#streamsEnded === 2) return this.drop('closed', 'the peer closed the connection');
    this.#halfClosedTimer = setTimeout(
      () => this.drop('closed', `the peer closed the ${stream} stream`),
      this.#limits.halfClosedMs,
    );
  }

  #checkCongestion(): void {
    if (this.#ended) return;
    const buffered = this.#out.data.bufferedBytes + this.#out.control.bufferedBytes;
    const limit = this.#tuning.sendBufferBytes || this.#limits.congestedBytes;
    if (this.#congested ? buffered >= limit / 4 : buffered <= limit) return;
    this.#congested = !this.#congested;
    this.#events.congested(this.#congested);
  }
}
