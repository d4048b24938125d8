/**
 * The backing store of one volume on one node: a data area of sector versions and a metadata area of real bytes behind
 * one volatile write cache. Completed means accepted; a flush makes durable what had completed before it was issued,
 * FUA only itself. A process crash keeps the cache, a power loss applies a survivor function (survivors.ts).
 */
import { assert } from '../common/assert.ts';
import type { Payload } from '../satellite/replication/payload.ts';
import { type Agenda, EVENT_CLASS } from './agenda.ts';
import type { RandomStream } from './prng.ts';
import { GARBAGE_VERSION, ROT_VERSION, SimPayload, simPayload, ZERO_VERSION } from './sim-payload.ts';
import { type Fate, fatesOf, type SurvivorKind } from './survivors.ts';

/** Metadata tears at this granularity. */
const META_UNIT = 512;
const STALL_POLL_US = 50_000;

export interface DiskProfile {
  readonly latencyUs: number;
  readonly jitterUs: number;
  readonly flushUs: number;
  /** A cache with a battery: what has completed is durable. What `writeOrdering: drain` asks of a disk. */
  readonly durableCache: boolean;
}

export type DiskFaultKind = 'read' | 'write' | 'flush' | 'metadata';

export interface DiskObserver {
  /** A data write was accepted: `versions` undefined means zeroes. Called before the completion is delivered. */
  accepted(first: number, count: number, payload: SimPayload | undefined): void;
  /** Asked when a planned fault is due; false lets this operation pass and keeps the fault armed. */
  mayFail(kind: DiskFaultKind): boolean;
  failed(kind: DiskFaultKind): void;
}

interface DiskWrite {
  readonly area: 'data' | 'metadata';
  /** In units of the area: sectors or 512-byte pieces. */
  readonly first: number;
  readonly count: number;
  /** Undefined: zeroes. */
  readonly payload: SimPayload | undefined;
  readonly bytes: Uint8Array | undefined;
  /** Completion order; 0 while in flight. */
  order: number;
}

export interface DiskImage {
  readonly data: Uint32Array;
  readonly metadata: Uint8Array;
}

export type DiskDone = (ok: boolean, payload?: Payload) => void;

export class SimDisk {
  readonly sectorBytes: number;
  readonly sectors: number;
  /** What a read returns now. */
  readonly view: Uint32Array;
  /** What survives without the cache. */
  readonly media: Uint32Array;
  readonly metadataView: Uint8Array;
  readonly metadataMedia: Uint8Array;
  /** What the backing store holds of the data area, as it tells: it may be made larger while it runs. */
  capacityBytes: number;
  /** Completion latencies are multiplied by this (gray failure). */
  slowness = 1;
  /** Nothing completes before. Microseconds. */
  private stalledUntil = 0;
  private readonly mediaOrder: Float64Array;
  private readonly metadataOrder: Float64Array;
  private cache: DiskWrite[] = [];
  private flying: DiskWrite[] = [];
  private order = 0;
  private power = 0;
  private readonly faults: { readonly kind: DiskFaultKind; readonly anywhere: boolean; remaining: number }[] = [];
  /** Nothing completes before. */
  private readonly agenda: Agenda;
  private readonly random: RandomStream;
  private readonly profile: DiskProfile;
  private readonly source: number;
  private readonly observer: DiskObserver;

  constructor(options: {
    readonly agenda: Agenda;
    readonly random: RandomStream;
    readonly profile: DiskProfile;
    readonly observer: DiskObserver;
    readonly sectorBytes: number;
    readonly dataBytes: number;
    readonly metadataBytes: number;
    /** Less than `dataBytes` if it will be made larger. */
    readonly capacityBytes?: number | undefined;
    /** Names the disk among the sources of events. */
    readonly source?: number;
  }) {
    this.agenda = options.agenda;
    this.random = options.random;
    this.profile = options.profile;
    this.source = options.source ?? 0;
    this.observer = options.observer;
    this.sectorBytes = options.sectorBytes;
    this.capacityBytes = options.capacityBytes ?? options.dataBytes;
    this.sectors = options.dataBytes / options.sectorBytes;
    assert(Number.isInteger(this.sectors), 'a volume is a whole number of sectors');
    assert(options.metadataBytes % META_UNIT === 0, 'a metadata area is a whole number of 512-byte pieces');
    this.view = new Uint32Array(this.sectors);
    this.media = new Uint32Array(this.sectors);
    this.mediaOrder = new Float64Array(this.sectors);
    this.metadataView = new Uint8Array(options.metadataBytes);
    this.metadataMedia = new Uint8Array(options.metadataBytes);
    this.metadataOrder = new Float64Array(options.metadataBytes / META_UNIT);
  }

  /** Something that it was asked has not completed. */
  get isBusy(): boolean {
    return this.flying.length > 0;
  }

  /** Another disk, with nothing on it. */
  wipe(): void {
    assert(!this.isBusy, 'a disk is replaced when it has given everything back');
    this.cache = [];
    this.view.fill(ZERO_VERSION);
    this.media.fill(ZERO_VERSION);
  }

  /** The backing store is made larger; `content`: what the new part holds. @returns where that begins */
  enlarge(capacityBytes: number, content: number): number {
    const before = this.capacityBytes;
    assert(capacityBytes <= this.sectors * this.sectorBytes, 'a disk has room for what it is made to hold');
    const [first, end] = [this.capacityBytes / this.sectorBytes, capacityBytes / this.sectorBytes];
    if (end <= first) return before;
    this.view.fill(content, first, end);
    this.media.fill(content, first, end);
    this.capacityBytes = capacityBytes;
    return before;
  }

  get dirtyWrites(): number {
    return this.cache.length;
  }

  get isTakingData(): boolean {
    return this.flying.some(({ area }) => area === 'data');
  }

  /** Sectors of data writes that were submitted and have not completed. */
  forEachFlyingSector(visit: (sector: number, version: number) => void): void {
    for (const write of this.flying) {
      if (write.area !== 'data') continue;
      for (let i = 0; i < write.count; i += 1) visit(write.first + i, write.payload?.versions[i] ?? ZERO_VERSION);
    }
  }

  /** Writes the fresh metadata area at creation time, durable. */
  format(chunks: Iterable<{ readonly offset: number; readonly data: Uint8Array }>): void {
    for (const { offset, data } of chunks) {
      this.metadataView.set(data, offset);
      this.metadataMedia.set(data, offset);
    }
  }

  /** The sector changes silently, in the cache and on the medium. */
  rot(sector: number): void {
    this.view[sector] = ROT_VERSION;
    this.media[sector] = ROT_VERSION;
  }

  /** A new, empty disk in its place; whoever used the old one is dead. */
  erase(): void {
    this.power += 1;
    this.cache = [];
    this.flying = [];
    this.view.fill(0);
    this.media.fill(0);
    this.metadataView.fill(0);
    this.metadataMedia.fill(0);
  }

  /** All that is on it now, data and metadata, as a snapshot of the backing store keeps it. */
  image(): DiskImage {
    return { data: this.view.slice(), metadata: this.metadataView.slice() };
  }

  /** The backing store goes back to a snapshot; whoever used it is dead. */
  goBackTo({ data, metadata }: DiskImage): void {
    this.erase();
    this.view.set(data);
    this.media.set(data);
    this.metadataView.set(metadata);
    this.metadataMedia.set(metadata);
  }

  /** The nth operation of this kind from now fails with EIO; `anywhere`: even if this is the last current copy. */
  failNth(kind: DiskFaultKind, nth: number, anywhere = false): void {
    this.faults.push({ kind, remaining: nth, anywhere });
  }

  /** A hung controller: what is under way and what comes completes after this time, late but for real. */
  hang(forUs: number): void {
    this.stallUntil(this.agenda.now + forUs);
  }

  /** What is under way, and what comes, completes then at the earliest. */
  stallUntil(time: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, time);
  }

  clearFaults(): void {
    this.faults.length = 0;
    this.slowness = 1;
    this.stalledUntil = 0;
  }

  read(offset: number, length: number, done: DiskDone): void {
    const [first, count] = this.sectorRange(offset, length);
    // A device may sample at any time between submission and completion.
    const early = this.random.coin() ? this.view.slice(first, first + count) : undefined;
    this.later(this.latency(this.profile.latencyUs), () => {
      if (this.isFailing('read')) return done(false);
      const versions = early ?? this.view.slice(first, first + count);
      done(true, new SimPayload(length, versions, undefined));
    });
  }

  write(offset: number, payload: Payload, fua: boolean, done: DiskDone): void {
    const data = simPayload(payload);
    const [first, count] = this.sectorRange(offset, data.byteLength);
    this.submit({ area: 'data', first, count, payload: data, bytes: undefined, order: 0 }, fua, 'write', done);
  }

  zero(offset: number, length: number, done: DiskDone): void {
    const [first, count] = this.sectorRange(offset, length);
    this.submit({ area: 'data', first, count, payload: undefined, bytes: undefined, order: 0 }, false, 'write', done);
  }

  writeMetadata(offset: number, bytes: Uint8Array, fua: boolean, done: DiskDone): void {
    assert(offset % META_UNIT === 0, 'metadata is written in whole 512-byte pieces');
    assert(bytes.length % META_UNIT === 0, 'metadata is written in whole 512-byte pieces');
    assert(offset + bytes.length <= this.metadataView.length, 'metadata is written within its area');
    const write: DiskWrite = {
      area: 'metadata',
      first: offset / META_UNIT,
      count: bytes.length / META_UNIT,
      payload: undefined,
      bytes: bytes.slice(),
      order: 0,
    };
    this.submit(write, fua, 'metadata', done);
  }

  flush(done: DiskDone): void {
    const upTo = this.order;
    this.later(this.latency(this.profile.flushUs), () => {
      if (this.isFailing('flush')) {
        this.dropDirty();
        return done(false);
      }
      const rest: DiskWrite[] = [];
      for (const write of this.cache) {
        if (write.order <= upTo) this.makeDurable(write, 'kept');
        else rest.push(write);
      }
      this.cache = rest;
      done(true);
    });
  }

  /** The process died: the cache lives on in the kernel; each write in flight still happens, in part, or not at all. */
  processCrash(): void {
    this.power += 1;
    const flying = this.flying;
    this.flying = [];
    for (const write of flying) {
      const fate = this.random.below(3);
      if (fate === 0) continue;
      this.complete(fate === 1 ? write : shortened(write, this.random.below(write.count + 1)));
    }
  }

  /** @returns sectors that are garbage now */
  powerLoss(kind: SurvivorKind): number[] {
    this.power += 1;
    const completed = this.cache;
    const flying = this.flying;
    this.cache = [];
    this.flying = [];
    const fates = fatesOf(kind, completed.length, flying.length, this.random);
    const garbage: number[] = [];
    for (let i = 0; i < completed.length + flying.length; i += 1) {
      const write = completed[i] ?? flying[i - completed.length];
      const fate = fates[i];
      if (write === undefined || fate === undefined) continue;
      if (write.order === 0) {
        this.order += 1;
        write.order = this.order;
      }
      this.makeDurable(write, fate, garbage);
    }
    this.view.set(this.media);
    this.metadataView.set(this.metadataMedia);
    return garbage.filter((sector) => this.media[sector] === GARBAGE_VERSION);
  }

  private submit(write: DiskWrite, fua: boolean, kind: DiskFaultKind, done: DiskDone): void {
    this.flying.push(write);
    this.later(this.latency(this.profile.latencyUs) + (fua ? this.profile.flushUs : 0), () => {
      const at = this.flying.indexOf(write);
      assert(at >= 0, 'a write in flight is known to its disk');
      this.flying.splice(at, 1);
      if (this.isFailing(kind)) return done(false);
      this.complete(write);
      if (write.area === 'data') this.observer.accepted(write.first, write.count, write.payload);
      if (fua || this.profile.durableCache) {
        this.cache.pop();
        this.makeDurable(write, 'kept');
      }
      done(true);
    });
  }

  private complete(write: DiskWrite): void {
    this.order += 1;
    write.order = this.order;
    this.cache.push(write);
    if (write.area === 'metadata') {
      if (write.bytes !== undefined) {
        this.metadataView.set(write.bytes.subarray(0, write.count * META_UNIT), write.first * META_UNIT);
      }
    } else if (write.payload === undefined) {
      this.view.fill(ZERO_VERSION, write.first, write.first + write.count);
    } else {
      this.view.set(write.payload.versions.subarray(0, write.count), write.first);
    }
  }

  private makeDurable(write: DiskWrite, fate: Fate, garbage?: number[]): void {
    if (fate === 'lost') return;
    const orders = write.area === 'data' ? this.mediaOrder : this.metadataOrder;
    for (let i = 0; i < write.count; i += 1) {
      if (fate === 'torn' && this.random.coin()) continue;
      const unit = write.first + i;
      if ((orders[unit] ?? 0) > write.order) continue;
      orders[unit] = write.order;
      if (write.area === 'data') {
        this.media[unit] = fate === 'garbage' ? GARBAGE_VERSION : (write.payload?.versions[i] ?? ZERO_VERSION);
        if (fate === 'garbage') garbage?.push(unit);
      } else if (write.bytes !== undefined) {
        if (fate === 'garbage') this.scramble(unit);
        else this.metadataMedia.set(write.bytes.subarray(i * META_UNIT, (i + 1) * META_UNIT), unit * META_UNIT);
      }
    }
  }

  private scramble(unit: number): void {
    for (let i = 0; i < META_UNIT; i += 1) this.metadataMedia[unit * META_UNIT + i] = this.random.next() & 0xff;
  }

  /** A failed fsync: the kernel forgets the dirty pages and the next fsync reports success. */
  private dropDirty(): void {
    this.cache = [];
    this.view.set(this.media);
    this.metadataView.set(this.metadataMedia);
  }

  private isFailing(kind: DiskFaultKind): boolean {
    for (let i = 0; i < this.faults.length; i += 1) {
      const fault = this.faults[i];
      if (fault === undefined || fault.kind !== kind) continue;
      fault.remaining -= 1;
      if (fault.remaining > 0) continue;
      if (!fault.anywhere && !this.observer.mayFail(kind)) continue;
      this.faults.splice(i, 1);
      this.observer.failed(kind);
      return true;
    }
    return false;
  }

  /** Completions of before a crash or power loss never arrive. */
  private later(delay: number, action: () => void): void {
    const { power } = this;
    this.agenda.from(this.source, delay, EVENT_CLASS.disk, () => {
      if (power !== this.power) return;
      // Begun before the stall: it ends with it, and a heal may end that early.
      const rest = this.stalledUntil - this.agenda.now;
      if (rest > 0) this.later(Math.min(rest, STALL_POLL_US), action);
      else action();
    });
  }

  private latency(base: number): number {
    return (base + (this.profile.jitterUs > 0 ? this.random.below(this.profile.jitterUs + 1) : 0)) * this.slowness;
  }

  private sectorRange(offset: number, length: number): readonly [number, number] {
    assert(offset % this.sectorBytes === 0, 'an offset of the core is aligned to sectors');
    assert(length % this.sectorBytes === 0, 'a length of the core is aligned to sectors');
    assert(length > 0, 'the core never submits an empty operation');
    assert(offset + length <= this.sectors * this.sectorBytes, 'the core never leaves the volume');
    return [offset / this.sectorBytes, length / this.sectorBytes];
  }
}

/** The first `count` units of a write that a crash cut short. */
function shortened(write: DiskWrite, count: number): DiskWrite {
  return { ...write, count };
}
