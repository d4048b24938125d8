/**
 * One node of the small world as a value: the real core, its disk, its timers. What a node does depends on nothing but its
 * own state and the input, so each pair of the two is computed once, on a clone, and remembered: the search then moves in a
 * table of numbered local states, and the real core runs only where nobody has been before.
 *
 * Time stands still during the search: `now` is constant, so nothing that waits for time to pass gives up (healing.ts lets it pass). Of the timers, those for pings,
 * handshakes and self checks never fire (what they would find is what a cut or a crash does at any moment); a retry of a
 * connection or of a promotion fires at once; the delayed PEER_ACK is an action of its own.
 */
import { assert, InvariantError } from '../../common/assert.ts';
import type { Generation, NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes, Millis } from '../../common/units.ts';
import type { ResourceConfig } from '../../satellite/replication/config.ts';
import type { DigestAlgorithm } from '../../satellite/replication/digest.ts';
import type { ReplicationInput } from '../../satellite/replication/events.ts';
import type { ClientOutcome, Ports } from '../../satellite/replication/ports.ts';
import type { ClientRequestId, IoId, LinkId, Payload, TimerId } from '../../satellite/replication/payload.ts';
import { ReplicatedResource } from '../../satellite/replication/resource.ts';
import type { Frame, Stream } from '../../satellite/replication/wire/frames.ts';
import { checksumOf, digestsOf, isAllZero, SimPayload, simPayload } from '../sim-payload.ts';
import type { FrameTable } from './frame-table.ts';
import type { LocalDisk } from './local-disk.ts';
import { collector, type InUse, noneInUse, type Ranks } from './renumbering.ts';
import { StateHash } from './state-hash.ts';

export const VOLUME = 0 as VolumeNumber;
const ATTACH = 900_001 as ClientRequestId;
const LONG_MS = 60_000;
const CONNECT = 900_002 as ClientRequestId;
const PING_ACK = { type: 'PING_ACK' } as const;

export type Effect =
  | { readonly kind: 'send'; readonly peer: number; readonly stream: Stream; readonly frame: number }
  | { readonly kind: 'connect' | 'disconnect'; readonly peer: number }
  | { readonly kind: 'answer'; readonly request: number; readonly ok: boolean; readonly versions: readonly number[] }
  | {
      readonly kind: 'data-write';
      readonly first: number;
      readonly versions: readonly number[];
      readonly byResync: boolean;
    }
  | { readonly kind: 'broken'; readonly sentence: string };

export interface LocalState {
  readonly id: number;
  readonly core: ReplicatedResource | undefined;
  readonly disk: LocalDisk;
  /** The PEER_ACK timer runs. */
  readonly peerAckDue: boolean;
  readonly booting: boolean;
  readonly now: Millis;
  /** Generations made so far, also before a crash: their names never come again. */
  readonly generations: number;
  readonly links: ReadonlyMap<NodeId, LinkId>;
  readonly nextLink: number;
  /** What became of inputs that were tried here. */
  readonly memory: Map<StepName, LocalStep>;
  /** Numbers that it knows (renumbering.ts). */
  readonly use: InUse;
  /** The other half of its hash, and another state with the same first half. */
  readonly hashHigh: number;
  readonly alike: LocalState | undefined;
}

/** What goes into a node. Frames, which are most of it, have numbers. */
export type StepName = string | number;

export interface LocalStep {
  readonly to: LocalState;
  readonly effects: readonly Effect[];
}

type Draft = { -readonly [K in keyof Omit<LocalState, 'id' | 'memory' | 'use' | 'hashHigh' | 'alike'>]: LocalState[K] };

export class LocalNode {
  readonly config: ResourceConfig;
  readonly states: LocalState[] = [];
  private readonly frames: FrameTable;
  private readonly byHash = new Map<number, LocalState>();
  private readonly sectorBytes: number;
  private readonly nodes: number;

  constructor(config: ResourceConfig, frames: FrameTable, sectorBytes: number) {
    this.config = config;
    this.nodes = config.peers.length + 1;
    this.frames = frames;
    this.sectorBytes = sectorBytes;
  }

  state(id: number): LocalState {
    const state = this.states[id];
    assert(state !== undefined, 'a local state is known by its number');
    return state;
  }

  /** Switched off, with this disk. */
  off(disk: LocalDisk, generations: number): LocalState {
    return this.intern({
      core: undefined,
      disk,
      peerAckDue: false,
      booting: false,
      now: 0 as Millis,
      generations,
      links: new Map(),
      nextLink: 1,
    });
  }

  /** @param name what `act` does; equal names from one state mean equal inputs */
  step(from: LocalState, name: StepName, act: (run: Turn) => void): LocalStep {
    let step = from.memory.get(name);
    if (step === undefined) {
      const turn = new Turn(this, from, this.frames, this.sectorBytes);
      turn.take(act);
      step = { to: this.intern(turn.draft), effects: turn.effects };
      from.memory.set(name, step);
    }
    return step;
  }

  /** The same state with numbers in use replaced by their ranks. @param name stands for `ranks` */
  renumbered(from: LocalState, name: string, ranks: Ranks): LocalState {
    const { core } = from;
    if (core === undefined || ranks.keep(from.use)) return from;
    let step = from.memory.get(name);
    if (step === undefined) {
      step = { to: this.withRanks(from, core, ranks), effects: [] };
      from.memory.set(name, step);
    }
    return step.to;
  }

  /** Mostly that state is known: the core is changed in place to find out, and copied only if it is not. */
  private withRanks(from: LocalState, core: ReplicatedResource, ranks: Ranks): LocalState {
    core.renumber(ranks.toRank);
    const hash = hashOf(from);
    let state = this.known(hash);
    if (state === undefined) {
      const { draft } = new Turn(this, from, this.frames, this.sectorBytes);
      state = this.add(draft, hash, this.useOf(draft));
    }
    core.renumber(ranks.fromRank);
    return state;
  }

  private intern(draft: Draft): LocalState {
    // Also makes equal what is not compared any more, before it is looked at.
    const use = this.useOf(draft);
    const hash = hashOf(draft);
    return this.known(hash) ?? this.add(draft, hash, use);
  }

  private useOf({ core }: Draft): InUse {
    const use = noneInUse(this.nodes);
    core?.renumber(collector(this.nodes, use));
    return use;
  }

  private known({ high, low }: StateHash): LocalState | undefined {
    let state = this.byHash.get(low);
    while (state !== undefined && state.hashHigh !== high) state = state.alike;
    return state;
  }

  private add(draft: Draft, { high, low }: StateHash, use: InUse): LocalState {
    const { core, disk, peerAckDue, booting, now, generations, links, nextLink } = draft;
    const state: LocalState = {
      id: this.states.length,
      core,
      disk,
      peerAckDue,
      booting,
      now,
      generations,
      links,
      nextLink,
      memory: new Map(),
      use,
      hashHigh: high,
      alike: this.byHash.get(low),
    };
    this.states.push(state);
    this.byHash.set(low, state);
    return state;
  }
}

function hashOf(draft: Draft): StateHash {
  const hash = new StateHash();
  const { core } = draft;
  hash.addAny(core !== undefined);
  hash.addAny(draft.peerAckDue);
  hash.addAny(draft.booting);
  hash.add(draft.now);
  hash.add(draft.generations);
  draft.disk.feed(hash, (io) => core?.rankOfIo(io) ?? -1);
  core?.visitState(
    (value) => hash.addAny(value),
    (payload) => {
      for (const version of simPayload(payload).versions) hash.add(version);
    },
  );
  return hash;
}

/**
 * One input being worked off, with everything that follows from it at once. It is itself the ports of its core: functions of
 * their own would be kept with every local state.
 */
export class Turn implements Ports {
  readonly draft: Draft;
  readonly effects: Effect[] = [];
  private readonly node: LocalNode;
  private readonly frames: FrameTable;
  private readonly sectorBytes: number;
  /** What follows at once: reads of the disk, retries. */
  private readonly inputs: ReplicationInput[] = [];

  constructor(node: LocalNode, from: LocalState, frames: FrameTable, sectorBytes: number) {
    const { disk, peerAckDue, booting, now, generations, links, nextLink } = from;
    this.node = node;
    this.frames = frames;
    this.sectorBytes = sectorBytes;
    this.draft = { core: undefined, disk, peerAckDue, booting, now, generations, links, nextLink };
    this.draft.core = from.core?.clone(this);
  }

  take(act: (run: Turn) => void): void {
    try {
      act(this);
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift())
        this.draft.core?.handle(next);
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      this.effects.push({ kind: 'broken', sentence: `n${this.node.config.node}: ${error.message}` });
    }
  }

  input(input: ReplicationInput): void {
    this.inputs.push(input);
  }

  boot(): void {
    this.draft.core = new ReplicatedResource(this.node.config, this);
    this.draft.booting = true;
    this.inputs.push({ kind: 'attach', id: ATTACH, volume: VOLUME, metadata: this.draft.disk.metadata() });
  }

  completeDisk(): void {
    const io = this.draft.disk.flying[0]?.io;
    assert(io !== undefined, 'an operation is in flight');
    this.draft.disk = this.draft.disk.complete();
    this.inputs.push({ kind: 'disk-done', io, ok: true });
  }

  /** Long enough for everything that waits to be given up. */
  passTime(): void {
    this.draft.now = (this.draft.now + LONG_MS) as Millis;
    this.inputs.push({ kind: 'timer', timer: 'self-check' as TimerId });
  }

  linkUp(peer: NodeId): void {
    const link = this.draft.nextLink as LinkId;
    this.draft.nextLink += 1;
    this.draft.links = new Map([...this.draft.links, [peer, link]]);
    this.inputs.push({ kind: 'link-up', peer, link });
  }

  linkDown(peer: NodeId): void {
    const link = this.draft.links.get(peer);
    this.forgetLink(peer);
    if (link !== undefined) this.inputs.push({ kind: 'link-down', peer, link, reason: 'reset' });
  }

  frame(peer: NodeId, frame: Frame): void {
    const link = this.draft.links.get(peer);
    if (link !== undefined) this.inputs.push({ kind: 'frame', peer, link, frame });
  }

  private forgetLink(peer: NodeId): void {
    const links = new Map(this.draft.links);
    links.delete(peer);
    this.draft.links = links;
  }

  private answer(request: ClientRequestId, outcome: ClientOutcome): void {
    if (request === CONNECT) return;
    if (request === ATTACH) {
      if (!outcome.ok) this.effects.push({ kind: 'broken', sentence: `attach failed: ${outcome.error.message}` });
      this.draft.booting = false;
      for (const { node } of this.node.config.peers) this.inputs.push({ kind: 'connect', id: CONNECT, peer: node });
      return;
    }
    const read = outcome.ok && outcome.payload !== undefined ? [...simPayload(outcome.payload).versions] : [];
    this.effects.push({ kind: 'answer', request, ok: outcome.ok, versions: read });
  }

  private timer(timer: TimerId, isSet: boolean): void {
    const [purpose] = timer.split(':');
    if (purpose === 'peer-ack') this.draft.peerAckDue = isSet;
    else if (purpose === 'connect' && isSet) this.inputs.push({ kind: 'timer', timer });
  }

  private written(offset: number, versions: readonly number[], byResync: boolean): void {
    this.effects.push({ kind: 'data-write', first: offset / this.sectorBytes, versions, byResync });
  }

  // ---- what the core says

  readData(io: IoId, _volume: VolumeNumber, offset: Bytes, length: Bytes): void {
    const first = offset / this.sectorBytes;
    const versions = Uint32Array.from(this.draft.disk.view.slice(first, first + length / this.sectorBytes));
    this.inputs.push({ kind: 'disk-done', io, ok: true, payload: new SimPayload(length, versions, undefined) });
  }
  writeData(io: IoId, _volume: VolumeNumber, offset: Bytes, payload: Payload, fua: boolean): void {
    const { versions, writtenBy } = simPayload(payload);
    this.written(offset, [...versions], writtenBy === undefined);
    this.draft.disk = this.draft.disk.write(io, offset / this.sectorBytes, [...versions], fua);
  }
  zeroData(io: IoId, _volume: VolumeNumber, offset: Bytes, length: Bytes): void {
    const zeroes = new Array<number>(length / this.sectorBytes).fill(0);
    this.draft.disk = this.draft.disk.write(io, offset / this.sectorBytes, zeroes, false);
  }
  flush(io: IoId): void {
    this.draft.disk = this.draft.disk.flush(io);
  }
  writeMetadata(io: IoId, _volume: VolumeNumber, offset: Bytes, data: Uint8Array, fua: boolean): void {
    this.draft.disk = this.draft.disk.writeMetadata(io, offset, data, fua);
  }

  connect(peer: NodeId): void {
    this.effects.push({ kind: 'connect', peer });
  }
  disconnect(peer: NodeId): void {
    this.forgetLink(peer);
    this.effects.push({ kind: 'disconnect', peer });
  }
  send(peer: NodeId, link: LinkId, stream: Stream, frame: Frame): void {
    if (this.draft.links.get(peer) !== link) return;
    if (frame.type === 'PING') this.inputs.push({ kind: 'frame', peer, link, frame: PING_ACK });
    else this.effects.push({ kind: 'send', peer, stream, frame: this.frames.idOf(frame) });
  }

  completeClient(request: ClientRequestId, outcome: ClientOutcome): void {
    this.answer(request, outcome);
  }
  runHandler(): boolean {
    return false;
  }
  setTimer(timer: TimerId): void {
    this.timer(timer, true);
  }
  cancelTimer(timer: TimerId): void {
    this.timer(timer, false);
  }
  now(): Millis {
    return this.draft.now;
  }
  newGeneration(): Generation {
    this.draft.generations += 1;
    return BigInt((this.node.config.node + 1) * 0x10_000 + this.draft.generations * 16) as Generation;
  }
  jitter(): number {
    return 0;
  }
  checksum(payload: Payload): number {
    return checksumOf(payload);
  }
  digests(payload: Payload, algorithm: DigestAlgorithm, pieceBytes: Bytes): Uint8Array {
    return digestsOf(payload, algorithm, pieceBytes);
  }
  isAllZero(payload: Payload): boolean {
    return isAllZero(payload);
  }
  notify(): void {}
}

export const blockOffset = (block: number, sectorBytes: number): Bytes => (block * sectorBytes) as Bytes;
