/** Every bound of the replication transport, by name, and the sink for its log lines. */
import type { HmacAlgorithm } from '../../common/options/options.ts';

export interface TransportLimits {
  /** For a hello to arrive whole, for its other half to follow, and for the answer to it. */
  readonly helloMs: number;
  /** How long the lower node waits for the dial of the higher one before the attempt counts as failed. */
  readonly waitForDialMs: number;
  /** How long a closed socket may take to deliver what was sent before. */
  readonly lingerMs: number;
  /** The streams of one link end together; how long the second may take after the first. */
  readonly halfClosedMs: number;
  /** A knock may have been under way for so long; a link that is younger may be newer than the knock. */
  readonly knockFlightMs: number;
  /** Accepted sockets that have not become a link yet; further ones are closed at once. */
  readonly pendingSocketsMax: number;
  /** Bytes of one link that wait for the peer to read them: above, `congested`; below a quarter, no more. */
  readonly congestedBytes: number;
  readonly keepAliveMs: number;
}

/** What may differ per peer, and while its link is up (DRBD: tcp-cork, sndbuf-size, socket-check-timeout). */
export interface SocketTuning {
  /** Frames of one turn of the event loop leave together; `false`: each at once. */
  readonly corked: boolean;
  /** In place of `congestedBytes`; 0: that. */
  readonly sendBufferBytes: number;
  /** In place of `helloMs` for the second stream of a link whose first is there; 0: that. */
  readonly joinMs: number;
}

export const DEFAULT_SOCKET_TUNING: SocketTuning = { corked: true, sendBufferBytes: 0, joinMs: 0 };

/** What the next connection with a peer asks for (DRBD: cram-hmac-alg, shared-secret, tls). */
export interface PeerSecurity {
  readonly algorithm: HmacAlgorithm | 'none';
  readonly secret: string;
  readonly tls: boolean;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  helloMs: 5_000,
  waitForDialMs: 10_000,
  lingerMs: 1_000,
  halfClosedMs: 1_000,
  knockFlightMs: 5_000,
  pendingSocketsMax: 4_096,
  congestedBytes: 8 * 1_048_576,
  keepAliveMs: 10_000,
};

/** The part of a pino logger that the transport uses. */
export interface TransportLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const SILENT_TRANSPORT_LOG: TransportLog = { debug: () => {}, info: () => {}, warn: () => {} };
