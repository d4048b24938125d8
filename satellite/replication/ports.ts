/**
 * The way out of the replication core. Submit-only: each call returns at once, never throws for operational reasons
 * and never calls back before `handle` has returned; completions come back as events (`events.ts`).
 * The satellite implements this over files and sockets, the simulator over virtual ones.
 */
import type { Generation, NodeId, VolumeNumber } from '../../common/ids.ts';
import type { OperationError } from '../../common/errors.ts';
import type { Bytes, Millis } from '../../common/units.ts';
import type { DigestAlgorithm } from './digest.ts';
import type { ReplicationEvent } from './events.ts';
import type { HandlerCall, HandlerRunId } from './handlers/handler-calls.ts';
import type { Frame, Stream } from './wire/frames.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from './payload.ts';

export type ClientOutcome =
  | { readonly ok: true; readonly payload?: Payload }
  | { readonly ok: false; readonly error: OperationError };

export interface Ports {
  readData(io: IoId, volume: VolumeNumber, offset: Bytes, length: Bytes): void;
  /** Completes when the backing store has accepted the data; durable only after a later `flush`, or at once with `fua`. */
  writeData(io: IoId, volume: VolumeNumber, offset: Bytes, payload: Payload, fua: boolean): void;
  /** The range reads as zeroes afterwards, on every kind of backing store. `mayUnmap` allows to free the space. */
  zeroData(io: IoId, volume: VolumeNumber, offset: Bytes, length: Bytes, mayUnmap: boolean): void;
  /** Durable on completion: every data and metadata write of this volume that had completed before this call. */
  flush(io: IoId, volume: VolumeNumber): void;
  /** Offsets are relative to the metadata area (see metadata/layout.ts). With `fua` it is durable on completion. */
  writeMetadata(io: IoId, volume: VolumeNumber, offset: Bytes, data: Uint8Array, fua: boolean): void;

  /** One attempt. Answered by `link-up` (both streams are open) or `link-failed`. A peer's attempt may be what succeeds. */
  connect(peer: NodeId): void;
  /** Ends the attempt or the link; no `link-down` follows. Frames sent before may still reach the peer. */
  disconnect(peer: NodeId): void;
  /** Silently dropped when the link has ended meanwhile: `link-down` is on its way. */
  send(peer: NodeId, link: LinkId, stream: Stream, frame: Frame): void;

  completeClient(request: ClientRequestId, outcome: ClientOutcome): void;

  /** Starts the administrator's program. @returns false if there is none for this name; otherwise `handler-done` follows, once. */
  runHandler(run: HandlerRunId, call: HandlerCall): boolean;

  setTimer(timer: TimerId, delayMs: Millis): void;
  cancelTimer(timer: TimerId): void;
  /** Monotone. */
  now(): Millis;
  /** 64 random bits, neither 0 nor JUST_CREATED. */
  newGeneration(): Generation;
  /** Uniform in [0, 1): jitter of retries only, never a decision about data. */
  jitter(): number;
  /** CRC32C of the bytes (a stand-in hash of the sector versions in the simulator). */
  checksum(payload: Payload): number;
  /** One digest per `pieceBytes` of the payload (the last piece may be shorter), joined; lengths: digest.ts. At most 1 MiB. */
  digests(payload: Payload, algorithm: DigestAlgorithm, pieceBytes: Bytes): Uint8Array;
  isAllZero(payload: Payload): boolean;
  /** Something that people or tools follow: state changes, refusals, resync progress. */
  notify(event: ReplicationEvent): void;
}
