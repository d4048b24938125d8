/** Every bound of the NBD server, by name, and the sink for its log lines. */

export interface NbdLimits {
  /** Further clients are turned away at once. */
  readonly connectionsMax: number;
  /** From the greeting to the start of transmission, without the time that opening the export takes. */
  readonly handshakeMs: number;
  /** Options that a client may send before it has to decide. */
  readonly optionsMax: number;
  /** Longest data of one option. */
  readonly optionBytesMax: number;
  /** Requests of one connection that wait for their completion; then its socket is not read. */
  readonly requestsInFlightMax: number;
  /** Payload of these requests and of replies that wait in the socket; may be exceeded by one request. */
  readonly bytesInFlightMax: number;
  /** The same for all connections together; a connection without a request in flight may always start one. */
  readonly totalBytesInFlightMax: number;
  /** A backend operation with payload. */
  readonly dataPieceBytes: number;
  /** A backend operation without payload (zero, trim). */
  readonly rangePieceBytes: number;
  /** Pieces of one request that are under way at once. */
  readonly piecesInFlightMax: number;
  /** Extents in one answer to BLOCK_STATUS; the client asks again for the rest. */
  readonly extentsMax: number;
  /** How long a client may take to close after us. */
  readonly lingerMs: number;
  /** How long `NbdServer.close` waits for requests in flight. */
  readonly closeMs: number;
}

export const DEFAULT_NBD_LIMITS: NbdLimits = {
  connectionsMax: 256,
  handshakeMs: 10_000,
  optionsMax: 256,
  optionBytesMax: 64 * 1024,
  requestsInFlightMax: 256,
  bytesInFlightMax: 64 * 1024 * 1024,
  totalBytesInFlightMax: 1024 * 1024 * 1024,
  dataPieceBytes: 1024 * 1024,
  rangePieceBytes: 128 * 1024 * 1024,
  piecesInFlightMax: 8,
  extentsMax: 4096,
  lingerMs: 2000,
  closeMs: 5000,
};

/** The part of a pino logger that the server uses. */
export interface NbdLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const SILENT_NBD_LOG: NbdLog = { info: () => {}, warn: () => {} };
