/**
 * One node: disks that persist, and a running incarnation of the replication core with its ports. Completions are agenda
 * entries; those of a dead incarnation are dropped. While paused (a stalled machine), everything waits at the door.
 */
import { assert, InvariantError } from '../common/assert.ts';
import type { Generation, NodeId, VolumeNumber } from '../common/ids.ts';
import { bytes, type Millis } from '../common/units.ts';
import type { ResourceConfig } from '../satellite/replication/config.ts';
import type { HandlerCall, HandlerRunId } from '../satellite/replication/handlers/handler-calls.ts';
import type { LinkLossReason, ReplicationEvent, ReplicationInput } from '../satellite/replication/events.ts';
import { AL_EXTENT_BYTES } from '../satellite/replication/metadata/layout.ts';
import type { ClientOutcome, Ports } from '../satellite/replication/ports.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from '../satellite/replication/payload.ts';
import { ReplicatedResource } from '../satellite/replication/resource.ts';
import type { Frame } from '../satellite/replication/wire/frames.ts';
import { type Agenda, type AgendaHandle, EVENT_CLASS } from './agenda.ts';
import { NodeView } from './node-view.ts';
import { Violation } from './oracles/violation.ts';
import type { PointKind } from './persistence-points.ts';
import type { RandomStream } from './prng.ts';
import type { SimDisk } from './sim-disk.ts';
import type { NetworkEnd, SimNetwork } from './sim-network.ts';
import { checksumOf, digestsOf, isAllZero } from './sim-payload.ts';
import type { SurvivorKind } from './survivors.ts';
import type { Trace } from './trace.ts';

export type DeathKind = 'process' | 'power' | 'stop';

/** Who looks over a node's shoulder: triggers, oracles, the fencing agent. */
export interface NodeObserver {
  happened(node: SimNode, event: string, peer?: number): void;
  /** A place between two of the node's effects, at which a power cut leaves another world than at the one before. */
  pointReached(node: SimNode, what: PointKind): void;
  notified(node: SimNode, event: ReplicationEvent): void;
  sent(node: SimNode, peer: NodeId, frame: Frame): void;
  dataWritten(node: SimNode, volume: number, offset: number, payload: Payload): void;
  /** The node's memory has the data of a write of a peer. */
  dataReceived(node: SimNode, payload: Payload): void;
}

export interface SimNodeOptions {
  readonly config: ResourceConfig;
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly random: RandomStream;
  readonly observer: NodeObserver;
  readonly disks: readonly (SimDisk | undefined)[];
  readonly sectorBytes: number;
  /** Volumes of the plan change their size, or have other ones on other nodes. */
  readonly changesSize?: boolean;
  /** Local microseconds per million global ones. */
  readonly clockRatePpm: number;
}

export class SimNode implements NetworkEnd {
  readonly id: NodeId;
  /** Peers come and go (replica-changes.ts). */
  config: ResourceConfig;
  readonly disks: readonly (SimDisk | undefined)[];
  readonly changesSize: boolean;
  view: NodeView;
  core: ReplicatedResource | undefined;
  /** `lost`: dead for ever. */
  state: 'down' | 'booting' | 'up' | 'lost' = 'down';
  incarnation = 0;
  paused = false;
  /** It is about to die at this very point: nothing of the rest of its turn reaches the world. */
  severed = false;
  /** A clean end was asked for: its clients get errors. */
  stopping = false;
  /** Its administrator's programs (handler-programs.ts). */
  handlers: ((run: HandlerRunId, call: HandlerCall) => boolean) | undefined;
  private readonly agenda: Agenda;
  private readonly trace: Trace;
  private readonly random: RandomStream;
  private readonly observer: NodeObserver;
  /** As far as the ids go that it may have to do with. */
  private readonly nodes: number;
  private readonly rate: number;
  private readonly sectorBytes: number;
  private aheadMs = 0;
  private network: SimNetwork | undefined;
  private readonly timers = new Map<TimerId, AgendaHandle>();
  private waiting: ReplicationInput[] = [];
  private nextRequest = 0;
  private readonly requests = new Map<ClientRequestId, (outcome: ClientOutcome) => void>();
  private answered: [ClientRequestId, ClientOutcome][] = [];

  constructor(options: SimNodeOptions) {
    this.config = options.config;
    this.id = options.config.node;
    this.disks = options.disks;
    this.sectorBytes = options.sectorBytes;
    this.changesSize = options.changesSize === true;
    this.agenda = options.agenda;
    this.trace = options.trace;
    this.random = options.random;
    this.observer = options.observer;
    this.rate = 1 + options.clockRatePpm / 1_000_000;
    this.nodes = Math.max(this.id, ...this.config.peers.map((peer) => peer.node)) + 1;
    this.view = this.freshView();
  }

  useNetwork(network: SimNetwork): void {
    this.network = network;
  }

  get alive(): boolean {
    return this.core !== undefined;
  }

  get diskful(): boolean {
    return this.disks.some((disk) => disk !== undefined);
  }

  // ---- life

  start(): void {
    assert(this.core === undefined, 'a node starts once');
    assert(this.state === 'down', 'only a node that is down starts');
    this.state = 'booting';
    this.stopping = false;
    this.view = this.freshView();
    this.note('starts');
    this.trace.mix(1, this.id, this.incarnation);
    this.core = new ReplicatedResource(this.config, this.ports(this.incarnation));
    let pending = 0;
    const attached = (volume: VolumeNumber, outcome: ClientOutcome): void => {
      // An injected EIO while attaching: the node goes on without this disk.
      if (!outcome.ok && outcome.error.code !== 'BACKING_STORE_FAILED') {
        const { code, message } = outcome.error;
        throw new Violation('BOOT', `n${this.id} could not attach volume ${volume} after a crash: ${code}: ${message}`);
      }
      pending -= 1;
      if (pending === 0) this.connectAll();
    };
    const images = this.disks.slice(0, this.config.volumes.length).map((disk) => disk?.metadataView.slice());
    pending = images.filter((image) => image !== undefined).length;
    if (pending === 0) this.connectAll();
    images.forEach((metadata, number) => {
      const disk = this.disks[number];
      if (metadata === undefined || disk === undefined) return;
      const volume = number as VolumeNumber;
      this.request(
        (id) => ({ kind: 'attach', id, volume, metadata, capacityBytes: bytes(disk.capacityBytes) }),
        (outcome) => attached(volume, outcome),
      );
    });
    this.observer.happened(this, 'node-start');
  }

  /** @returns per volume the sectors that a power cut turned into garbage */
  die(kind: DeathKind, survivors: SurvivorKind): number[][] {
    assert(this.core !== undefined, 'only a running node dies');
    this.note(kind === 'power' ? `loses power (${survivors})` : kind === 'process' ? 'is killed' : 'has stopped');
    this.trace.mix(2, this.id, kind.length);
    this.core = undefined;
    this.state = 'down';
    this.incarnation += 1;
    this.paused = false;
    this.severed = false;
    this.waiting = [];
    this.answered = [];
    this.requests.clear();
    for (const handle of this.timers.values()) this.agenda.cancel(handle);
    this.timers.clear();
    this.network?.nodeDied(this.id, kind !== 'power');
    return this.disks.map((disk) => {
      if (disk === undefined) return [];
      if (kind === 'power') return disk.powerLoss(survivors);
      disk.processCrash();
      return [];
    });
  }

  pause(): void {
    if (this.core === undefined || this.paused) return;
    this.note('pauses');
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.note('resumes');
    this.paused = false;
    const { incarnation } = this;
    // Everything that waited arrives in one burst, as after a stall.
    while (this.waiting.length > 0 && !this.paused && incarnation === this.incarnation) {
      const event = this.waiting.shift();
      if (event !== undefined) this.input(event);
    }
  }

  /** The monotone clock leaps ahead. */
  clockJumps(ms: number): void {
    this.note(`clock jumps ${ms} ms ahead`);
    this.aheadMs += ms;
  }

  // ---- talking to the core

  /** Submits a request that the core answers with `completeClient`. @returns its id */
  request(make: (id: ClientRequestId) => ReplicationInput, done: (outcome: ClientOutcome) => void): ClientRequestId {
    this.nextRequest += 1;
    const id = this.nextRequest as ClientRequestId;
    this.requests.set(id, done);
    this.input(make(id));
    return id;
  }

  input(event: ReplicationInput): void {
    if (this.core === undefined || this.severed) return;
    if (this.paused) {
      this.waiting.push(event);
      return;
    }
    if (this.trace.recording) this.trace.line(this.id, `<- ${describeInput(event)}`);
    this.trace.mix(event.kind.length, this.id, event.kind.charCodeAt(0));
    try {
      this.core.handle(event);
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      const where = (error.stack ?? '')
        .split('\n')
        .slice(1, 4)
        .map((line) => line.trim().replace(/file:\S*\//, ''))
        .join(' < ');
      throw new Violation('ASSERT', `n${this.id}, on ${describeInput(event)}: ${error.message} (${where})`);
    }
    this.deliverAnswers();
  }

  /** What it keeps: timers that run, requests that are not answered. */
  get load(): { readonly timers: number; readonly requests: number } {
    return { timers: this.timers.size, requests: this.requests.size };
  }

  /** Any bit towards the peer in this range of sectors, in memory. */
  marked(volume: number, peer: number, sector: number): boolean {
    const disk = this.disks[volume];
    if (this.core === undefined || disk === undefined) return false;
    const unit = disk.sectorBytes;
    return this.core.outOfSync(volume as VolumeNumber, peer as NodeId, sector * unit, unit);
  }

  /** A write that it has admitted there, and not told everybody yet who holds it. */
  isUnsettled(volume: number, sector: number): boolean {
    return this.core?.isUnsettled(volume as VolumeNumber, sector * this.sectorBytes, this.sectorBytes) ?? false;
  }

  /** Sectors of the volume that clients of this node may use now; 0: it does not run. */
  sectorsOf(volume: number): number {
    return (this.core?.sizeOf(volume as VolumeNumber) ?? 0) / this.sectorBytes;
  }

  /** Extents of the activity log, in memory. */
  activeExtents(volume: number): ReadonlySet<number> {
    return new Set(this.core?.activeExtents(volume as VolumeNumber) ?? []);
  }

  extentOf(volume: number, sector: number): number {
    const disk = this.disks[volume];
    return disk === undefined ? 0 : Math.floor((sector * disk.sectorBytes) / AL_EXTENT_BYTES);
  }

  // ---- the network's side

  linkUp(peer: NodeId, link: LinkId): void {
    this.input({ kind: 'link-up', peer, link });
  }

  linkFailed(peer: NodeId): void {
    this.input({ kind: 'link-failed', peer });
  }

  linkDown(peer: NodeId, link: LinkId, reason: LinkLossReason): void {
    this.input({ kind: 'link-down', peer, link, reason });
  }

  knock(peer: NodeId): void {
    this.input({ kind: 'peer-knocks', peer });
  }

  frame(peer: NodeId, link: LinkId, frame: Frame): void {
    if (frame.type === 'DATA') this.observer.dataReceived(this, frame.payload);
    this.input({ kind: 'frame', peer, link, frame });
  }

  note(text: string): void {
    if (this.trace.recording) this.trace.line(this.id, text);
  }

  private connectAll(): void {
    if (this.state !== 'booting') return;
    this.state = 'up';
    for (const { node } of this.config.peers)
      this.request(
        (id) => ({ kind: 'connect', id, peer: node }),
        () => {},
      );
  }

  private freshView(): NodeView {
    return new NodeView(this.nodes, this.config.volumes.length, this.config.options.quorum === 'off');
  }

  private deliverAnswers(): void {
    while (this.answered.length > 0 && !this.severed) {
      const [id, outcome] = this.answered.shift() ?? [undefined, undefined];
      if (id === undefined || outcome === undefined) return;
      const done = this.requests.get(id);
      if (done === undefined) throw new Violation('ASSERT', `n${this.id} answered request ${id} twice or never got it`);
      this.requests.delete(id);
      done(outcome);
    }
  }

  private disk(volume: VolumeNumber): SimDisk {
    const disk = this.disks[volume];
    assert(disk !== undefined, 'the core uses only disks that it was given');
    return disk;
  }

  private diskPorts(
    current: () => boolean,
  ): Pick<Ports, 'readData' | 'writeData' | 'zeroData' | 'flush' | 'writeMetadata'> {
    const { observer } = this;
    const done = (io: IoId, point?: PointKind) => (ok: boolean, payload?: Payload) => {
      if (!current()) return;
      if (point !== undefined) observer.pointReached(this, point);
      this.input(payload === undefined ? { kind: 'disk-done', io, ok } : { kind: 'disk-done', io, ok, payload });
    };
    const mix = (what: number, value: number): void => this.trace.mix(what, this.id, value);
    return {
      readData: (io, volume, offset, length) => {
        mix(10, offset / 512);
        this.disk(volume).read(offset, length, done(io));
      },
      writeData: (io, volume, offset, payload, fua) => {
        if (!current()) return;
        mix(11, offset / 512);
        observer.dataWritten(this, volume, offset, payload);
        this.disk(volume).write(offset, payload, fua, done(io, 'write-done'));
        observer.pointReached(this, 'write-issued');
      },
      zeroData: (io, volume, offset, length) => {
        if (!current()) return;
        mix(12, offset / 512);
        this.disk(volume).zero(offset, length, done(io, 'write-done'));
        observer.pointReached(this, 'write-issued');
      },
      flush: (io, volume) => {
        if (!current()) return;
        mix(13, volume);
        observer.happened(this, 'flush');
        this.disk(volume).flush(done(io, 'flush-done'));
      },
      writeMetadata: (io, volume, offset, data, fua) => {
        if (!current()) return;
        mix(14, offset);
        observer.happened(this, 'metadata-write');
        this.disk(volume).writeMetadata(offset, data, fua, done(io, 'write-done'));
        observer.pointReached(this, 'write-issued');
      },
    };
  }

  /** Ports of one incarnation: what a dead one still submits goes nowhere. */
  private ports(incarnation: number): Ports {
    const current = (): boolean => incarnation === this.incarnation && this.core !== undefined && !this.severed;
    const mix = (what: number, value: number): void => this.trace.mix(what, this.id, value);
    const { network, observer, trace } = this;
    assert(network !== undefined, 'a node is wired before it starts');
    return {
      ...this.diskPorts(current),
      connect: (peer) => {
        if (current()) network.connect(this.id, peer);
      },
      disconnect: (peer) => {
        if (current()) network.disconnect(this.id, peer);
      },
      send: (peer, link, stream, frame) => {
        if (!current()) return;
        mix(15, peer * 256 + frame.type.length);
        if (trace.recording) trace.line(this.id, `-> n${peer} ${describeFrame(frame)}`);
        observer.happened(this, frame.type, peer);
        observer.sent(this, peer, frame);
        network.send(this.id, peer, link, stream, frame);
        observer.pointReached(this, 'frame-sent');
      },
      completeClient: (request, outcome) => {
        if (!current()) return;
        mix(16, request);
        this.answered.push([request, outcome]);
      },
      runHandler: (run, call) => current() && this.handlers?.(run, call) === true,
      setTimer: (timer, delayMs) => this.setTimer(timer, delayMs),
      cancelTimer: (timer) => {
        const handle = this.timers.get(timer);
        if (handle !== undefined) this.agenda.cancel(handle);
        this.timers.delete(timer);
      },
      now: () => (Math.floor((this.agenda.now * this.rate) / 1_000) + this.aheadMs) as Millis,
      newGeneration: () => {
        const drawn = this.random.next64();
        return (drawn > 15n ? drawn : drawn + 16n) as Generation;
      },
      jitter: () => this.random.next() / 4_294_967_296,
      checksum: checksumOf,
      digests: digestsOf,
      isAllZero,
      notify: (event) => {
        if (!current()) return;
        if (trace.recording) trace.line(this.id, `** ${describe(event)}`);
        this.view.apply(event);
        observer.notified(this, event);
      },
    };
  }

  private setTimer(timer: TimerId, delayMs: Millis): void {
    const earlier = this.timers.get(timer);
    if (earlier !== undefined) this.agenda.cancel(earlier);
    const handle = this.agenda.after(Math.ceil((delayMs * 1_000) / this.rate) + 1_000, EVENT_CLASS.timer, () => {
      this.timers.delete(timer);
      this.input({ kind: 'timer', timer });
    });
    this.timers.set(timer, handle);
  }
}

function describeInput(event: ReplicationInput): string {
  if (event.kind === 'frame') return `n${event.peer} ${describeFrame(event.frame)}`;
  if (event.kind === 'attach') return `attach volume ${event.volume}`;
  return describe(event);
}

function describeFrame(frame: object): string {
  return describe(frame);
}

/** One line per object: short values as they are, bulk left out. */
function describe(value: object): string {
  const parts: string[] = [];
  for (const [key, part] of Object.entries(value)) {
    if (key === 'payloadChecksum' || part === undefined) continue;
    if (typeof part === 'bigint') parts.push(`${key}=${part.toString(16)}`);
    else if (typeof part !== 'object' || part === null)
      parts.push(key === 'kind' || key === 'type' ? String(part) : `${key}=${part}`);
    else if ('versions' in part && part.versions instanceof Uint32Array)
      parts.push(`${key}=[${summary(part.versions)}]`);
    else if (part instanceof Uint8Array) parts.push(`${key}=<${part.length} bytes>`);
    else if (Array.isArray(part))
      parts.push(
        `${key}=[${part.map((each) => (typeof each === 'object' ? `{${describe(each)}}` : String(each))).join(' ')}]`,
      );
    else parts.push(`${key}={${describe(part)}}`);
  }
  return parts.join(' ');
}

function summary(versions: Uint32Array): string {
  const runs: string[] = [];
  for (let i = 0; i < versions.length && runs.length < 6; ) {
    let end = i;
    while (end < versions.length && versions[end] === versions[i]) end += 1;
    runs.push(`${end - i}x${versions[i]}`);
    i = end;
  }
  return runs.join(' ');
}
