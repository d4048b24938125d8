/**
 * One replicated resource on this node: its core, and everything real that the core needs. All inputs go through one
 * queue, one after the other and never re-entrantly; completions for clients run between inputs, never inside one.
 * A core that breaks an invariant is not used again: the host fails what waits, ends its links, and the other
 * resources go on (a resource that stopped can resync, one that went on writing cannot).
 */
import type { Logger } from 'pino';
import { assert } from '../../common/assert.ts';
import { OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import { bytes } from '../../common/units.ts';
import type { PeerConfig, ResourceConfig, VolumeConfig } from '../replication/config.ts';
import type { LinkLossReason, ReplicationEvent, ReplicationInput } from '../replication/events.ts';
import type { HandlerCall, HandlerRunId } from '../replication/handlers/handler-calls.ts';
import type { OptionChange } from '../../common/options/option-table.ts';
import type { ConnectionOptions, DiskOptions, ReplicationOptions } from '../../common/options/options.ts';
import type { ClientOutcome } from '../replication/ports.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from '../replication/payload.ts';
import { ReplicatedResource } from '../replication/resource.ts';
import type { ResourceStatus } from '../replication/status.ts';
import type { Frame } from '../replication/wire/frames.ts';
import type { BackingVolume } from '../storage/provider.ts';
import type { PeerSecurity } from '../transport/limits.ts';
import type { ResourceTransport, TransportHandlers } from '../transport/transport.ts';
import { closeBackingVolume } from './backing.ts';
import { describeInput, stoppedStatus } from './host-failure.ts';
import { type Completions, HostPorts } from './host-ports.ts';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

export interface ResourceHostOptions {
  readonly config: ResourceConfig;
  readonly log: Logger;
  /** Binds the host's handlers to the transport. */
  readonly attachTransport: (handlers: TransportHandlers) => ResourceTransport;
  readonly onEvent: (event: ReplicationEvent) => void;
  /** Starts a program of the administrator. @returns false if there is none; `done` is never called within the call */
  readonly runHandler: (call: HandlerCall, done: (exitCode: number) => void) => boolean;
  /** The core broke: called once, after the host has stopped using it. */
  readonly onFailure: (error: OperationError) => void;
}

type WithId = Extract<ReplicationInput, { readonly id: ClientRequestId }>;
/** An input without its request id, which the host chooses. */
export type HostRequest = WithId extends infer Input ? (Input extends WithId ? Omit<Input, 'id'> : never) : never;

type Done = (outcome: ClientOutcome) => void;

export class ResourceHost {
  readonly node: NodeId;
  #name: string;
  readonly #log: Logger;
  readonly #options: ResourceHostOptions;
  readonly #transport: ResourceTransport;
  readonly #ports: HostPorts;
  readonly #core: ReplicatedResource;
  readonly #waiting = new Map<ClientRequestId, Done>();
  readonly #addresses = new Map<NodeId, PeerAddress>();
  readonly #congestedPeers = new Set<NodeId>();
  readonly #diskFailures = new Map<VolumeNumber, OperationError>();
  readonly #refusals = new Map<NodeId, string>();
  /** Writes that wait until every peer's send buffer has drained; a close of their session stays behind them. */
  #held: ReplicationInput[] = [];
  #inputs: ReplicationInput[] = [];
  /** Backing stores that are closed once they owe the core nothing. */
  #closing: { readonly volume: VolumeNumber; readonly resolve: () => void }[] = [];
  #finished: { readonly done: Done; readonly outcome: ClientOutcome }[] = [];
  #events: ReplicationEvent[] = [];
  #running = false;
  #nextRequest = 1;
  #failure: OperationError | undefined;
  #closed = false;
  /** The last status of a healthy core, shown (with the failure) once it has failed. */
  #lastStatus: ResourceStatus;

  constructor(options: ResourceHostOptions) {
    this.#options = options;
    this.#name = options.config.name;
    this.node = options.config.node;
    this.#log = options.log.child({ resource: options.config.knownAs ?? this.name });
    this.#transport = options.attachTransport(this.#transportHandlers());
    this.#ports = new HostPorts(this.#completions(), this.#transport);
    this.#core = new ReplicatedResource(options.config, this.#ports);
    this.#lastStatus = this.#core.status();
  }

  /** On this node, at present. */
  get name(): string {
    return this.#name;
  }

  get failure(): OperationError | undefined {
    return this.#failure;
  }

  /** Disks that failed and have not been attached again since. */
  diskFailures(): ReadonlyMap<VolumeNumber, OperationError> {
    return this.#diskFailures;
  }

  /** Hot path: reads, writes, opens of clients. `done` runs later in this turn or in another, never inside this call's core. */
  request(request: HostRequest, done: Done): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      setImmediate(done, { ok: false, error: refusal });
      return;
    }
    const id = this.#nextRequest as ClientRequestId;
    this.#nextRequest += 1;
    this.#waiting.set(id, done);
    // The spread of a union loses its discriminant for the compiler; HostRequest is exactly the union without `id`.
    const input = { ...request, id } as ReplicationInput;
    const holds = this.#congestedPeers.size > 0 && (input.kind === 'client-write' || input.kind === 'client-zero');
    if (holds) this.#held.push(input);
    else this.#submit(input);
  }

  /** For administration: resolves when the core has answered. @throws OperationError as the core said. */
  async perform(request: HostRequest): Promise<void> {
    const outcome = await new Promise<ClientOutcome>((resolve) => this.request(request, resolve));
    if (!outcome.ok) throw outcome.error;
  }

  closeSession(volume: VolumeNumber, mode: 'read-write' | 'read-only'): void {
    const input: ReplicationInput = { kind: 'close', volume, mode };
    if (this.#held.length > 0) this.#held.push(input);
    else this.#submit(input);
  }

  addVolume(volume: VolumeConfig): void {
    this.#submit({ kind: 'add-volume', volume });
  }

  get options(): ReplicationOptions {
    return this.#core.options();
  }

  connectionOptions(peer: NodeId): ConnectionOptions {
    return this.#core.connectionOptions(peer);
  }

  diskOptions(volume: VolumeNumber): DiskOptions | undefined {
    return this.#core.diskOptions(volume);
  }

  /** Whether this resync waits for others of the node (resync-order.ts). */
  setResyncTurn(volume: VolumeNumber, peer: NodeId, reason: 'dependency' | 'max-parallel', waits: boolean): void {
    this.#submit({ kind: 'resync-turn', volume, peer, reason, waits });
  }

  /** Makes the peer known, or known anew. @throws OperationError OPTION_CONFLICT: nothing has changed then. */
  async addPeer(peer: PeerConfig, address: PeerAddress): Promise<void> {
    this.setPeerAddress(peer.node, address);
    const added = this.perform({ kind: 'add-peer', peer });
    if (!this.#closed) this.#tuneSockets(peer.node);
    await added;
  }

  /** @throws OperationError OPTION_*, and nothing has changed. */
  async setOptions(change: OptionChange): Promise<void> {
    await this.perform({ kind: 'set-options', change });
    if (this.#closed) return;
    for (const { peer } of this.status().connections) this.#tuneSockets(peer);
  }

  async rename(name: string): Promise<void> {
    await this.perform({ kind: 'rename', name });
    this.#name = name;
  }

  #tuneSockets(peer: NodeId): void {
    const options = this.#core.connectionOptions(peer);
    const { tcpCork: corked, sndbufBytes: sendBufferBytes, socketCheckTimeoutMs: joinMs } = options;
    this.#transport.tunePeer(peer, { corked, sendBufferBytes, joinMs });
  }

  setPeerAddress(peer: NodeId, address: PeerAddress): void {
    this.#addresses.set(peer, address);
    if (this.#closed) return;
    this.#transport.setPeer(peer, address);
    this.#tuneSockets(peer);
  }

  addressOf(peer: NodeId): PeerAddress | undefined {
    return this.#addresses.get(peer);
  }

  /** It reads slower than this node writes: its share waits here. */
  isCongested(peer: NodeId): boolean {
    return this.#congestedPeers.has(peer);
  }

  async removePeer(peer: NodeId): Promise<void> {
    await this.perform({ kind: 'remove-peer', peer });
    this.#congestion(peer, false);
    this.#transport.removePeer(peer);
  }

  /** Gives the disk to the core. On a refusal the backing store is closed and the error thrown. */
  async attach(volume: VolumeNumber, backing: BackingVolume, metadata: Uint8Array): Promise<void> {
    if (this.#ports.backing(volume) !== undefined || this.#closed) {
      await closeBackingVolume(backing);
      throw new OperationError('IN_TRANSITION', `volume ${this.name}/${volume} is being attached or has ended`);
    }
    this.#ports.setBacking(volume, backing);
    this.#diskFailures.delete(volume);
    try {
      await this.perform({ kind: 'intend-disk', volume });
      const capacityBytes = bytes(backing.data.sizeBytes);
      await this.perform({ kind: 'attach', volume, metadata, capacityBytes });
    } catch (error) {
      await this.closeBacking(volume);
      throw error;
    }
  }

  async detach(volume: VolumeNumber, force = false): Promise<void> {
    await this.perform({ kind: 'detach', volume, force });
    await this.closeBacking(volume);
  }

  /** The disk goes for good: the volume is meant to be diskless here. */
  async retireDisk(volume: VolumeNumber): Promise<void> {
    await this.perform({ kind: 'retire-disk', volume });
    await this.closeBacking(volume);
  }

  async removeVolume(volume: VolumeNumber): Promise<void> {
    await this.perform({ kind: 'remove-volume', volume });
    this.#diskFailures.delete(volume);
    await this.closeBacking(volume);
  }

  backing(volume: VolumeNumber): BackingVolume | undefined {
    return this.#ports.backing(volume);
  }

  /** Of a disk that was given up, only when it has given back everything: the core's mark on it is the last of that. */
  async closeBacking(volume: VolumeNumber): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#closing.push({ volume, resolve });
      this.#closeIdle();
    });
    const backing = this.#ports.removeBacking(volume);
    if (backing !== undefined) await closeBackingVolume(backing);
  }

  status(): ResourceStatus {
    if (this.#failure === undefined && !this.#running) this.#lastStatus = this.#core.status();
    return this.#lastStatus;
  }

  /**
   * The clean end: everything settles on disk, the links close. Gives up (and says so) after the limit. With a limit of 0 it is not
   * begun: half of a graceful leave would be a matter of chance, and peers act on it (a leaver counts as Outdated and is not fenced).
   */
  async shutdown(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      if (this.#failure === undefined && !this.#closed && limitMs > 0) {
        const limit = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(tooLong(this.name, limitMs)), limitMs);
        });
        await Promise.race([this.perform({ kind: 'shutdown' }), limit]);
      }
    } finally {
      clearTimeout(timer);
      await this.abandon();
    }
  }

  /** Ends it as it is, like a crash of this resource alone. */
  async abandon(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#ports.close();
      this.#transport.close();
      this.#failWaiting(new OperationError('UNKNOWN_RESOURCE', `resource ${this.name} has ended on this node`));
    }
    for (const volume of this.#ports.volumesWithBacking()) {
      await this.closeBacking(volume).catch((error: unknown) =>
        this.#log.warn({ err: error, volume }, 'cannot close a backing store'),
      );
    }
  }

  // ---- the one way in ----

  #submit(input: ReplicationInput): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#inputs.push(input);
    if (!this.#running) this.#run();
  }

  #run(): void {
    this.#running = true;
    try {
      while (this.#inputs.length > 0 || this.#finished.length > 0) {
        this.#handleAll();
        this.#completeAll();
      }
    } finally {
      this.#running = false;
    }
    if (this.#closing.length > 0) this.#closeIdle();
    this.#publish();
  }

  #closeIdle(): void {
    const hasEnded = this.#closed || this.#failure !== undefined;
    const idle = this.#closing.filter(({ volume }) => hasEnded || !this.#core.isOwed(volume));
    this.#closing = this.#closing.filter((each) => !idle.includes(each));
    for (const { resolve } of idle) resolve();
  }

  #handleAll(): void {
    const inputs = this.#inputs;
    if (inputs.length === 0) return;
    this.#inputs = [];
    for (const input of inputs) {
      try {
        this.#core.handle(input);
      } catch (error) {
        return this.#fail(error, input);
      }
      if (this.#closed) return;
    }
  }

  #completeAll(): void {
    const finished = this.#finished;
    if (finished.length === 0) return;
    this.#finished = [];
    for (const { done, outcome } of finished) done(outcome);
  }

  #publish(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    for (const event of events) {
      this.#log.info(event, 'replication');
      this.#options.onEvent(event);
      if (event.kind === 'disk' && event.to === 'Diskless') this.#releaseLater(event.volume);
    }
  }

  /** A disk that the core gave up on its own (an I/O error). An administrator's detach closes it itself. */
  #releaseLater(volume: VolumeNumber): void {
    setImmediate(() => {
      const status = this.status().volumes.find((candidate) => candidate.volume === volume);
      if (status?.disk !== 'Diskless') return;
      void this.closeBacking(volume).catch((error: unknown) =>
        this.#log.warn({ err: error, volume }, 'cannot close a failed backing store'),
      );
    });
  }

  #fail(error: unknown, input: ReplicationInput): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#log.fatal(
      { err: error, input: describeInput(input), status: this.#lastStatus },
      'the replication core broke; this resource stops',
    );
    const failure = new OperationError(
      'INTERNAL',
      `resource ${this.name} has stopped on this node after an internal error`,
      {
        cause: message,
        correction: 'Restart the satellite: the resource resyncs. Please report the defect with the log.',
        refs: { resource: this.name },
      },
    );
    this.#failure = failure;
    this.#lastStatus = stoppedStatus(this.#lastStatus, message);
    this.#inputs = [];
    this.#held = [];
    this.#ports.close();
    this.#transport.close();
    this.#failWaiting(failure);
    setImmediate(() => {
      this.#options.onFailure(failure);
      void this.abandon();
    });
  }

  #failWaiting(error: OperationError): void {
    for (const done of this.#waiting.values()) this.#finished.push({ done, outcome: { ok: false, error } });
    this.#waiting.clear();
    if (!this.#running) this.#completeAll();
  }

  #refusal(): OperationError | undefined {
    if (this.#failure !== undefined) return this.#failure;
    return this.#closed
      ? new OperationError('UNKNOWN_RESOURCE', `resource ${this.name} has ended on this node`)
      : undefined;
  }

  // ---- what comes in ----

  #completions(): Completions {
    return {
      diskDone: (io: IoId, ok: boolean, payload: Payload | undefined) =>
        this.#submit(payload === undefined ? { kind: 'disk-done', io, ok } : { kind: 'disk-done', io, ok, payload }),
      timerFired: (timer: TimerId) => this.#submit({ kind: 'timer', timer }),
      clientDone: (request: ClientRequestId, outcome: ClientOutcome) => this.#clientDone(request, outcome),
      notified: (event: ReplicationEvent) => {
        // Comes with every write while a peer is away: the status shows the sum.
        if (event.kind !== 'bits-set') this.#events.push(event);
      },
      runHandler: (run: HandlerRunId, call: HandlerCall) =>
        this.#options.runHandler(call, (exitCode) => this.#submit({ kind: 'handler-done', run, exitCode })),
      disconnecting: (peer: NodeId) => this.#congestion(peer, false),
      diskFailed: (volume: VolumeNumber, operation: string, error: Error) => this.#diskFailed(volume, operation, error),
    };
  }

  /** The first error tells the cause; what follows from it does not replace it. */
  #diskFailed(volume: VolumeNumber, operation: string, error: Error): void {
    this.#log.error({ volume, operation, error: error.message }, 'the backing store failed');
    if (this.#diskFailures.has(volume) || this.#ports.backing(volume) === undefined) return;
    const because = error instanceof OperationError ? error.because : error.message;
    const failure = new OperationError('BACKING_STORE_FAILED', `the disk of ${this.name}/${volume} failed`, {
      cause: `${operation}: ${because ?? error.message}`,
      correction: 'Check the disk and the log of the kernel; then attach it again, or create the replica elsewhere.',
      refs: { resource: this.name, volume: String(volume) },
    });
    this.#diskFailures.set(volume, failure);
  }

  #clientDone(request: ClientRequestId, outcome: ClientOutcome): void {
    const done = this.#waiting.get(request);
    assert(done !== undefined, 'a client request is answered once');
    this.#waiting.delete(request);
    this.#finished.push({ done, outcome });
  }

  #transportHandlers(): TransportHandlers {
    return {
      linkUp: (peer: NodeId, link: LinkId) => {
        this.#refusals.delete(peer);
        this.#submit({ kind: 'link-up', peer, link });
      },
      linkFailed: (peer: NodeId) => this.#submit({ kind: 'link-failed', peer }),
      linkDown: (peer: NodeId, link: LinkId, reason: LinkLossReason) => {
        this.#submit({ kind: 'link-down', peer, link, reason });
        this.#congestion(peer, false);
      },
      frame: (peer: NodeId, link: LinkId, frame: Frame) => this.#submit({ kind: 'frame', peer, link, frame }),
      knock: (peer: NodeId) => this.#submit({ kind: 'peer-knocks', peer }),
      refused: (peer: NodeId, code: string, text: string) => this.#refused(peer, code, text),
      congested: (peer: NodeId, congested: boolean) => this.#congestion(peer, congested),
      security: (peer: NodeId): PeerSecurity => {
        const { cramHmacAlg: algorithm, sharedSecret: secret, tls } = this.#core.connectionOptions(peer);
        return { algorithm, secret, tls };
      },
    };
  }

  /** Attempts repeat; the log tells a reason once. */
  #refused(peer: NodeId, code: string, text: string): void {
    if (this.#refusals.get(peer) === text) return;
    this.#refusals.set(peer, text);
    this.#log.warn({ peer, code, text }, 'a peer refused the connection');
  }

  /** A peer that reads slowly holds back new writes, as DRBD's socket buffers do; a dead one is dropped by the core's timeouts. */
  #congestion(peer: NodeId, congested: boolean): void {
    if (congested) {
      this.#congestedPeers.add(peer);
      return;
    }
    this.#congestedPeers.delete(peer);
    if (this.#congestedPeers.size > 0 || this.#held.length === 0) return;
    const released = this.#held;
    this.#held = [];
    for (const input of released) this.#submit(input);
  }
}

function tooLong(name: string, limitMs: number): OperationError {
  return new OperationError(
    'TIMED_OUT',
    `resource ${name} did not come to rest within ${Math.round(limitMs / 1000)} s`,
    {
      cause: 'a disk or a peer did not answer',
      correction: 'Nothing is lost: the next start recovers as after a crash.',
    },
  );
}
