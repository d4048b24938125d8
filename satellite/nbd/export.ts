/**
 * What the NBD server needs from the volumes that it serves: `NbdExport` (something a client may ask for by name) and
 * `NbdSession` (one client's open handle on it). The engine implements both over a replicated resource.
 *
 * Callback style, since it is the hot path. Every `done` is called exactly once, from within the call or later; it may
 * submit further requests before it returns. Methods never throw for operational reasons. Offsets and lengths are bytes,
 * inside the export and multiples of `minimumBlock`: the server has checked them.
 */
import type { OperationError } from '../../common/errors.ts';

/** The errors that NBD can carry. Anything else is EIO. */
export type NbdErrno = 'EPERM' | 'EIO' | 'ENOMEM' | 'EINVAL' | 'ENOSPC' | 'EOVERFLOW' | 'ENOTSUP' | 'ESHUTDOWN';

export type NbdOpenMode = 'read-write' | 'read-only';
export type NbdOpenDone = (error: OperationError | undefined, session?: NbdSession) => void;
export type NbdDone = (error?: NbdErrno) => void;
/** On success the chunks hold exactly `length` bytes together, and nobody changes them afterwards. */
export type NbdReadDone = (error?: NbdErrno, chunks?: readonly Uint8Array[]) => void;
export type NbdExtentsDone = (error?: NbdErrno, extents?: readonly NbdExtent[]) => void;

export interface NbdExport {
  /** Canonical name at present, `<resource>/<volume number>`; what LIST shows and `NbdServer.closeExport` compares with. */
  readonly name: string;
  /** Multiple of `minimumBlock`. A client keeps the size that it saw at its start. */
  readonly sizeBytes: number;
  /** One line for people, shown by LIST and INFO. */
  readonly description: string;
  /** Opened with mode 'read-only'; writes are refused with EPERM. */
  readonly readOnly: boolean;
  /** A flush on one connection covers the writes acknowledged on all others, and all see the same data. */
  readonly canMultiConn: boolean;
  /** TRIM is offered. */
  readonly canTrim: boolean;
  /** Power of two, 1 to 4096. */
  readonly minimumBlock: number;
  /** Power of two, at least `minimumBlock` and 512. */
  readonly preferredBlock: number;
  /** Largest read or write of a client; the server splits it and never allows more than REQUEST_PAYLOAD_MAX. */
  readonly maximumBlock: number;
  /** Once per client that starts to transmit, never for LIST or INFO. Opening read-write promotes. */
  open(mode: NbdOpenMode, done: NbdOpenDone): void;
}

export interface NbdZeroOptions {
  readonly fua: boolean;
  /** The space may be freed. Otherwise it should stay allocated. */
  readonly mayUnmap: boolean;
  /** Answer ENOTSUP at once where zeroing is no faster than writing zeroes. */
  readonly fast: boolean;
}

/** Consecutive ranges from the offset asked for. `hole`: not allocated. `zero`: reads as zeroes. */
export interface NbdExtent {
  readonly length: number;
  readonly hole: boolean;
  readonly zero: boolean;
}

export interface NbdSession {
  /** At most 1 MiB. */
  read(offset: number, length: number, done: NbdReadDone): void;
  /** At most 1 MiB in all. The chunks are views that the server never changes; they may be kept. */
  write(offset: number, chunks: readonly Uint8Array[], fua: boolean, done: NbdDone): void;
  /** At most 128 MiB. */
  zero(offset: number, length: number, options: NbdZeroOptions, done: NbdDone): void;
  /** At most 128 MiB. What the range reads afterwards is up to the volume. */
  trim(offset: number, length: number, fua: boolean, done: NbdDone): void;
  /** Durable on completion: every write of this export that had completed before. */
  flush(done: NbdDone): void;
  /** At least one extent; together they may cover less than asked for. Absent: everything counts as data. */
  blockStatus?(offset: number, length: number, done: NbdExtentsDone): void;
  /**
   * Once, after the last request has completed. Only `NbdServer.closeExport` and the time limit of `NbdServer.close`
   * close with requests in flight; their `done` is then ignored.
   */
  close(): void;
}

/** How the server finds exports. `find` gets the name as the client spelled it and resolves aliases. */
export interface NbdExports {
  find(name: string): NbdExport | undefined;
  list(): readonly NbdExport[];
}
