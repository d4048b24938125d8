/**
 * Ground truth: every client write with when it was asked for and answered, per sector in order. Answers which versions a
 * sector may legally hold or a read may return (O1, O3, O4). Time here is a counter of client events, so there are no ties.
 *
 * A version is superseded at tick t when a write that was acknowledged before t had been asked for after the version's own
 * write was over. A write is over when it was answered, when it failed, or when its node died (then it is in doubt: it may
 * exist or not, but from the first read that shows which, for ever the same).
 */
import { assert } from '../../common/assert.ts';
import { GARBAGE_VERSION, isJunk, ZERO_VERSION } from '../sim-payload.ts';
import { Violation } from './violation.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Nothing on a disk: look closer. */
const UNCLEAR = 0xffff_fff0;

export interface WriteRecord {
  readonly id: number;
  readonly volume: number;
  readonly first: number;
  readonly count: number;
  /** The version on disk: the id, or zero. */
  readonly value: number;
  readonly invoked: number;
  /** NEVER while pending. */
  over: number;
  /** Acknowledged, and its loss is not excused. */
  acknowledged: boolean;
  /** Covered by a completed flush, or FUA. */
  flushed: boolean;
  /** Unanswered when all copies that had it lost power: its answer promises nothing unless it is durable. */
  excused: boolean;
  /** Nodes whose disks accepted it, as bits; and nodes that have received it as a write. */
  accepted: number;
  received: number;
}

interface Observation {
  readonly value: number;
  readonly invoked: number;
  readonly over: number;
}

interface SectorHistory {
  readonly writes: WriteRecord[];
  seen: Observation | undefined;
}

export class History {
  tick = 1;
  readonly writes: WriteRecord[];
  /** Sparse: only sectors that some write touched. */
  private sectors: (SectorHistory | undefined)[][];
  /**
   * By volume and sector the newest version, which is legal at any time, or UNCLEAR when a read has shown another one since.
   * Nearly every look at a disk finds it there.
   */
  private newest: Uint32Array[];
  private readonly initial: WriteRecord;
  /** By volume, when its unflushed writes were last put in doubt. */
  private readonly excusedAt: number[];
  /** By volume: no flush changes any write before this one. */
  private readonly settledBefore: number[];

  constructor(sectorsPerVolume: readonly number[], shared?: WriteRecord[]) {
    this.sectors = sectorsPerVolume.map((count) => new Array<SectorHistory | undefined>(count).fill(undefined));
    this.excusedAt = sectorsPerVolume.map(() => 0);
    this.settledBefore = sectorsPerVolume.map(() => 0);
    this.newest = sectorsPerVolume.map((count) => new Uint32Array(count));
    this.initial = record(0, 0, 0, 0, ZERO_VERSION, -1);
    this.initial.over = 0;
    this.writes = shared ?? [this.initial];
  }

  // ---- what the clients did

  invokeWrite(volume: number, first: number, count: number, zeroes: boolean): WriteRecord {
    const id = this.writes.length;
    this.tick += 1;
    const write = record(id, volume, first, count, zeroes ? ZERO_VERSION : id, this.tick);
    this.append(write);
    return write;
  }

  completeWrite(write: WriteRecord, ok: boolean, durable: boolean): void {
    this.tick += 1;
    assert(write.over === NEVER, 'a write is answered once');
    write.over = this.tick;
    write.acknowledged = ok && (durable || !write.excused);
    write.flushed = ok && durable;
  }

  /** The node that should have answered died: the write is in doubt. */
  abandon(write: WriteRecord): void {
    this.tick += 1;
    if (write.over === NEVER) write.over = this.tick;
  }

  /** A power cut garbled sectors that were in flight: reading garbage there is an in-doubt outcome like another. */
  garbled(volume: number, sectors: readonly number[]): void {
    for (const sector of sectors) {
      this.tick += 1;
      const write = record(this.writes.length, volume, sector, 1, GARBAGE_VERSION, this.tick);
      write.over = this.tick;
      this.append(write);
    }
  }

  completeFlush(volume: number, invoked: number): void {
    this.tick += 1;
    const { writes } = this;
    let settled = true;
    for (let i = this.settledBefore[volume] ?? 0; i < writes.length; i += 1) {
      const write = writes[i];
      if (write === undefined) break;
      if (write.volume === volume && write.acknowledged && write.over < invoked) write.flushed = true;
      // Flushed, or failed: it stays so.
      settled &&= write.volume !== volume || write.flushed || (write.over !== NEVER && !write.acknowledged);
      if (settled) this.settledBefore[volume] = i + 1;
    }
  }

  invokeRead(): number {
    this.tick += 1;
    return this.tick;
  }

  /** @throws Violation O3 or O4 when a returned version was superseded before the read began. */
  completeRead(volume: number, first: number, versions: Uint32Array, invoked: number): void {
    this.tick += 1;
    for (let i = 0; i < versions.length; i += 1) {
      const sector = first + i;
      const value = versions[i] ?? 0;
      const history = this.sectors[volume]?.[sector];
      const problem = this.problemOf(volume, sector, value, invoked);
      if (problem !== undefined) {
        const where = `volume ${volume} sector ${sector}`;
        throw new Violation(
          problem.flipped ? 'O4' : 'O3',
          `a read of ${where} returned ${name(value)}, but ${problem.because}`,
        );
      }
      // What was read before the copies were lost may have been lost with them.
      const isOld = invoked < (this.excusedAt[volume] ?? 0);
      if (history === undefined || isOld) continue;
      history.seen = { value, invoked, over: this.tick };
      const newest = this.newest[volume];
      if (newest !== undefined) newest[sector] = value === history.writes.at(-1)?.value ? value : UNCLEAR;
    }
  }

  // ---- split brain

  /** The same past, another future. Numbers of writes stay unique; what is pending here is in doubt there. */
  fork(): History {
    const other = new History(
      this.sectors.map((list) => list.length),
      this.writes,
    );
    this.tick += 1;
    other.tick = this.tick;
    const copies = new Map<WriteRecord, WriteRecord>();
    const copyOf = (write: WriteRecord): WriteRecord => {
      const known = copies.get(write) ?? { ...write, over: Math.min(write.over, this.tick) };
      copies.set(write, known);
      return known;
    };
    other.sectors = this.sectors.map((list) =>
      list.map((each) => (each === undefined ? undefined : { seen: each.seen, writes: each.writes.map(copyOf) })),
    );
    other.newest = this.newest.map((list) => list.slice());
    return other;
  }

  /** What was written here since the fork has lost. */
  takeOver(other: History): void {
    this.sectors = other.sectors;
    this.newest = other.newest;
    this.tick = Math.max(this.tick, other.tick);
  }

  // ---- questions

  /** Why a value may not be on this sector at this tick (default: now); undefined: it may. */
  problemOf(
    volume: number,
    sector: number,
    value: number,
    at: number = this.tick + 1,
  ): { readonly because: string; readonly flipped: boolean } | undefined {
    const history = this.sectors[volume]?.[sector];
    if (history === undefined) {
      return isUnwritten(value) ? undefined : { because: 'nobody ever wrote there', flipped: false };
    }
    const { seen } = history;
    const newest = history.writes[history.writes.length - 1];
    // Nearly always it is the newest, which nothing supersedes.
    if (newest?.value === value && isBelievable(newest, value, seen, at)) return undefined;
    let because = 'nobody ever wrote that there';
    let flipped = false;
    for (let i = -1; i < history.writes.length; i += 1) {
      const write = i < 0 ? this.initial : history.writes[i];
      // Where nobody has written since the backing store was made larger there is what it held.
      if (write === undefined || (write.value !== value && !(write === this.initial && isJunk(value)))) continue;
      const newer = supersededBy(history, write, at);
      if (newer !== undefined) {
        because = `write ${newer.id}, asked for after that one was over, had been acknowledged`;
        flipped = false;
        continue;
      }
      if (seen === undefined || isBelievable(write, value, seen, at)) return undefined;
      because = `an earlier read had returned ${name(seen.value)}`;
      flipped = true;
    }
    return { because, flipped };
  }

  /** Is `value` at least as new as `write` on this sector: the same, concurrent with it, or asked for later? */
  notOlder(volume: number, sector: number, value: number, write: WriteRecord): boolean {
    if (value === write.value) return true;
    const history = this.sectors[volume]?.[sector];
    return history?.writes.some((other) => other.value === value && other.over > write.invoked) ?? false;
  }

  /** Acknowledged, and nothing newer was: losing it now would break a promise. */
  mustSurvive(volume: number, sector: number, value: number): boolean {
    const history = this.sectors[volume]?.[sector];
    return (
      history?.writes.some((w) => w.value === value && w.acknowledged) === true &&
      this.problemOf(volume, sector, value) === undefined
    );
  }

  writesOf(volume: number, sector: number): readonly WriteRecord[] {
    return this.sectors[volume]?.[sector]?.writes ?? [];
  }

  /** Shows all sectors of a volume whose version in this image is not simply the newest one. */
  forEachUnclear(volume: number, image: Uint32Array, visit: (sector: number) => void): void {
    const newest = this.newest[volume];
    const list = this.sectors[volume];
    if (newest === undefined || list === undefined) return;
    for (let sector = 0; sector < newest.length; sector += 1)
      if (image[sector] !== newest[sector] && list[sector] !== undefined) visit(sector);
  }

  forEachTouched(volume: number, visit: (sector: number) => void): void {
    const list = this.sectors[volume] ?? [];
    for (let sector = 0; sector < list.length; sector += 1) if (list[sector] !== undefined) visit(sector);
  }

  // ---- excuses (each is an event of the fault plan, see fencing.ts)

  /** All current copies of a volume lost power: what was acknowledged there but never flushed is in doubt again. */
  excuseUnflushed(volume: number): number {
    let excused = 0;
    this.tick += 1;
    this.excusedAt[volume] = this.tick;
    for (const write of this.writes) {
      if (write.volume !== volume || write.flushed) continue;
      // An answer that the lost copies gave may still be under way; zeroes do not show whether they had got there.
      if (write.over === NEVER && (write.accepted !== 0 || write.value === ZERO_VERSION)) write.excused = true;
      if (!write.acknowledged) continue;
      write.acknowledged = false;
      excused += 1;
    }
    for (const history of this.sectors[volume] ?? []) if (history !== undefined) history.seen = undefined;
    return excused;
  }

  /** A failover to a replica that may lag (protocol A): what its image lacks is in doubt. */
  rebaseOn(volume: number, image: Uint32Array): number {
    let excused = 0;
    this.forEachTouched(volume, (sector) => {
      const history = this.sectors[volume]?.[sector];
      if (history === undefined) return;
      history.seen = undefined;
      const value = image[sector] ?? 0;
      for (let guard = 0; guard <= history.writes.length; guard += 1) {
        const newer = this.newerThan(history, value);
        if (newer === undefined) return;
        newer.acknowledged = false;
        excused += 1;
      }
    });
    return excused;
  }

  private newerThan(history: SectorHistory, value: number): WriteRecord | undefined {
    let newer: WriteRecord | undefined;
    for (let i = -1; i < history.writes.length; i += 1) {
      const write = i < 0 ? this.initial : history.writes[i];
      if (write === undefined || (write.value !== value && !(write === this.initial && isJunk(value)))) continue;
      newer = supersededBy(history, write, NEVER);
      if (newer === undefined) return undefined;
    }
    return newer;
  }

  private append(write: WriteRecord): void {
    this.writes.push(write);
    const list = this.sectors[write.volume];
    assert(list !== undefined, 'a client writes to a volume that exists');
    // Over after every read so far has begun: none of them speaks against it.
    this.newest[write.volume]?.fill(write.value, write.first, write.first + write.count);
    for (let i = 0; i < write.count; i += 1) {
      const sector = write.first + i;
      const history = list[sector];
      if (history === undefined) list[sector] = { writes: [write], seen: undefined };
      else history.writes.push(write);
    }
  }
}

function record(id: number, volume: number, first: number, count: number, value: number, invoked: number): WriteRecord {
  return {
    id,
    volume,
    first,
    count,
    value,
    invoked,
    over: NEVER,
    acknowledged: false,
    flushed: false,
    excused: false,
    accepted: 0,
    received: 0,
  };
}

/**
 * No read that ended before `at` has shown that this write, over by then, is not what is there.
 * @param value what it left: the write's own, but where nobody has written it is what that disk held, not zeroes
 */
function isBelievable(write: WriteRecord, value: number, seen: Observation | undefined, at: number): boolean {
  return seen === undefined || seen.over >= at || seen.value === value || write.over >= seen.invoked;
}

/** Writes are listed in the order in which they were asked for, so the newest are at the end. */
function supersededBy(history: SectorHistory, write: WriteRecord, at: number): WriteRecord | undefined {
  for (let i = history.writes.length - 1; i >= 0; i -= 1) {
    const other = history.writes[i];
    if (other === undefined) continue;
    if (other.invoked <= write.over) return undefined;
    if (other.acknowledged && other.over < at) return other;
  }
  return undefined;
}

/** Only a backing store that was made larger holds junk: see sim/size-actions.ts. */
const isUnwritten = (value: number): boolean => value === ZERO_VERSION || isJunk(value);

export function name(value: number): string {
  if (value === ZERO_VERSION) return 'zeroes';
  if (isJunk(value)) return 'what the disk held before it was part of the volume';
  return value === GARBAGE_VERSION ? 'garbage' : `write ${value}`;
}
