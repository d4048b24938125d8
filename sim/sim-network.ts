/**
 * The network between the nodes, with the semantics of TCP: per link two streams (data, control), each in order and
 * independent of the other; trouble delays bytes or ends links, it never drops a frame in the middle of a stream.
 * A link ends at different times on its two ends, or on one of them never (half-open).
 */
import { assert } from '../common/assert.ts';
import type { NodeId } from '../common/ids.ts';
import type { LinkLossReason } from '../satellite/replication/events.ts';
import type { LinkId } from '../satellite/replication/payload.ts';
import type { Frame, Stream } from '../satellite/replication/wire/frames.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { RandomStream } from './prng.ts';
import { checksumOf, corrupted, SimPayload } from './sim-payload.ts';

export interface NetworkProfile {
  readonly delayUs: number;
  readonly jitterUs: number;
  /** Bytes per millisecond of one direction of one stream. */
  readonly bytesPerMs: number;
  /** Per mille of frames that wait `spikeUs` longer (a lost segment and its retransmission). */
  readonly spikePermille: number;
  readonly spikeUs: number;
  /** Spikes end with the chaos: for profiles whose spikes are longer than what the nodes wait for an answer. */
  readonly calmAfterHeal?: boolean | undefined;
  readonly connectTimeoutUs: number;
}

/** What the network tells one node. */
export interface NetworkEnd {
  readonly alive: boolean;
  linkUp(peer: NodeId, link: LinkId): void;
  linkFailed(peer: NodeId): void;
  linkDown(peer: NodeId, link: LinkId, reason: LinkLossReason): void;
  knock(peer: NodeId): void;
  frame(peer: NodeId, link: LinkId, frame: Frame): void;
}

type Entry =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly sequence: number }
  | { readonly kind: 'end'; readonly reason: LinkLossReason; readonly sequence: number };

/** One direction of one stream of one link. */
interface Pipe {
  lastArrival: number;
  /** Entries above this sequence number were cut off by a reset. */
  cutAfter: number;
  sent: number;
  readonly held: Entry[];
}

interface LinkEnd {
  readonly node: NodeId;
  readonly link: LinkId;
  /** `ended`: this end knows; it neither sends nor receives. */
  state: 'opening' | 'up' | 'ended';
  upAt: number;
  readonly data: Pipe;
  readonly control: Pipe;
}

interface Link {
  readonly low: LinkEnd;
  readonly high: LinkEnd;
  /** Nothing passes any more in either direction, and nobody is told. */
  dead: boolean;
}

interface Corruption {
  /** `collision`: the payload, in a way that its checksum does not show. */
  readonly what: 'payload' | 'header' | 'collision';
  readonly type: Frame['type'] | undefined;
}

interface Attempt {
  readonly serial: number;
}

/** Passes a frame through the real codec in a share of the runs. */
export type FrameFilter = (frame: Frame) => Frame;

export class SimNetwork {
  private readonly agenda: Agenda;
  private readonly profile: NetworkProfile;
  private readonly ends: readonly NetworkEnd[];
  private readonly random: (from: number, to: number) => RandomStream;
  private readonly filter: FrameFilter;
  private readonly links = new Map<number, Link>();
  private readonly attempts = new Map<number, Attempt>();
  private readonly blocked = new Map<number, number>();
  private readonly corruption = new Map<number, Corruption>();
  private calm = false;
  private readonly extraDelay = new Map<number, number>();
  private serial = 0;

  constructor(options: {
    readonly agenda: Agenda;
    readonly profile: NetworkProfile;
    readonly ends: readonly NetworkEnd[];
    readonly random: (from: number, to: number) => RandomStream;
    readonly filter: FrameFilter;
  }) {
    this.agenda = options.agenda;
    this.profile = options.profile;
    this.ends = options.ends;
    this.random = options.random;
    this.filter = options.filter;
  }

  // ---- what the nodes do

  connect(from: NodeId, to: NodeId): void {
    const existing = this.links.get(pairOf(from, to));
    if (existing !== undefined && endOf(existing, from).state !== 'ended') return;
    this.serial += 1;
    const { serial } = this;
    this.attempts.set(direction(from, to), { serial });
    const delay = this.delay(from, to);
    this.agenda.after(delay, EVENT_CLASS.network, () => this.arrive(from, to, serial));
    this.agenda.after(this.profile.connectTimeoutUs, EVENT_CLASS.network, () => this.giveUp(from, to, serial));
  }

  disconnect(from: NodeId, to: NodeId): void {
    this.attempts.delete(direction(from, to));
    const link = this.links.get(pairOf(from, to));
    if (link === undefined) return;
    const own = endOf(link, from);
    if (own.state === 'ended') return;
    own.state = 'ended';
    // What was sent before still arrives, in part or completely, then the end of the stream.
    if (this.random(from, to).coin()) this.cut(from, to, own);
    this.sendEnd(from, to, own, 'closed');
    this.forgetIfOver(link);
  }

  send(from: NodeId, to: NodeId, linkId: LinkId, stream: Stream, frame: Frame): void {
    const link = this.links.get(pairOf(from, to));
    if (link === undefined || link.dead) return;
    const own = endOf(link, from);
    if (own.link !== linkId || own.state !== 'up') return;
    const pipe = stream === 'data' ? own.data : own.control;
    pipe.sent += 1;
    const passed = this.damage(from, to, frame);
    if (passed === undefined) return this.loseHeader(link, from, to);
    this.enqueue(
      link,
      from,
      to,
      pipe,
      { kind: 'frame', frame: this.filter(passed), sequence: pipe.sent },
      sizeOf(frame),
    );
  }

  /** A process ended: the kernel closes its sockets (told), or its power went (nobody is told). */
  nodeDied(node: NodeId, told: boolean): void {
    for (const peer of this.peersOf(node)) {
      this.attempts.delete(direction(node, peer));
      const link = this.links.get(pairOf(node, peer));
      if (link === undefined) continue;
      const own = endOf(link, node);
      if (own.state !== 'ended') {
        own.state = 'ended';
        if (told) {
          if (this.random(node, peer).coin()) this.cut(node, peer, own);
          this.sendEnd(node, peer, own, 'reset');
        } else {
          link.dead = this.random(node, peer).coin();
        }
      }
      this.forgetIfOver(link);
    }
  }

  // ---- faults

  /** Both ends learn, each after its own delay; a prefix of what was in flight still arrives. */
  reset(a: NodeId, b: NodeId): void {
    const link = this.links.get(pairOf(a, b));
    if (link === undefined) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const sender = endOf(link, from);
      this.cut(from, to, sender);
      this.sendEnd(from, to, sender, 'reset');
    }
  }

  /** `a` learns that the link is gone, `b` hears nothing any more. */
  halfOpen(a: NodeId, b: NodeId): void {
    const link = this.links.get(pairOf(a, b));
    if (link === undefined) return;
    link.dead = true;
    this.agenda.after(this.delay(b, a), EVENT_CLASS.network, () => this.deliverEnd(link, a, b, 'reset'));
  }

  /** Bytes from `a` to `b` wait (one way) until `unblock`; calls nest. */
  block(from: NodeId, to: NodeId): void {
    const key = direction(from, to);
    this.blocked.set(key, (this.blocked.get(key) ?? 0) + 1);
  }

  unblock(from: NodeId, to: NodeId): void {
    const key = direction(from, to);
    const depth = (this.blocked.get(key) ?? 0) - 1;
    if (depth > 0) {
      this.blocked.set(key, depth);
      return;
    }
    this.blocked.delete(key);
    const link = this.links.get(pairOf(from, to));
    if (link === undefined) return;
    const own = endOf(link, from);
    this.release(link, from, to, own.data);
    this.release(link, from, to, own.control);
  }

  isBlocked(from: NodeId, to: NodeId): boolean {
    return this.blocked.has(direction(from, to));
  }

  setExtraDelay(from: NodeId, to: NodeId, microseconds: number): void {
    this.extraDelay.set(direction(from, to), microseconds);
  }

  /** The next frame with a payload (`payload`) or the very next frame (`header`; of this type) from `from` to `to` arrives damaged. */
  corruptNext(from: NodeId, to: NodeId, what: Corruption['what'], type?: Frame['type']): void {
    this.corruption.set(direction(from, to), { what, type });
  }

  healAll(): void {
    this.calm = this.profile.calmAfterHeal === true;
    this.corruption.clear();
    this.extraDelay.clear();
    for (const key of [...this.blocked.keys()].sort((a, b) => a - b)) {
      this.blocked.set(key, 1);
      this.unblock(Math.floor(key / 64) as NodeId, (key % 64) as NodeId);
    }
  }

  /** Both ends believe in the same link and nothing hinders it. */
  isUp(a: NodeId, b: NodeId): boolean {
    const link = this.links.get(pairOf(a, b));
    if (link === undefined || link.dead) return false;
    return link.low.state === 'up' && link.high.state === 'up' && !this.isBlocked(a, b) && !this.isBlocked(b, a);
  }

  // ---- connecting

  private arrive(from: NodeId, to: NodeId, serial: number): void {
    if (this.attempts.get(direction(from, to))?.serial !== serial) return;
    const unreachable = this.isBlocked(from, to) || this.isBlocked(to, from);
    // A path that is cut swallows the attempt; it times out.
    if (unreachable) return;
    const peer = this.ends[to];
    assert(peer !== undefined, 'every node has an end in the network');
    if (!peer.alive) return this.refuse(from, to, serial);
    const stale = this.links.get(pairOf(from, to));
    if (stale !== undefined) {
      // The peer still believes in an older link: the new attempt is what tells it, sooner or later.
      if (endOf(stale, to).state !== 'ended') this.deliverEnd(stale, to, from, 'reset');
      if (this.attempts.get(direction(from, to))?.serial !== serial) return;
      if (this.links.has(pairOf(from, to))) return this.refuse(from, to, serial);
    }
    if (this.attempts.has(direction(to, from))) return this.establish(from, to);
    // As `PeerChannel`: who is not trying just now hears of it, and the lower node may take up the dialler's attempt at once.
    peer.knock(from);
    if (from < to) return;
    if (this.attempts.has(direction(to, from))) this.establish(from, to);
    else this.refuse(from, to, serial);
  }

  private refuse(from: NodeId, to: NodeId, serial: number): void {
    this.agenda.after(this.delay(to, from), EVENT_CLASS.network, () => this.giveUp(from, to, serial));
  }

  private giveUp(from: NodeId, to: NodeId, serial: number): void {
    const key = direction(from, to);
    if (this.attempts.get(key)?.serial !== serial) return;
    this.attempts.delete(key);
    const end = this.ends[from];
    if (end?.alive === true) end.linkFailed(to);
  }

  private establish(a: NodeId, b: NodeId): void {
    this.attempts.delete(direction(a, b));
    this.attempts.delete(direction(b, a));
    const link: Link = { low: this.newEnd(a < b ? a : b), high: this.newEnd(a < b ? b : a), dead: false };
    this.links.set(pairOf(a, b), link);
    for (const [own, peer] of [
      [link.low, link.high],
      [link.high, link.low],
    ] as const) {
      own.upAt = this.agenda.now + this.delay(peer.node, own.node);
      this.agenda.schedule(own.upAt, EVENT_CLASS.network, () => {
        if (own.state !== 'opening') return;
        own.state = 'up';
        const end = this.ends[own.node];
        if (end?.alive === true) end.linkUp(peer.node, own.link);
      });
    }
  }

  private newEnd(node: NodeId): LinkEnd {
    this.serial += 1;
    const pipe = (): Pipe => ({ lastArrival: 0, cutAfter: Number.POSITIVE_INFINITY, sent: 0, held: [] });
    return { node, link: this.serial as LinkId, state: 'opening', upAt: 0, data: pipe(), control: pipe() };
  }

  // ---- streams

  private enqueue(link: Link, from: NodeId, to: NodeId, pipe: Pipe, entry: Entry, size: number): void {
    const transmission = Math.floor((size * 1_000) / this.profile.bytesPerMs);
    const receiver = endOf(link, to);
    const earliest = Math.max(this.agenda.now + this.delay(from, to), pipe.lastArrival, receiver.upAt);
    pipe.lastArrival = earliest + transmission + 1;
    const delay = pipe.lastArrival - this.agenda.now;
    this.agenda.from(direction(from, to), delay, EVENT_CLASS.network, () => this.deliver(link, from, to, pipe, entry));
  }

  private deliver(link: Link, from: NodeId, to: NodeId, pipe: Pipe, entry: Entry): void {
    if (link.dead) return;
    if (this.isBlocked(from, to) || pipe.held.length > 0) {
      pipe.held.push(entry);
      return;
    }
    this.deliverNow(link, from, to, pipe, entry);
  }

  private deliverNow(link: Link, from: NodeId, to: NodeId, pipe: Pipe, entry: Entry): void {
    if (link.dead) return;
    if (entry.kind === 'end') return this.deliverEnd(link, to, from, entry.reason);
    if (entry.sequence > pipe.cutAfter) return;
    const receiver = endOf(link, to);
    const end = this.ends[to];
    if (receiver.state !== 'up' || end === undefined || !end.alive) return;
    end.frame(from, receiver.link, entry.frame);
  }

  private release(link: Link, from: NodeId, to: NodeId, pipe: Pipe): void {
    if (pipe.held.length === 0) return;
    const base = Math.max(this.agenda.now + this.delay(from, to), this.agenda.now + 1);
    this.agenda.schedule(base, EVENT_CLASS.network, () => {
      if (this.isBlocked(from, to)) return;
      // Delivered one after the other in one instant, as a receiver reads a full socket buffer.
      const waiting = pipe.held.splice(0);
      for (const entry of waiting) this.deliverNow(link, from, to, pipe, entry);
    });
  }

  /** Drops a random tail of what `from` has sent and `to` has not received. */
  private cut(from: NodeId, to: NodeId, sender: LinkEnd): void {
    const random = this.random(from, to);
    for (const pipe of [sender.data, sender.control]) {
      pipe.cutAfter = Math.min(pipe.cutAfter, Math.max(0, pipe.sent - random.below(8)));
    }
  }

  private sendEnd(from: NodeId, to: NodeId, sender: LinkEnd, reason: LinkLossReason): void {
    const link = this.links.get(pairOf(from, to));
    if (link === undefined) return;
    const entry: Entry = { kind: 'end', reason, sequence: sender.data.sent };
    // The end is seen on whichever stream is read first; the data stream carries it here.
    this.enqueue(link, from, to, sender.data, entry, 0);
  }

  private deliverEnd(link: Link, at: NodeId, peer: NodeId, reason: LinkLossReason): void {
    const receiver = endOf(link, at);
    if (receiver.state === 'ended') return this.forgetIfOver(link);
    const wasUp = receiver.state === 'up';
    receiver.state = 'ended';
    this.forgetIfOver(link);
    const end = this.ends[at];
    if (end === undefined || !end.alive) return;
    if (wasUp) end.linkDown(peer, receiver.link, reason);
    else end.linkFailed(peer);
  }

  /** A damaged header: the receiver's driver drops the link; the sender sees a reset. */
  private loseHeader(link: Link, from: NodeId, to: NodeId): void {
    const sender = endOf(link, from);
    sender.data.cutAfter = sender.data.sent - 1;
    this.sendEnd(from, to, sender, 'protocol-error');
    this.agenda.after(this.delay(from, to) + this.delay(to, from), EVENT_CLASS.network, () =>
      this.deliverEnd(link, from, to, 'reset'),
    );
  }

  private damage(from: NodeId, to: NodeId, frame: Frame): Frame | undefined {
    if (this.corruption.size === 0) return frame;
    const key = direction(from, to);
    const corruption = this.corruption.get(key);
    if (corruption === undefined || (corruption.type ?? frame.type) !== frame.type) return frame;
    if (corruption.what === 'header') {
      this.corruption.delete(key);
      return undefined;
    }
    if (!('payload' in frame) || !(frame.payload instanceof SimPayload)) return frame;
    this.corruption.delete(key);
    const payload = corrupted(frame.payload);
    return corruption.what === 'collision'
      ? { ...frame, payload, payloadChecksum: checksumOf(payload) }
      : { ...frame, payload };
  }

  private forgetIfOver(link: Link): void {
    if (link.low.state !== 'ended' || link.high.state !== 'ended') return;
    const key = pairOf(link.low.node, link.high.node);
    if (this.links.get(key) === link) this.links.delete(key);
  }

  private delay(from: NodeId, to: NodeId): number {
    const random = this.random(from, to);
    const { delayUs, jitterUs, spikePermille, spikeUs } = this.profile;
    const spike = !this.calm && spikePermille > 0 && random.permille(spikePermille) ? spikeUs : 0;
    return (
      delayUs + (jitterUs > 0 ? random.below(jitterUs) : 0) + spike + (this.extraDelay.get(direction(from, to)) ?? 0)
    );
  }

  private peersOf(node: NodeId): NodeId[] {
    return this.ends.map((_, id) => id as NodeId).filter((id) => id !== node);
  }
}

const direction = (from: number, to: number): number => from * 64 + to;
const pairOf = (a: number, b: number): number => (a < b ? direction(a, b) : direction(b, a));

function endOf(link: Link, node: NodeId): LinkEnd {
  return link.low.node === node ? link.low : link.high;
}

/** Bytes on the wire, roughly: the header and the payload. */
function sizeOf(frame: Frame): number {
  return 'payload' in frame ? 48 + frame.payload.byteLength : frame.type === 'BITMAP' ? 48 + frame.bits.length : 48;
}
