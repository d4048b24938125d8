/**
 * The way out of one core, over real things: block devices, the transport, timers of the event loop. It decides
 * nothing. Completions go back through `Completions`; they never arrive within the call that submitted the operation,
 * because block devices complete later, and what completes at once here is deferred.
 */
import { performance } from 'node:perf_hooks';
import type { Generation, NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes, Millis } from '../../common/units.ts';
import { assert } from '../../common/assert.ts';
import type { DigestAlgorithm } from '../replication/digest.ts';
import type { ReplicationEvent } from '../replication/events.ts';
import type { HandlerCall, HandlerRunId } from '../replication/handlers/handler-calls.ts';
import type { ClientOutcome, Ports } from '../replication/ports.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from '../replication/payload.ts';
import { ByteChunks } from '../replication/wire/byte-chunks.ts';
import type { Frame, Stream } from '../replication/wire/frames.ts';
import type { BlockDevice } from '../storage/block-device.ts';
import { crc32cOfChunks } from '../storage/checksum.ts';
import { digestsOfChunks, isZero } from '../storage/digests.ts';
import type { BackingVolume } from '../storage/provider.ts';
import type { ResourceTransport } from '../transport/transport.ts';
import { newGeneration } from './generation-source.ts';
import { TimerTable } from './timers.ts';

/** Where the ports report to: the host, which puts it all into one queue. */
export interface Completions {
  diskDone(io: IoId, ok: boolean, payload: Payload | undefined): void;
  timerFired(timer: TimerId): void;
  clientDone(request: ClientRequestId, outcome: ClientOutcome): void;
  notified(event: ReplicationEvent): void;
  runHandler(run: HandlerRunId, call: HandlerCall): boolean;
  /** The core ended its link or attempt itself, so the transport reports nothing more of it. */
  disconnecting(peer: NodeId): void;
  /** For the log: the core learns only that it failed. */
  diskFailed(volume: VolumeNumber, operation: string, error: Error): void;
}

export class HostPorts implements Ports {
  readonly #completions: Completions;
  readonly #transport: ResourceTransport;
  readonly #timers: TimerTable;
  readonly #backing = new Map<VolumeNumber, BackingVolume>();
  #closed = false;

  constructor(completions: Completions, transport: ResourceTransport) {
    this.#completions = completions;
    this.#transport = transport;
    this.#timers = new TimerTable((timer) => completions.timerFired(timer));
  }

  /** From now on operations of the volume go there. The caller closes it after `removeBacking`. */
  setBacking(volume: VolumeNumber, backing: BackingVolume): void {
    assert(!this.#backing.has(volume), 'a volume has at most one backing store');
    this.#backing.set(volume, backing);
  }

  removeBacking(volume: VolumeNumber): BackingVolume | undefined {
    const backing = this.#backing.get(volume);
    this.#backing.delete(volume);
    return backing;
  }

  backing(volume: VolumeNumber): BackingVolume | undefined {
    return this.#backing.get(volume);
  }

  volumesWithBacking(): readonly VolumeNumber[] {
    return [...this.#backing.keys()];
  }

  /** No timer fires any more; later calls of a dying core go nowhere. */
  close(): void {
    this.#closed = true;
    this.#timers.cancelAll();
  }

  readData(io: IoId, volume: VolumeNumber, offset: Bytes, length: Bytes): void {
    const device = this.#backing.get(volume)?.data;
    if (device === undefined) return this.#failLater(io);
    device.read(offset, length, (error, chunk) => {
      if (error === undefined && chunk !== undefined) this.#completions.diskDone(io, true, new ByteChunks([chunk]));
      else this.#finish(io, volume, 'read', error ?? new Error('the device returned no data'));
    });
  }

  writeData(io: IoId, volume: VolumeNumber, offset: Bytes, payload: Payload, fua: boolean): void {
    const device = this.#backing.get(volume)?.data;
    if (device === undefined) return this.#failLater(io);
    device.write(offset, chunksOf(payload), (error) => {
      if (error === undefined && fua) this.#flushDevice(io, volume, device);
      else this.#finish(io, volume, 'write', error);
    });
  }

  zeroData(io: IoId, volume: VolumeNumber, offset: Bytes, length: Bytes, mayUnmap: boolean): void {
    const device = this.#backing.get(volume)?.data;
    if (device === undefined) return this.#failLater(io);
    device.zero(offset, length, mayUnmap, (error) => this.#finish(io, volume, 'zero', error));
  }

  /** Data and metadata: after it nothing that had completed is volatile. */
  flush(io: IoId, volume: VolumeNumber): void {
    const backing = this.#backing.get(volume);
    if (backing === undefined) return this.#failLater(io);
    let remaining = 2;
    let failure: Error | undefined;
    const done = (error: Error | undefined): void => {
      failure ??= error;
      remaining -= 1;
      if (remaining === 0) this.#finish(io, volume, 'flush', failure);
    };
    backing.data.flush(done);
    backing.metadata.flush(done);
  }

  writeMetadata(io: IoId, volume: VolumeNumber, offset: Bytes, data: Uint8Array, fua: boolean): void {
    const device = this.#backing.get(volume)?.metadata;
    if (device === undefined) return this.#failLater(io);
    device.write(offset, [data], (error) => {
      if (error === undefined && fua) this.#flushDevice(io, volume, device);
      else this.#finish(io, volume, 'metadata write', error);
    });
  }

  connect(peer: NodeId): void {
    if (!this.#closed) this.#transport.connect(peer);
  }

  disconnect(peer: NodeId): void {
    if (this.#closed) return;
    this.#transport.disconnect(peer);
    this.#completions.disconnecting(peer);
  }

  send(peer: NodeId, link: LinkId, stream: Stream, frame: Frame): void {
    if (!this.#closed) this.#transport.send(peer, link, stream, frame);
  }

  completeClient(request: ClientRequestId, outcome: ClientOutcome): void {
    this.#completions.clientDone(request, outcome);
  }

  runHandler(run: HandlerRunId, call: HandlerCall): boolean {
    return !this.#closed && this.#completions.runHandler(run, call);
  }

  setTimer(timer: TimerId, delayMs: Millis): void {
    if (!this.#closed) this.#timers.set(timer, delayMs);
  }

  cancelTimer(timer: TimerId): void {
    this.#timers.cancel(timer);
  }

  now(): Millis {
    return Math.floor(performance.now()) as Millis;
  }

  newGeneration(): Generation {
    return newGeneration();
  }

  jitter(): number {
    return Math.random();
  }

  checksum(payload: Payload): number {
    return crc32cOfChunks(chunksOf(payload));
  }

  digests(payload: Payload, algorithm: DigestAlgorithm, pieceBytes: Bytes): Uint8Array {
    return digestsOfChunks(chunksOf(payload), algorithm, pieceBytes);
  }

  isAllZero(payload: Payload): boolean {
    return chunksOf(payload).every(isZero);
  }

  notify(event: ReplicationEvent): void {
    this.#completions.notified(event);
  }

  #flushDevice(io: IoId, volume: VolumeNumber, device: BlockDevice): void {
    device.flush((error) => this.#finish(io, volume, 'flush', error));
  }

  #finish(io: IoId, volume: VolumeNumber, operation: string, error: Error | undefined): void {
    if (error !== undefined) this.#completions.diskFailed(volume, operation, error);
    this.#completions.diskDone(io, error === undefined, undefined);
  }

  /** The backing store is gone already: an error, but never within the call. */
  #failLater(io: IoId): void {
    setImmediate(() => this.#completions.diskDone(io, false, undefined));
  }
}

function chunksOf(payload: Payload): readonly Uint8Array[] {
  assert(payload instanceof ByteChunks, 'payload in the satellite is bytes');
  return payload.chunks;
}
