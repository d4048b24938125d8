/** A cluster of cores in one process with instant disks and links: for tests of single behaviours, step by step. */
import type { NodeId } from '../../../common/ids.ts';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import { bytes, type Millis, millis } from '../../../common/units.ts';
import { DEFAULT_OPTIONS, type ReplicationOptions } from '../../../common/options/options.ts';
import type { ReplicationEvent, ReplicationInput } from '../../../satellite/replication/events.ts';
import type { HandlerCall, HandlerName, HandlerRunId } from '../../../satellite/replication/handlers/handler-calls.ts';
import { formatMetadata } from '../../../satellite/replication/metadata/format.ts';
import { planLayout } from '../../../satellite/replication/metadata/layout.ts';
import { NO_QUORUM_RECORD, type Superblock } from '../../../satellite/replication/metadata/superblock.ts';
import type { ClientOutcome, Ports } from '../../../satellite/replication/ports.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from '../../../satellite/replication/payload.ts';
import { ReplicatedResource } from '../../../satellite/replication/resource.ts';
import { digestsOfChunks, isZero } from '../../../satellite/storage/digests.ts';
import type { Frame, ReplicationProtocol, Stream } from '../../../satellite/replication/wire/frames.ts';

const VOLUME = volumeNumber(0);
const BLOCK = 4096;

export interface BytesPayload extends Payload {
  readonly data: Uint8Array;
}

interface Options {
  readonly nodes: number;
  readonly diskless?: readonly number[];
  readonly protocol?: ReplicationProtocol;
  readonly blocks?: number;
  /** What the disks hold, by node, if that is more. */
  readonly room?: readonly number[];
  readonly fresh?: readonly number[];
  readonly options?: Partial<ReplicationOptions>;
  /** Stands between a core and its world. */
  readonly tap?: (ports: Ports, id: NodeId) => Ports;
}

interface Member {
  readonly id: NodeId;
  core: ReplicatedResource | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly links: Map<NodeId, LinkId>;
  readonly timers: Map<TimerId, Millis>;
  readonly wants: Set<NodeId>;
}

export class Cluster {
  readonly members: Member[] = [];
  readonly events: { node: NodeId; event: ReplicationEvent }[] = [];
  readonly outcomes = new Map<number, ClientOutcome>();
  readonly frames: { from: NodeId; to: NodeId; frame: Frame }[] = [];
  /** Return false to swallow a frame. */
  filter: (from: NodeId, to: NodeId, frame: Frame) => boolean = () => true;
  /** Nodes whose data writes never come back. */
  readonly hangs = new Set<number>();
  /** Handlers that there are programs for, and the calls that wait for `finish`. */
  readonly programs = new Set<HandlerName>();
  readonly calls: { readonly node: NodeId; readonly run: HandlerRunId; readonly call: HandlerCall }[] = [];
  private readonly queue: (() => void)[] = [];
  private readonly cut = new Set<string>();
  private readonly options: Options;
  private nextLink = 1;
  private nextClient = 1;
  private nextGeneration = 100n;
  private nowMs = 0;

  constructor(options: Options) {
    this.options = options;
    const size = bytes((options.blocks ?? 64) * BLOCK);
    for (let id = 0; id < options.nodes; id += 1) {
      const layout = planLayout({ dataBytes: size, slots: 31, blockBytes: bytes(BLOCK), alExtents: 67 });
      const metadata = new Uint8Array(layout.totalBytes + (options.room === undefined ? 0 : 4 * 31 * 4096));
      const fresh = options.fresh?.includes(id) === true;
      const superblock: Superblock = {
        sequence: 1,
        resource: 'r0',
        volume: VOLUME,
        node: nodeId(id),
        dataBytes: size,
        slots: 31,
        blockBytes: bytes(BLOCK),
        alExtents: 67,
        deviceUuid: 1n,
        current: (fresh ? 4n : 16n) as Superblock['current'],
        history: [],
        consistent: !fresh,
        wasUpToDate: !fresh,
        crashedPrimary: false,
        quorum: NO_QUORUM_RECORD,
        spare: undefined,
        peers: this.peersOf(id).map((peer) => ({
          node: peer.node,
          slot: peer.slot,
          bitmap: 0n as Superblock['current'],
          outdated: false,
          fullSync: false,
        })),
      };
      for (const chunk of formatMetadata(layout, superblock)) metadata.set(chunk.data, chunk.offset);
      this.members.push({
        id: nodeId(id),
        core: undefined,
        data: new Uint8Array(Math.max(size, (options.room?.[id] ?? 0) * BLOCK)),
        metadata,
        links: new Map(),
        timers: new Map(),
        wants: new Set(),
      });
    }
    for (const member of this.members) this.boot(member.id);
    this.settle();
  }

  private isDiskless(id: number): boolean {
    return this.options.diskless?.includes(id) === true;
  }

  private peersOf(self: number) {
    const all = Array.from({ length: this.options.nodes }, (_, id) => id).filter((id) => id !== self);
    return all.map((id) => ({
      node: nodeId(id),
      name: `n${id}`,
      protocol: this.options.protocol ?? ('C' as const),
      diskful: !this.isDiskless(id),
      slot: this.isDiskless(id) || this.isDiskless(self) ? undefined : id < self ? id : id - 1,
    }));
  }

  member(id: number): Member {
    const member = this.members[id];
    if (member === undefined) throw new Error(`no node ${id}`);
    return member;
  }

  core(id: number): ReplicatedResource {
    const { core } = this.member(id);
    if (core === undefined) throw new Error(`node ${id} is down`);
    return core;
  }

  boot(id: number): void {
    const member = this.member(id);
    const size = bytes((this.options.blocks ?? 64) * BLOCK);
    member.core = new ReplicatedResource(
      {
        name: 'r0',
        node: member.id,
        volumes: [{ volume: VOLUME, sizeBytes: size, diskful: !this.isDiskless(id) }],
        peers: this.peersOf(id),
        options: { ...DEFAULT_OPTIONS, alExtents: 67, ...this.options.options },
      },
      this.options.tap?.(this.portsOf(member), member.id) ?? this.portsOf(member),
    );
    if (!this.isDiskless(id))
      this.ask(id, (client) => ({
        kind: 'attach',
        id: client,
        volume: VOLUME,
        metadata: member.metadata.slice(),
        capacityBytes: bytes(member.data.length),
      }));
    for (const peer of this.peersOf(id)) this.ask(id, (client) => ({ kind: 'connect', id: client, peer: peer.node }));
  }

  /** Process crash: what the disk has, it keeps. */
  crash(id: number): void {
    const member = this.member(id);
    member.core = undefined;
    member.timers.clear();
    member.wants.clear();
    for (const other of this.members) this.dropLink(member, other);
  }

  cutLink(a: number, b: number): void {
    this.cut.add(`${Math.min(a, b)}-${Math.max(a, b)}`);
    this.dropLink(this.member(a), this.member(b));
  }

  healLink(a: number, b: number): void {
    this.cut.delete(`${Math.min(a, b)}-${Math.max(a, b)}`);
    this.tryLink(this.member(a), this.member(b));
  }

  private dropLink(a: Member, b: Member): void {
    for (const [self, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const link = self.links.get(other.id);
      self.links.delete(other.id);
      if (link !== undefined && self.core !== undefined)
        this.later(self, { kind: 'link-down', peer: other.id, link, reason: 'reset' });
    }
  }

  private isCut(a: Member, b: Member): boolean {
    return this.cut.has(`${Math.min(a.id, b.id)}-${Math.max(a.id, b.id)}`);
  }

  private tryLink(a: Member, b: Member): void {
    if (
      !a.wants.has(b.id) ||
      !b.wants.has(a.id) ||
      a.links.has(b.id) ||
      b.links.has(a.id) ||
      a.core === undefined ||
      b.core === undefined
    )
      return;
    if (this.isCut(a, b)) return;
    for (const [self, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const link = this.nextLink as LinkId;
      this.nextLink += 1;
      self.links.set(other.id, link);
      const { core } = self;
      this.queue.push(() => {
        if (self.core === core && self.links.get(other.id) === link)
          core?.handle({ kind: 'link-up', peer: other.id, link });
      });
    }
  }

  /** The oldest call of this handler that was not answered ends. @returns whom it was about */
  finish(name: HandlerName, exitCode: number): NodeId | undefined {
    const at = this.calls.findIndex(({ call }) => call.name === name);
    const [found] = at < 0 ? [] : this.calls.splice(at, 1);
    if (found === undefined) throw new Error(`nobody has called ${name}`);
    this.later(this.member(found.node), { kind: 'handler-done', run: found.run, exitCode });
    this.settle();
    return found.call.peer;
  }

  private later(member: Member, input: ReplicationInput): void {
    const { core } = member;
    this.queue.push(() => {
      if (member.core === core) core?.handle(input);
    });
  }

  /** Submits and settles. @returns the outcome, or undefined while it is still under way. */
  request(id: number, make: (client: ClientRequestId) => ReplicationInput): ClientOutcome | undefined {
    const client = this.ask(id, make);
    this.settle();
    return this.outcomes.get(client);
  }

  ask(id: number, make: (client: ClientRequestId) => ReplicationInput): number {
    const client = this.nextClient as ClientRequestId;
    this.nextClient += 1;
    this.core(id).handle(make(client));
    return client;
  }

  write(id: number, block: number, value: number, blocks = 1): ClientOutcome | undefined {
    const payload: BytesPayload = { byteLength: blocks * BLOCK, data: new Uint8Array(blocks * BLOCK).fill(value) };
    return this.request(id, (client) => ({
      kind: 'client-write',
      id: client,
      volume: VOLUME,
      offset: bytes(block * BLOCK),
      payload,
      fua: false,
    }));
  }

  read(id: number, block: number): number | undefined {
    const outcome = this.request(id, (client) => ({
      kind: 'client-read',
      id: client,
      volume: VOLUME,
      offset: bytes(block * BLOCK),
      length: bytes(BLOCK),
    }));
    return outcome?.ok === true ? (outcome.payload as BytesPayload).data[0] : undefined;
  }

  open(id: number): ClientOutcome | undefined {
    return this.request(id, (client) => ({ kind: 'open', id: client, volume: VOLUME, mode: 'read-write' }));
  }

  close(id: number): void {
    this.core(id).handle({ kind: 'close', volume: VOLUME, mode: 'read-write' });
    this.settle();
  }

  settle(): void {
    for (let steps = 0; this.queue.length > 0; steps += 1) {
      if (steps > 1_000_000) throw new Error('the cluster does not come to rest');
      this.queue.shift()?.();
    }
  }

  /** Lets virtual time pass: due timers fire in order. */
  pass(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      let due: { member: Member; timer: TimerId; at: Millis } | undefined;
      for (const member of this.members) {
        for (const [timer, at] of member.timers)
          if (at <= end && (due === undefined || at < due.at)) due = { member, timer, at };
      }
      if (due === undefined) break;
      this.nowMs = Math.max(this.nowMs, due.at);
      due.member.timers.delete(due.timer);
      this.later(due.member, { kind: 'timer', timer: due.timer });
      this.settle();
    }
    this.nowMs = end;
  }

  device(id: number, peer: number) {
    const found = this.core(id)
      .status()
      .connections.find((each) => each.peer === peer)?.peerDevices[0];
    if (found === undefined) throw new Error('no such peer device');
    return found;
  }

  disk(id: number): string | undefined {
    return this.core(id).status().volumes[0]?.disk;
  }

  private portsOf(member: Member): Ports {
    const done = (io: IoId, payload?: Payload) =>
      this.later(
        member,
        payload === undefined ? { kind: 'disk-done', io, ok: true } : { kind: 'disk-done', io, ok: true, payload },
      );
    const incarnation = () => member.core;
    return {
      readData: (io, _volume, offset, length) => {
        const data = member.data.slice(offset, offset + length);
        done(io, { byteLength: length, data } as BytesPayload);
      },
      writeData: (io, _volume, offset, payload) => {
        if (this.hangs.has(member.id)) return;
        member.data.set((payload as BytesPayload).data, offset);
        done(io);
      },
      zeroData: (io, _volume, offset, length) => {
        member.data.fill(0, offset, offset + length);
        done(io);
      },
      flush: (io) => done(io),
      writeMetadata: (io, _volume, offset, data) => {
        member.metadata.set(data, offset);
        done(io);
      },
      connect: (peer) => {
        member.wants.add(peer);
        const other = this.member(peer);
        if (other.wants.has(member.id)) this.tryLink(member, other);
        else if (!this.isCut(member, other)) this.later(other, { kind: 'peer-knocks', peer: member.id });
      },
      disconnect: (peer) => {
        member.wants.delete(peer);
        const other = this.member(peer);
        const link = other.links.get(member.id);
        member.links.delete(peer);
        // Behind the frames that were sent before.
        this.queue.push(() => {
          if (link === undefined || other.links.get(member.id) !== link) return;
          other.links.delete(member.id);
          this.later(other, { kind: 'link-down', peer: member.id, link, reason: 'closed' });
          this.tryLink(member, other);
        });
      },
      send: (peer, link, stream, frame) => this.send(member, peer, link, stream, frame),
      completeClient: (request, outcome) => {
        if (incarnation() !== undefined && this.outcomes.has(request)) throw new Error('a request was completed twice');
        this.outcomes.set(request, outcome);
      },
      runHandler: (run, call) => {
        if (!this.programs.has(call.name)) return false;
        this.calls.push({ node: member.id, run, call });
        return true;
      },
      setTimer: (timer, delayMs) => member.timers.set(timer, millis(this.nowMs + delayMs)),
      cancelTimer: (timer) => member.timers.delete(timer),
      now: () => millis(this.nowMs),
      newGeneration: () => {
        this.nextGeneration += 2n;
        return this.nextGeneration as ReturnType<Ports['newGeneration']>;
      },
      jitter: () => 0.5,
      checksum: (payload) => (payload as BytesPayload).data.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7),
      digests: (payload, algorithm, pieceBytes) =>
        digestsOfChunks([(payload as BytesPayload).data], algorithm, pieceBytes),
      isAllZero: (payload) => isZero((payload as BytesPayload).data),
      notify: (event) => this.events.push({ node: member.id, event }),
    };
  }

  private send(member: Member, peer: NodeId, link: LinkId, _stream: Stream, frame: Frame): void {
    if (member.links.get(peer) !== link) return;
    const other = this.member(peer);
    const there = other.links.get(member.id);
    if (there === undefined || !this.filter(member.id, peer, frame)) return;
    this.frames.push({ from: member.id, to: peer, frame });
    const { core } = other;
    this.queue.push(() => {
      if (other.core === core && other.links.get(member.id) === there)
        core?.handle({ kind: 'frame', peer: member.id, link: there, frame });
    });
  }
}
